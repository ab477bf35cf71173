/** `<admin-dead-letters>`: what has failed for good, why, and trying it again. */
import { css, html, nothing } from "lit";
import type { DeadLetters } from "./model.js";
import { Section } from "./section.js";
import { counted, moment, subjectInWords } from "./words.js";

/** One of either kind, as it is shown. */
interface Letter {
  kind: "jobs" | "intents";
  id: string;
  integration: string;
  title: string;
  names: string;
  cause: string;
  hint: string;
  since: string;
}

const keyOf = ({ kind, id }: Letter) => `${kind}/${id}`;

export class AdminDeadLetters extends Section {
  static override properties = { letters: { state: true }, selected: { state: true }, cause: { state: true } };
  static override styles = [
    ...Section.styles,
    css`
      table { table-layout: fixed; }
      .again { width: 8rem; }
      @container (max-width: 43.99rem) { .again { width: auto; } }
    `,
  ];

  declare protected letters: readonly Letter[] | undefined;
  declare protected selected: ReadonlySet<string>;
  /** Only letters of this cause are shown; blank for all. */
  declare protected cause: string;

  constructor() {
    super();
    this.selected = new Set();
    this.cause = "";
  }

  override async look(): Promise<void> {
    const found = await this.attempt("The dead letters cannot be had", () => this.service.deadLetters());
    if (found === undefined) return;
    this.letters = lettersOf(found);
    const here = new Set(this.letters.map(keyOf));
    this.selected = new Set([...this.selected].filter((key) => here.has(key)));
    if (!this.letters.some(({ cause }) => cause === this.cause)) this.cause = "";
    this.said = summary(this.letters);
  }

  async #replay(letters: readonly Letter[]): Promise<void> {
    if (letters.length === 0) return;
    const idsOf = (kind: Letter["kind"]) => letters.filter((one) => one.kind === kind).map(({ id }) => id);
    const done = await this.act("Not tried again", () =>
      this.service.replay({ jobs: idsOf("jobs"), intents: idsOf("intents") }),
    );
    if (done === undefined) return;
    const again = done.jobs + done.intents;
    const gone = letters.length - again;
    await this.look();
    this.said = [
      `${counted(again, "dead letter")} ${again === 1 ? "is" : "are"} tried again. What fails once more comes back here.`,
      gone > 0 ? `${counted(gone, "other")} had been dealt with already.` : "",
      summary(this.letters ?? []),
    ]
      .filter(Boolean)
      .join(" ");
    await this.updateComplete;
    // The rows are gone, and the focus with them.
    this.renderRoot.querySelector<HTMLElement>("#letters")?.focus();
  }

  override render() {
    const shown = this.letters?.filter(({ cause }) => this.cause === "" || cause === this.cause) ?? [];
    const chosen = shown.filter((letter) => this.selected.has(keyOf(letter)));
    return html`<div class="cards">
      ${this.notices()}
      <section class="card" aria-labelledby="letters">
        <header><h3 id="letters" tabindex="-1">What failed for good</h3>
          <span class="note">Work that failed eight times, and writes that the CRM refused for good.</span></header>
        <div class="bar">
          ${this.#causes()}
          <button class="main" data-act="selected" aria-disabled=${chosen.length === 0}
            @click=${() => this.#replay(chosen)}>Try the selected again (${chosen.length})</button>
        </div>
        ${shown.length === 0 ? nothing : this.#table(shown)}
      </section>
    </div>`;
  }

  #causes() {
    const causes = new Map<string, number>();
    for (const { cause } of this.letters ?? []) causes.set(cause, (causes.get(cause) ?? 0) + 1);
    if (causes.size < 2) return nothing;
    const choose = ({ target }: Event) => {
      this.cause = (target as HTMLSelectElement).value;
    };
    return html`<label class="choice">Cause
      <select name="cause" @change=${choose}>
        <option value="" .selected=${this.cause === ""}>All</option>
        ${[...causes].map(([cause, count]) => html`<option value=${cause} .selected=${cause === this.cause}>${cause} (${count})</option>`)}
      </select></label>`;
  }

  #table(shown: readonly Letter[]) {
    const all = shown.every((letter) => this.selected.has(keyOf(letter)));
    const selectAll = () => {
      this.selected = all ? new Set() : new Set(shown.map(keyOf));
    };
    return html`<table>
      <thead><tr>
        <th scope="col" class="pick"><input type="checkbox" aria-label="Select all" .checked=${all} @change=${selectAll}></th>
        <th scope="col">What</th><th scope="col">Cause</th><th scope="col">Since</th><th scope="col" class="again">Again</th>
      </tr></thead>
      <tbody>${shown.map((letter) => this.#row(letter))}</tbody>
    </table>`;
  }

  #row(letter: Letter) {
    const { title, names, integration, cause, hint, since } = letter;
    const key = keyOf(letter);
    const select = () => {
      const selected = new Set(this.selected);
      if (!selected.delete(key)) selected.add(key);
      this.selected = selected;
    };
    return html`<tr data-letter=${key}>
      <td class="pick" data-label="Select"><input type="checkbox" aria-label="Select: ${title}, ${cause}" .checked=${this.selected.has(key)} @change=${select}></td>
      <td data-label="What"><div><div class="strong">${title}</div>
        <p class="names">${[integration, names].filter(Boolean).join(" · ")}</p></div></td>
      <td data-label="Cause"><div><code>${cause}</code>${hint === "" ? nothing : html`<p class="small">${hint}</p>`}</div></td>
      <td data-label="Since"><time datetime=${since}>${moment(since)}</time></td>
      <td data-label="Again" class="again"><button data-act="one" aria-label="Try again: ${title}, ${cause}"
        @click=${() => this.#replay([letter])}>Try again</button></td>
    </tr>`;
  }
}

/** The latest first. */
function lettersOf({ jobs, intents }: DeadLetters): Letter[] {
  const letters = [
    ...jobs.map(({ id, integration, subject, error, since }): Letter => {
      const title = subjectInWords(subject);
      return { kind: "jobs", id, integration, title, names: "", cause: error, hint: "", since };
    }),
    ...intents.map(({ id, integration, contact, crmId, error: { code, fields, hint }, since }): Letter => {
      const title = fields.length === 0 ? "A write to the CRM" : `A write to ${fields.join(", ")}`;
      const names = [contact, crmId].filter(Boolean).join(" · ");
      return { kind: "intents", id, integration, title, names, cause: code, hint, since };
    }),
  ];
  return letters.sort((one, other) => other.since.localeCompare(one.since));
}

function summary(letters: readonly Letter[]): string {
  return letters.length === 0 ? "There are no dead letters." : `${counted(letters.length, "dead letter")}.`;
}
