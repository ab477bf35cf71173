/** `<admin-pauses>`: what is held back, by whom and why, and what holds something back. */
import { css, html, nothing } from "lit";
import type { Integration, Pause } from "./model.js";
import { Section } from "./section.js";
import { counted, directions, heldInWords, moment } from "./words.js";

const hour = 3_600_000;
const spans = [1, 8, 24, 24 * 7];

export class AdminPauses extends Section {
  static override properties = { integrations: { attribute: false }, pauses: { state: true } };
  static override styles = [
    ...Section.styles,
    css`
      form { display: flex; flex-wrap: wrap; align-items: end; gap: 0.5rem 0.75rem; padding: 0.65rem 0.75rem; }
      .reason { flex: 1 1 14rem; }
      .reason input { width: 100%; }
      li { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0.25rem 0.75rem;
        padding-inline-start: 0.6rem; border-inline-start: 3px solid var(--warning); }
      li > div { min-width: 0; overflow-wrap: anywhere; }
    `,
  ];

  declare integrations: readonly Pick<Integration, "id">[];
  declare protected pauses: readonly Pause[] | undefined;

  constructor() {
    super();
    this.integrations = [];
  }

  override firstUpdated(): void {
    void this.look();
  }

  override async look(): Promise<void> {
    const found = await this.attempt("The pauses cannot be had", () => this.service.pauses());
    if (found !== undefined) this.pauses = found.filter(({ stands }) => stands);
  }

  override render() {
    const { pauses } = this;
    return html`<section class="card" aria-labelledby="pauses">
      <header><h3 id="pauses">Pauses</h3>
        <span class="note">What comes in is kept, opt-outs at once; what is held back is done once the pause ends.</span></header>
      <p class="body" id="held" role="status">${this.said || (pauses === undefined ? nothing : `${counted(pauses.length, "pause")} now.`)}</p>
      <div class="failure" role="alert">${this.failure}</div>
      ${
        pauses === undefined || pauses.length === 0
          ? nothing
          : html`<div class="body"><ul>${pauses.map((pause) => this.#row(pause))}</ul></div>`
      }
      ${this.#form()}
    </section>`;
  }

  #row(pause: Pause) {
    const { id, reason, since, by, until } = pause;
    const what = heldInWords(pause);
    const end = async () => {
      if ((await this.act("Not ended", () => this.service.endPause(id))) === undefined) return;
      await this.look();
      this.said = `The pause has ended: ${what}.`;
    };
    return html`<li data-pause=${id}><div><div class="strong">${what}</div><div>${reason}</div>
      <p class="names">${by} · since ${moment(since)} · ${until === null ? "until somebody ends it" : `until ${moment(until)}`}</p></div>
      ${
        // Whoever ends it is told first what then happens.
        by === "brake"
          ? html`<span class="small quiet">Its alert below says what to do.</span>`
          : html`<button data-act="end" aria-label="End the pause: ${what}" @click=${end}>End</button>`
      }</li>`;
  }

  #form() {
    const option = (value: string, name: string) => html`<option value=${value}>${name}</option>`;
    return html`<form @submit=${(event: SubmitEvent) => this.#begin(event)}>
      <label class="choice">Integration <select name="integration">
        ${option("", "All of them")}${this.integrations.map(({ id }) => option(id, id))}</select></label>
      <label class="choice">Direction <select name="direction">
        ${option("", "Both")}${Object.entries(directions).map(([key, name]) => option(key, name))}</select></label>
      <label class="choice">Field <input name="field" maxlength="200" placeholder="All of them" /></label>
      <label class="choice">Ends <select name="hours">
        ${option("", "When somebody ends it")}${spans.map((hours) => option(String(hours), `In ${counted(hours, "hour")}`))}</select></label>
      <label class="choice reason">Reason <input name="reason" required maxlength="500" /></label>
      <button class="main" data-act="pause-part">Hold back</button>
    </form>`;
  }

  async #begin(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const { hours, ...given } = Object.fromEntries(new FormData(form)) as Record<string, string>;
    const chosen = Object.fromEntries(Object.entries(given).filter(([, value]) => value.trim() !== ""));
    const until = hours ? { until: new Date(Date.now() + Number(hours) * hour).toISOString() } : {};
    const pause = await this.act("Nothing is held back", () => this.service.pause({ ...chosen, ...until }));
    if (pause === undefined) return;
    form.reset();
    await this.look();
    this.said = `Held back: ${heldInWords(pause)}.`;
  }
}
