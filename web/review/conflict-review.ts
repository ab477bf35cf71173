/** `<crm-conflict-review>`: the queue of what waits for a person, and what that person decides. */
import { html, LitElement, nothing, type PropertyValues } from "lit";
import { decode } from "../../bindings/package/decode.js";
import { encode } from "../../bindings/package/encode.js";
import { reasons } from "../cli/reasons.js";
import { controls, frame, tokens } from "../preview/styles.js";
import { type Fate, PendingAnswers } from "./pending-answers.js";
import { reviewStyles } from "./review-styles.js";
import type { Review, ReviewAnswer, ReviewSource } from "./source.js";

/** The detail of `review-answered`, which follows each answer that the source took. */
export interface ReviewAnswered {
  review: Review;
  answer: ReviewAnswer;
}

/** Of questions that the engine has no words for. */
const identityReasons: Record<string, string> = {
  ambiguous: "Several contacts or records could be this person.",
  merged_into_anothers: "The CRM merged this record into one that is linked to another contact.",
  held_by_another: "Another record holds this address already, and is linked to another contact.",
};

export class ConflictReview extends LitElement {
  static override properties = {
    source: { attribute: false },
    grace: { type: Number },
    reviews: { state: true },
    wanted: { state: true },
    selected: { state: true },
    editing: { state: true },
    said: { state: true },
    failure: { state: true },
  };
  static override styles = [tokens, controls, frame, reviewStyles];

  /** Where the reviews come from; nothing is shown without one. */
  declare source: ReviewSource | undefined;
  /** Milliseconds in which an answer can be taken back before it is sent, 5000. */
  declare grace: number;

  declare protected reviews: readonly Review[] | undefined;
  declare protected wanted: string;
  declare protected selected: ReadonlySet<string>;
  /** The review for which a value of its own is typed. */
  declare protected editing: { key: string; text: string; mistake: string } | null;
  declare protected said: string;
  declare protected failure: string;
  #answers: PendingAnswers | undefined;
  #told = new Set<string>();
  /** The row that has the focus, and which one it is, before the rows change. */
  #focused: { key: string; index: number } | null = null;
  readonly #leave = () => void this.#answers?.flush();

  constructor() {
    super();
    this.grace = 5000;
    this.wanted = "";
    this.selected = new Set();
    this.editing = null;
    this.said = "";
    this.failure = "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("pagehide", this.#leave);
    if (this.hasUpdated) void this.refresh();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("pagehide", this.#leave);
    this.#leave();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const row = this.#active?.closest<HTMLElement>("tbody tr");
    this.#focused = row ? { key: row.dataset.key ?? "", index: this.#rows().indexOf(row) } : null;
    if (!changed.has("source") && !changed.has("grace")) return;
    this.#leave();
    this.#told = new Set();
    this.#answers = this.source && new PendingAnswers(this.source, this.grace, () => this.#changed());
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has("source")) void this.refresh();
    this.#keepFocus();
  }

  get #active(): Element | null {
    return (this.renderRoot as ShadowRoot).activeElement;
  }

  /** Buttons go with what they did, and rows with what was answered; the focus stays as near as it can. */
  #keepFocus(): void {
    if (this.#focused === null || this.#active !== null) return;
    const { key, index } = this.#focused;
    const rows = this.#rows();
    const next = this.#rowOf(key) ?? rows[Math.min(index, rows.length - 1)];
    (next ?? this.renderRoot.querySelector<HTMLElement>("[type=search]"))?.focus();
  }

  /** Asks the source anew. What was answered, or closed elsewhere, goes. */
  async refresh(): Promise<void> {
    const { source } = this;
    if (source === undefined) return;
    try {
      const reviews = await source.list();
      if (source !== this.source) return;
      const here = new Set(reviews.map(PendingAnswers.key));
      this.reviews = reviews;
      this.said = "";
      this.selected = new Set([...this.selected].filter((key) => here.has(key)));
      this.failure = "";
    } catch (error) {
      this.failure = `The reviews cannot be had: ${error instanceof Error ? error.message : String(error)}.`;
    }
  }

  #changed(): void {
    for (const review of this.reviews ?? []) {
      const fate = this.#answers?.of(review);
      const key = PendingAnswers.key(review);
      if (fate === undefined || fate.state === "pending" || fate.state === "sending" || this.#told.has(key)) continue;
      this.said = `${titleOf(review)}: ${fateInWords(fate)}`;
      if (fate.state !== "answered") continue;
      this.#told.add(key);
      const detail: ReviewAnswered = { review, answer: fate.answer };
      this.dispatchEvent(new CustomEvent("review-answered", { detail, bubbles: true, composed: true }));
    }
    this.requestUpdate();
  }

  #shown(): Review[] {
    const words = this.wanted.toLowerCase().split(/\s+/).filter(Boolean);
    return (this.reviews ?? []).filter((review) => {
      const { integration, contact, crmId, field, local, crm, reason } = review;
      const text = [integration, contact, crmId, field, reason, shown(local), shown(crm)].join(" ").toLowerCase();
      return words.every((word) => text.includes(word));
    });
  }

  #give(reviews: readonly Review[], answer: ReviewAnswer): void {
    this.#answers?.give(reviews, answer);
    this.selected = new Set();
    this.editing = null;
    this.said = `${counted(reviews.length, "review")}: ${inWords(answer)}. It is sent in ${this.grace / 1000} seconds.`;
  }

  #takeBack(review?: Review): void {
    const back = this.#answers?.takeBack(review) ?? [];
    if (back.length > 0) this.said = `${counted(back.length, "answer")} taken back.`;
  }

  override render() {
    const { reviews, failure } = this;
    const rows = this.#shown();
    return html`<section class="card" aria-labelledby="queue">
      <header>
        <h2 id="queue">Waiting for a person</h2>
        <span class="note">Up, Down: move. 1: PenguinMails, 2: the CRM, 3: another value. X: select. U: undo.</span>
      </header>
      <div class="tools">
        <label class="wanted">Filter
          <input type="search" .value=${this.wanted} placeholder="contact, field, value" spellcheck="false"
            @input=${({ target }: InputEvent) => {
              this.wanted = (target as HTMLInputElement).value;
            }}>
        </label>
        ${this.#forSelected(rows)}
        <button class="undo" aria-disabled=${!this.#answers?.canTakeBack} @click=${() => this.#takeBack()}>Undo</button>
        <button class="refresh" @click=${() => this.refresh()}>Look again</button>
      </div>
      <div class="failure" role="alert">${failure}</div>
      <p class="status" role="status">${this.said || summary(reviews, rows)}</p>
      ${rows.length === 0 ? nothing : this.#table(rows)}
    </section>`;
  }

  /** Only fields take a side each, whatever they are about. */
  #forSelected(rows: readonly Review[]) {
    const chosen = rows.filter((review) => this.selected.has(PendingAnswers.key(review)));
    const sides = { local: "PenguinMails", crm: "CRM" } as const;
    return html`<div class="several" role="group" aria-label="Answer all that are selected">
      <span>${counted(chosen.length, "selected", "selected")}</span>
      ${Object.entries(sides).map(
        ([choose, name]) => html`<button aria-disabled=${chosen.length === 0}
          @click=${() => chosen.length > 0 && this.#give(chosen, { choose: choose as "local" | "crm" })}>${name} for all</button>`,
      )}
    </div>`;
  }

  #table(rows: readonly Review[]) {
    const selectable = rows.filter((review) => review.candidates === null && this.#answers?.isOpen(review));
    const all = selectable.length > 0 && selectable.every((review) => this.selected.has(PendingAnswers.key(review)));
    const selectAll = () => {
      this.selected = all ? new Set() : new Set(selectable.map(PendingAnswers.key));
    };
    return html`<table>
      <thead><tr>
        <th scope="col" class="pick"><input type="checkbox" aria-label="Select all" .checked=${all} @change=${selectAll}></th>
        <th scope="col">What</th>
        <th scope="col">PenguinMails</th>
        <th scope="col">CRM</th>
        <th scope="col">Last agreed</th>
        <th scope="col" class="answer">Answer</th>
      </tr></thead>
      <tbody @keydown=${this.#key}>${rows.map((review, index) => this.#row(review, index === 0))}</tbody>
    </table>`;
  }

  #row(review: Review, isFirst: boolean) {
    const key = PendingAnswers.key(review);
    const fate = this.#answers?.of(review);
    const isOpen = this.#answers?.isOpen(review) ?? false;
    const select = () => this.#select(key);
    const isSelectable = isOpen && review.candidates === null;
    return html`<tr tabindex=${isFirst ? 0 : -1} data-key=${key} aria-label=${titleOf(review)} class=${fate?.state ?? ""}>
      <td class="pick" data-label=${isSelectable ? "Select" : nothing}>${
        isSelectable
          ? html`<input type="checkbox" aria-label=${`Select ${titleOf(review)}`} .checked=${this.selected.has(key)} @change=${select}>`
          : nothing
      }</td>
      <td data-label="What">
        <div class="what">${titleOf(review)}</div>
        <p class="sentence">${reasons[review.reason] ?? identityReasons[review.reason] ?? review.reason}</p>
        <p class="names">${[review.integration, review.contact, review.crmId].filter(Boolean).join(" · ")}</p>
        <time datetime=${review.opened_at}>${moment(review.opened_at)}</time>
      </td>
      <td data-label="PenguinMails">${heldBy(review, "local")}</td>
      <td data-label="CRM">${heldBy(review, "crm")}</td>
      <td data-label="Last agreed">${heldBy(review, "base")}</td>
      <td data-label="Answer" class="answer">${isOpen ? this.#choices(review, key) : nothing}${this.#fate(review, fate)}</td>
    </tr>`;
  }

  #choices(review: Review, key: string) {
    const choice = (name: string, answer: ReviewAnswer) =>
      html`<button data-choose=${answer.choose} @click=${() => this.#give([review], answer)}>${name}</button>`;
    if (review.candidates !== null) {
      return html`${review.candidates.map((candidate) => choice(`It is ${candidate}`, { choose: "link", candidate }))}
        ${choice("None of them", { choose: "none" })}`;
    }
    if (this.editing?.key === key) return this.#editor(review);
    return html`${choice("PenguinMails", { choose: "local" })}${choice("CRM", { choose: "crm" })}
      ${review.field === null ? nothing : html`<button data-choose="value" @click=${() => this.#edit(review)}>Another value…</button>`}`;
  }

  #editor(review: Review) {
    const { text = "", mistake = "" } = this.editing ?? {};
    const input = ({ target }: InputEvent) => {
      if (this.editing !== null)
        this.editing = { ...this.editing, text: (target as HTMLInputElement).value, mistake: "" };
    };
    const give = (event: Event) => {
      event.preventDefault();
      try {
        JSON.parse(text);
        // With every digit of long integers.
        this.#give([review], { choose: "value", value: decode(text) });
      } catch {
        if (this.editing !== null)
          this.editing = { ...this.editing, mistake: 'Not JSON: a text stands in quotes, as "Berlin".' };
      }
    };
    return html`<form @submit=${give}>
      <label>Value, as JSON
        <input name="value" .value=${text} @input=${input} spellcheck="false" aria-describedby="mistake"
          aria-invalid=${mistake === "" ? "false" : "true"}>
      </label>
      <p id="mistake" class="problem" role="alert">${mistake}</p>
      <button>Give it</button>
      <button type="button" @click=${() => this.#stopEditing()}>Never mind</button>
    </form>`;
  }

  #fate(review: Review, fate: Fate | undefined) {
    if (fate === undefined) return nothing;
    const words = fateInWords(fate);
    return html`<p class="fate">${words}
      ${fate.state === "pending" ? html`<button data-choose="undo" @click=${() => this.#takeBack(review)}>Undo</button>` : nothing}
    </p>`;
  }

  #select(key: string): void {
    const selected = new Set(this.selected);
    if (!selected.delete(key)) selected.add(key);
    this.selected = selected;
  }

  #edit(review: Review): void {
    this.editing = { key: PendingAnswers.key(review), text: shown(review.local), mistake: "" };
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLInputElement>("[name=value]")?.select());
  }

  #stopEditing(): void {
    const { key } = this.editing ?? {};
    this.editing = null;
    void this.updateComplete.then(() => this.#rowOf(key ?? "")?.focus());
  }

  #rowOf(key: string): HTMLElement | undefined {
    return this.#rows().find((row) => row.dataset.key === key);
  }

  #rows(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>("tbody tr")];
  }

  /** Keys of a single sign, while the focus is in the table and nothing is typed (WCAG 2.1.4). */
  readonly #key = (event: KeyboardEvent): void => {
    const target = event.target as HTMLElement;
    const row = target.closest("tr");
    if (row === null || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && this.editing !== null) this.#stopEditing();
    else if (target instanceof HTMLInputElement && target.type !== "checkbox") return;
    else if (!this.#act(event.key, row)) return;
    event.preventDefault();
  };

  #act(key: string, row: HTMLElement): boolean {
    const move = { ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling };
    if (key in move) {
      (move[key as keyof typeof move] as HTMLElement | null)?.focus();
      return true;
    }
    const review = this.reviews?.find((one) => PendingAnswers.key(one) === row.dataset.key);
    if (review === undefined) return false;
    if (key === "u") this.#takeBack(review);
    else if (!this.#answers?.isOpen(review) || review.candidates !== null) return false;
    else if (key === "1") this.#give([review], { choose: "local" });
    else if (key === "2") this.#give([review], { choose: "crm" });
    else if (key === "3" && review.field !== null) this.#edit(review);
    else if (key === "x") this.#select(PendingAnswers.key(review));
    else return false;
    return true;
  }
}

function titleOf({ field, candidates }: Review): string {
  if (candidates !== null) return "Who is who";
  return field ?? "A deletion";
}

/** A field may hold null; what is about no field has no value then. */
function heldBy(review: Review, of: "local" | "crm" | "base") {
  const value = review[of];
  return review.field === null && value === null ? nothing : html`<code>${shown(value)}</code>`;
}

function summary(reviews: readonly Review[] | undefined, rows: readonly Review[]): string {
  if (reviews === undefined) return "The reviews are fetched.";
  if (reviews.length === 0) return "Nothing waits for a person.";
  const all = `${counted(reviews.length, "review")} ${reviews.length === 1 ? "waits" : "wait"} for a person`;
  return rows.length === reviews.length ? `${all}.` : `${all}, ${rows.length} shown.`;
}

function inWords(answer: ReviewAnswer): string {
  switch (answer.choose) {
    case "local":
      return "PenguinMails holds";
    case "crm":
      return "the CRM holds";
    case "none":
      return "none of them";
    case "value":
      return shown(answer.value);
    case "link":
      return `it is ${answer.candidate}`;
  }
}

function fateInWords(fate: Fate): string {
  const answer = inWords(fate.answer);
  switch (fate.state) {
    case "pending":
      return `${answer}, not sent yet`;
    case "sending":
      return `${answer}, being sent`;
    case "answered":
      return `${answer}: answered`;
    case "gone":
      return "Not taken: a side has moved on, or somebody else has answered. Look again.";
    case "unfit":
      return "Not taken: this question does not take that answer.";
    case "failed":
      return `Not known to be taken (${fate.why}). Give it again, or look again.`;
  }
}

/** Values are JSON, so that 80 and "80" look different. */
const shown = (value: unknown): string => (value === undefined ? "" : encode(value, "a value"));

const counted = (count: number, what: string, several = `${what}s`) => `${count} ${count === 1 ? what : several}`;

/** In the reader's own time zone and language. */
const moment = (time: string) => new Date(time).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
