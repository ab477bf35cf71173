/** `<admin-draft>`: a draft, what it would do to everybody, and its approval. */
import { css, html, nothing, type PropertyValues } from "lit";
import { brakesOf } from "../service/sync/brakes.js";
import { brakeOf, draftState, fieldsInWords, pairsInWords, type Sentence } from "./life-cycle-words.js";
import type { Integration, MatchReport, Run, WholeDraft } from "./model.js";
import type { AdminQuestion } from "./question.js";
import { progressOf } from "./runs-section.js";
import { Section } from "./section.js";
import { crms, moment, subjectInWords } from "./words.js";

/** While its report is being made. */
const interval = 2000;

export class AdminDraft extends Section {
  static override properties = {
    of: {},
    draft: {},
    integration: { state: true },
    found: { state: true },
    report: { state: true },
  };
  static override styles = [
    ...Section.styles,
    css`
      .sentences li { padding-inline-start: 0.6rem; border-inline-start: 3px solid var(--line); overflow-wrap: anywhere; }
      .sentences li.grave { border-color: var(--error); }
      .stops { padding-inline-start: 0.6rem; border-inline-start: 3px solid var(--warning); }
      .body p { margin: 0 0 0.5rem; }
      .body p:last-child { margin: 0; }
      h4:not(:first-child) { margin-top: 0.75rem; }
      ol { display: grid; gap: 0.25rem; margin: 0; padding: 0 0 0 1.25rem; }
    `,
  ];

  /** The integration's id. */
  declare of: string;
  declare draft: string;
  declare protected integration: Integration | undefined;
  declare protected found: WholeDraft | undefined;
  /** Of its latest impact: examples of who is created and deleted. */
  declare protected report: MatchReport | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  /** Nothing of another draft stays. */
  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("of") || changed.has("draft"))
      Object.assign(this, { found: undefined, report: undefined, said: "" });
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has("of") || changed.has("draft")) void this.look();
  }

  override async look(): Promise<void> {
    const { of, draft, service } = this;
    clearTimeout(this.#timer);
    const answer = await this.attempt("The draft cannot be had", async () => {
      const [integration, found] = await Promise.all([service.integration(of), service.draft(of, draft)]);
      const report = found.impact ? await service.matchReport(of, found.impact.run) : undefined;
      return { integration, found, report };
    });
    if (answer === undefined || of !== this.of || draft !== this.draft) return;
    const before = this.found?.impact;
    Object.assign(this, answer);
    const { impact } = answer.found;
    if (before?.state === "running" && impact?.state !== "running")
      this.said = impact?.state === "done" ? "It is found out what it would do." : "The report came to no end.";
    if (impact?.state === "running" && this.isConnected) this.#timer = setTimeout(() => this.look(), interval);
  }

  override render() {
    const { of, found } = this;
    return html`<div class="cards">
      ${this.notices()}
      <section class="card" aria-labelledby="draft">
        <header><h3 id="draft" tabindex="-1">A draft of the mapping of ${of}</h3>
          <span class="note">${found === undefined ? nothing : `${moment(found.since)} · ${found.by} · made of version ${found.basedOn}`}</span></header>
        ${found === undefined ? nothing : this.#whole(found)}
        <div class="bar">
          <a class="button back" href="#mapping/${encodeURIComponent(of)}/drafts">Back to the drafts</a>
          ${found === undefined ? nothing : this.#acts(found)}
        </div>
      </section>
      ${found?.impact ? this.#impact(found.impact) : nothing}
      <admin-question></admin-question>
    </div>`;
  }

  #whole(draft: WholeDraft) {
    const { name, badge, hindrance } = draftState(draft);
    const inForce = this.integration?.mappingVersion ?? draft.basedOn;
    const isOlder = draft.version === null && draft.basedOn !== inForce;
    return html`<div class="body">
      <p><span class="badge ${badge}">${name}</span></p>
      ${hindrance === null ? nothing : html`<p id="hindrance">${hindrance}</p>`}
      ${isOlder ? html`<p class="stops">It was made of version ${draft.basedOn}, and version ${inForce} is in force: what came with that is not in this draft.</p>` : nothing}
      ${
        draft.diagnostics.length === 0
          ? nothing
          : html`<ol>${draft.diagnostics.map(({ code, line, column, message, hint }) => html`<li>Line ${line}, column ${column}: <code>${code}</code> ${message}${hint ? `; ${hint}` : nothing}</li>`)}</ol>`
      }
    </div>`;
  }

  #acts(draft: WholeDraft) {
    const { hindrance } = draftState(draft);
    const isOpen = draft.version === null;
    const isRunning = draft.impact?.state === "running";
    return html`${isOpen && !isRunning ? html`<button class=${hindrance === null ? "" : "main"} data-act="impact" @click=${() => this.#findOut()}>${draft.impact === null ? "What would it do?" : "Find out anew"}</button>` : nothing}
      ${isOpen ? html`<button class=${hindrance === null ? "main" : ""} data-act="approve" aria-disabled=${hindrance !== null} aria-describedby=${hindrance === null ? nothing : "hindrance"} @click=${() => hindrance === null && this.#approve(draft)}>Approve…</button>` : nothing}
      <button data-act="open" @click=${() => this.#open(draft)}>Open in the editor</button>
      <button data-act="delete" @click=${() => this.#delete()}>Delete…</button>`;
  }

  #impact(run: Run) {
    const { of, integration } = this;
    const crm = integration?.crm ?? "";
    const examples: Record<string, string[]> = {};
    for (const { outcome, examples: some } of this.report?.groups ?? [])
      examples[outcome] = [...(examples[outcome] ?? []), ...some.map(subjectInWords)].slice(0, 5);
    const groups: readonly [string, readonly Sentence[]][] = [
      ["Contacts as a whole", pairsInWords(run, crm, examples)],
      [`Fields in ${crms[crm] ?? crm}`, fieldsInWords(run, "crm")],
      ["Fields in PenguinMails", fieldsInWords(run, "local")],
    ];
    const some = groups.filter(([, sentences]) => sentences.length > 0);
    const stops = integration && brakeOf(run, brakesOf(integration.settings));
    return html`<section class="card" aria-labelledby="impact">
      <header><h3 id="impact">What it would do</h3><span class="note">found out ${moment(run.startedAt)} · ${run.startedBy}</span></header>
      <div class="body">${progressOf(run)}</div>
      <div class="body report">
        ${stops ? html`<p class="stops">It ${stops}. Approved, it is not stopped in what this report shows.</p>` : nothing}
        ${some.length === 0 ? html`<p>${run.state === "done" ? "Nothing would be written." : "Nothing so far."}</p>` : nothing}
        ${some.map(
          ([title, sentences]) =>
            html`<h4>${title}</h4><ul class="sentences">${sentences.map(
              ({ field, text, isGrave, examples }) =>
                html`<li class=${isGrave ? "grave" : ""}>${field === undefined ? text : html`<code>${field}</code>: ${text}`}.
                  ${examples.length === 0 ? nothing : html`<p class="names">such as ${examples.join(", ")}</p>`}</li>`,
            )}</ul>`,
        )}
      </div>
      <div class="bar"><a class="button" href="#runs/${encodeURIComponent(of)}/${encodeURIComponent(run.run)}">Pair by pair</a></div>
    </section>`;
  }

  async #findOut(): Promise<void> {
    const { of, draft, service } = this;
    const started = await this.act("Not found out", () => service.startImpact(of, draft));
    if (started === undefined) return;
    this.said = "It is being found out what it would do, to everybody and without a write.";
    await this.look();
    await this.#focus("#draft");
  }

  async #approve({ impact }: WholeDraft): Promise<void> {
    const { of, draft, service, integration, renderRoot } = this;
    if (impact === null || integration === undefined) return;
    const grave = [
      ...pairsInWords(impact, integration.crm, {}),
      ...(["crm", "local"] as const).flatMap((side) => fieldsInWords(impact, side)),
    ].filter(({ isGrave }) => isGrave);
    const said = grave.map(({ field, text }) => ` ${field === undefined ? text : `${field}: ${text}`}.`).join("");
    const question = {
      title: `Approve this draft of ${of}?`,
      text: `It is in force at once, as version ${integration.mappingVersion + 1}, and everybody is compared under it: what the report shows is done, and no brake stops it.${said}`,
      yes: "Approve it",
    };
    if (!(await renderRoot.querySelector<AdminQuestion>("admin-question")?.ask(question))) return;
    const approved = await this.act("Not approved", () => service.approveDraft(of, draft));
    const refused = this.failure;
    await this.look();
    if (approved === undefined) {
      this.failure ||= refused;
      return;
    }
    const { version, run } = approved;
    this.said = `Version ${version} of ${of} is in force. ${run === null ? "The integration is not active, so nothing is written yet." : "Everybody is compared under it; Runs shows its progress."}`;
    await this.#focus("#draft");
  }

  async #delete(): Promise<void> {
    const { of, draft, service, found, renderRoot } = this;
    const question = {
      title: `Delete this draft of ${of}?`,
      text: found?.version
        ? `Version ${found.version}, which it has become, stays.`
        : "Nobody can have it back. What is in force stays in force.",
      yes: "Delete it",
    };
    if (!(await renderRoot.querySelector<AdminQuestion>("admin-question")?.ask(question))) return;
    const gone = await this.act("Not deleted", () => service.removeDraft(of, draft));
    if (gone) location.hash = `mapping/${encodeURIComponent(of)}/drafts`;
  }

  #open({ file, since }: WholeDraft): void {
    const detail = { file, name: `the draft of ${moment(since)}` };
    this.dispatchEvent(new CustomEvent("open-mapping", { detail, bubbles: true, composed: true }));
  }

  /** The button that was pressed may be gone, and the focus with it. */
  async #focus(selector: string): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(selector)?.focus();
  }
}
