/** `<admin-brakes>`: how much may come of a mapping before a person is asked, and whether one is asked in any case. */
import { css, html, nothing, type PropertyValues } from "lit";
import { effects } from "../service/store/model.js";
import { brakesOf } from "../service/sync/brakes.js";
import { does, percent } from "./life-cycle-words.js";
import type { Integration } from "./model.js";
import type { AdminQuestion } from "./question.js";
import { Section } from "./section.js";

const usual = brakesOf({});

export class AdminBrakes extends Section {
  static override properties = { of: {}, integration: { state: true } };
  static override styles = [
    ...Section.styles,
    css`
      form { display: grid; gap: 0.5rem; padding: 0.65rem 0.75rem; }
      .body p { margin: 0 0 0.5rem; }
      .body p:last-child { margin: 0; }
      .limit { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 0.5rem; }
      .limit input { width: 6.5rem; }
    `,
  ];

  /** Its id. */
  declare of: string;
  declare protected integration: Integration | undefined;

  /** Nothing of another integration stays. */
  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("of")) Object.assign(this, { integration: undefined, said: "" });
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has("of")) void this.look();
  }

  override async look(): Promise<void> {
    const { of, service } = this;
    const found = await this.attempt("The brakes cannot be had", () => service.integration(of));
    if (found !== undefined && of === this.of) this.integration = found;
  }

  override render() {
    const { of, integration, service } = this;
    const mayEdit = service.roles.includes("editor");
    return html`<div class="cards">
      ${this.notices()}
      <section class="card" aria-labelledby="brakes">
        <header><h3 id="brakes">Brakes of ${of}</h3><span class="note">A mapping that would do more is stopped until a person decides.</span></header>
        <div class="body quiet">
          <p>Where everything is compared, all of it counts; of what changes day by day only what is emptied, deleted, or mailed again. An approved draft does what its report has shown.</p>
        </div>
        ${integration === undefined ? nothing : mayEdit ? this.#form(integration) : this.#limits(integration)}
      </section>
      ${integration === undefined ? nothing : this.#approval(integration)}
      <admin-question></admin-question>
    </div>`;
  }

  #limits({ settings }: Integration) {
    const { minimum, shares } = brakesOf(settings);
    return html`<div class="body"><ul>
        ${effects.map((effect) => html`<li>Stops a mapping that ${does[effect]} more than ${percent(shares[effect] ?? 1)} of the contacts.</li>`)}
        <li>Of fewer than ${minimum} contacts nothing is concluded.</li>
      </ul><p class="quiet">An editor sets them.</p></div>`;
  }

  #form({ settings: { brakes = {} } }: Integration) {
    const given = (share: number | undefined) => (share === undefined ? "" : String(Math.round(share * 1e6) / 1e4));
    return html`<form @submit=${(event: SubmitEvent) => this.#save(event)}>
      ${effects.map(
        (effect) => html`<label class="limit"><span>Stop a mapping that ${does[effect]} more than</span>
          <input type="number" name=${effect} min="0" max="100" step="any" .value=${given(brakes.shares?.[effect])} />
          <span>% of the contacts <span class="quiet">(usual: ${percent(usual.shares[effect] ?? 1)})</span></span></label>`,
      )}
      <label class="limit"><span>Conclude nothing from fewer than</span>
        <input type="number" name="minimum" min="1" max="1000000" step="1" .value=${String(brakes.minimum ?? "")} />
        <span>contacts <span class="quiet">(usual: ${usual.minimum})</span></span></label>
      <p class="quiet small">What is left empty is as usual. 100 % never stops anything.</p>
      <div><button class="main" data-act="brakes">Save the brakes</button></div>
    </form>`;
  }

  async #save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const { of, service } = this;
    const given = Object.fromEntries(new FormData(event.target as HTMLFormElement)) as Record<string, string>;
    const shares = effects.flatMap((effect) => (given[effect] ? [[effect, Number(given[effect]) / 100]] : []));
    const brakes = {
      ...(given.minimum && { minimum: Number(given.minimum) }),
      ...(shares.length > 0 && { shares: Object.fromEntries(shares) }),
    };
    const changed = await this.act("The brakes were not saved", () => service.setBrakes(of, brakes));
    if (changed === undefined) return;
    this.integration = changed;
    this.said = `The brakes of ${of} are saved.`;
  }

  #approval({ settings: { approval = false } }: Integration) {
    const { service } = this;
    return html`<section class="card" aria-labelledby="approval">
      <header><h3 id="approval">Approval</h3></header>
      <div class="body">
        <p>${
          approval
            ? "A mapping comes into force only as a draft that somebody approves, once its report shows what it would do. Going back to a version is possible without."
            : "A mapping may be saved and is in force at once, without a report of what it would do."
        }</p>
        ${service.roles.includes("admin") ? nothing : html`<p class="quiet">An administrator changes that.</p>`}
      </div>
      ${
        service.roles.includes("admin")
          ? html`<div class="bar"><button data-act="approval" @click=${() => this.#setApproval(!approval)}>${approval ? "Ask for no approval any more…" : "Ask for approval…"}</button></div>`
          : nothing
      }
    </section>`;
  }

  async #setApproval(required: boolean): Promise<void> {
    const { of, service, renderRoot } = this;
    const question = required
      ? {
          title: `Ask for approval of each mapping of ${of}?`,
          text: "It then comes into force only as a draft, once its report is done and somebody approves it.",
          yes: "Ask for it",
        }
      : {
          title: `Ask for no approval of mappings of ${of} any more?`,
          text: "Whoever may edit then puts a mapping in force at once, without a report of what it would do.",
          yes: "Ask for none",
        };
    if (!(await renderRoot.querySelector<AdminQuestion>("admin-question")?.ask(question))) return;
    const changed = await this.act("Not changed", () => service.setApproval(of, required));
    if (changed === undefined) return;
    this.integration = changed;
    this.said = required
      ? `Mappings of ${of} are approved from now on.`
      : `Mappings of ${of} need no approval any more.`;
  }
}
