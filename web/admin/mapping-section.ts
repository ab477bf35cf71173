/**
 * `<admin-mapping>`: an integration's mapping, tried on records that were decided lately, and saved as a new version or a
 * draft; beside it its drafts, its versions and its brakes.
 */
import type { MappingPreview } from "@penguinmails/crm-sync/preview";
import { css, html, nothing, type PropertyValues } from "lit";
import { indented } from "../preview/indent.js";
import { Refused } from "../review/refusals.js";
import type { AuditEntry, Diagnostic, Integration, MappingVersion, Side } from "./model.js";
import type { AdminQuestion } from "./question.js";
import { loadLifeCycle, Section } from "./section.js";
import { crms, moment, shown } from "./words.js";

/** The section's parts, by what follows the integration in the address. */
const parts = { "": "Editor", drafts: "Drafts", versions: "Versions", brakes: "Brakes and approval" } as const;
type Part = keyof typeof parts;

/** What is edited of an integration while another one, or another section, is looked at. */
interface Edit {
  saved: MappingVersion;
  text: string;
  /** What was last saved as a draft. */
  kept: string | null;
  decisions: readonly AuditEntry[];
  sample: string;
}

export class AdminMapping extends Section {
  static override properties = {
    preview: { attribute: false },
    integrations: { state: true },
    wanted: { state: true },
    mistakes: { state: true },
  };
  static override styles = [
    ...Section.styles,
    css`
      ol { display: grid; gap: 0.25rem; margin: 0; padding: 0 0 0 1.25rem; }
      .mistakes { border-color: var(--error); }
      .state { margin-inline-start: auto; align-self: center; }
      nav { display: flex; flex-wrap: wrap; gap: 0.35rem; }
      nav a[aria-current] { border-color: var(--accent); background: var(--accent-soft); }
      .bar p { flex-basis: 100%; margin: 0; }
      @media (forced-colors: active) { nav a[aria-current] { border-color: Highlight; } }
    `,
  ];

  /** In which the file is edited; it stays as it is for as long as the page is open. */
  declare preview: MappingPreview;
  declare protected integrations: readonly Integration[] | undefined;
  /** The integration that is shown. */
  declare protected wanted: string;
  /** What the service found wrong with the file that it refused. */
  declare protected mistakes: readonly Diagnostic[];
  /** The file that they are in. */
  #refused = "";
  readonly #edits = new Map<string, Edit>();
  readonly #leave = (event: Event) => {
    this.#keep();
    if ([...this.#edits.values()].some(({ text, kept, saved }) => text !== saved.file && text !== kept))
      event.preventDefault();
  };

  constructor() {
    super();
    this.wanted = "";
    this.mistakes = [];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("beforeunload", this.#leave);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("beforeunload", this.#leave);
  }

  override async look(): Promise<void> {
    this.#keep();
    const { service, place } = this;
    const found = await this.attempt("The mapping cannot be had", async () => {
      const integrations = await service.integrations();
      const id = place[0] ?? (integrations.some((one) => one.id === this.wanted) ? this.wanted : integrations[0]?.id);
      if (id === undefined) return { integrations };
      const [saved, decisions] = await Promise.all([service.mapping(id), service.decisions(id)]);
      return { integrations, id, saved, decisions };
    });
    if (found === undefined || place !== this.place) return;
    this.integrations = found.integrations;
    if (found.id !== undefined) this.#show(found.id, found.saved, found.decisions);
    await this.updateComplete;
    await this.renderRoot.querySelector<Section>("[data-part]")?.look?.();
  }

  get #part(): Part {
    const [, part = ""] = this.place;
    return part in parts ? (part as Part) : "";
  }

  override updated(changed: PropertyValues<this>): void {
    if (!changed.has("place") || this.#part === "") return;
    loadLifeCycle().catch(({ message }: Error) => {
      this.failure = `Not shown: ${message}.`;
    });
  }

  /** Takes what is in the editor into what is edited. */
  #keep(): void {
    const edit = this.#edits.get(this.wanted);
    if (edit !== undefined) edit.text = this.preview.mapping;
  }

  #show(id: string, saved: MappingVersion, latest: readonly AuditEntry[]): void {
    this.#keep(); // what was typed while the service was asked
    const before = this.#edits.get(id);
    // A draft that is edited no more may have come into force.
    const isChanged = before !== undefined && before.text !== before.saved.file && before.text !== saved.file;
    const sample = before?.sample ?? latest[0]?.id ?? "";
    // The one that the records come from stays in the list when it is no more among the latest.
    const tried = before?.decisions.find((one) => one.id === sample && !latest.some(({ id }) => id === sample));
    const decisions = tried === undefined ? latest : [...latest, tried];
    // Edits stay, and stay edits of the version that they were made of.
    const edit = isChanged ? { ...before, decisions } : { saved, text: saved.file, kept: null, decisions, sample };
    this.#edits.set(id, edit);
    if (id !== this.wanted) this.mistakes = [];
    this.wanted = id;
    Object.assign(this.preview, { mapping: edit.text, saved: edit.saved.file });
    if (before === undefined) this.#take(sample);
    const newer = isChanged && saved.version !== before.saved.version;
    this.said = newer
      ? `Version ${saved.version} was saved meanwhile; your edits are of version ${before.saved.version}.`
      : `Version ${edit.saved.version} of ${id} is in force.`;
  }

  /** The records of a decision, or none. */
  #take(id: string): void {
    const edit = this.#edits.get(this.wanted);
    if (edit === undefined) return;
    edit.sample = id;
    const { local, crm, base, now } = edit.decisions.find((one) => one.id === id)?.input ?? {};
    const text = (record: Record<string, unknown> | null | undefined) => (record ? indented(shown(record)) : "");
    const time = (side: Side | null | undefined) => side?.updated_at ?? "";
    Object.assign(this.preview, {
      ...{ local: text(local?.record), crm: text(crm?.record), base: text(base), now: now ?? "" },
      ...{ localChangedAt: time(local), crmChangedAt: time(crm) },
    });
    this.requestUpdate();
  }

  async #save(): Promise<void> {
    const { service, wanted, preview } = this;
    const edit = this.#edits.get(wanted);
    if (edit === undefined) return;
    const file = preview.mapping;
    const latest = await this.attempt("Not saved", () => service.mapping(wanted));
    if (latest === undefined) return;
    const replaced =
      latest.version === edit.saved.version
        ? ""
        : ` Somebody has saved version ${latest.version} since you began with version ${edit.saved.version}; yours replaces it.`;
    const question = {
      title: `Save version ${latest.version + 1} of ${wanted}?`,
      text: `It is in force at once: whatever changes from now on is decided by it.${replaced}`,
      yes: "Save it",
    };
    if (!(await this.renderRoot.querySelector<AdminQuestion>("admin-question")?.ask(question))) return;
    this.mistakes = [];
    const saved = await this.#send(file, () => service.saveMapping(wanted, file, latest));
    if (saved === undefined) return;
    this.#edits.set(wanted, { ...edit, saved, text: file });
    preview.saved = file;
    this.said = `Version ${saved.version} of ${wanted} is saved and in force.`;
  }

  /** Nothing of it is in force: what it would do is found out where this leads. */
  async #saveDraft(): Promise<void> {
    const { service, wanted, preview } = this;
    const edit = this.#edits.get(wanted);
    if (edit === undefined) return;
    const file = preview.mapping;
    this.mistakes = [];
    const made = await this.#send(file, () => service.saveDraft(wanted, file));
    if (made === undefined) return;
    edit.kept = file;
    location.hash = ["mapping", wanted, "drafts", made.draft].map(encodeURIComponent).join("/");
  }

  async #send<T>(file: string, save: () => Promise<T>): Promise<T | undefined> {
    let refused: Refused | undefined;
    const saved = await this.act("Not saved", () =>
      save().catch((error: unknown) => {
        if (error instanceof Refused) refused = error;
        throw error;
      }),
    );
    this.#refuse(file, refused?.problem.diagnostics);
    if (refused?.problem.type?.endsWith(":approval-required")) await this.#asksApproval();
    return saved;
  }

  /** Somebody has it ask for approval since the section was looked at: the way that is left has the focus. */
  async #asksApproval(): Promise<void> {
    this.integrations = this.integrations?.map((one) =>
      one.id === this.wanted ? { ...one, settings: { ...one.settings, approval: true } } : one,
    );
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>("[data-act=draft]")?.focus();
  }

  /** A version or a draft, to be looked at and gone on with. */
  readonly #open = async ({ detail: { file, name } }: CustomEvent<{ file: string; name: string }>): Promise<void> => {
    const { wanted, preview, renderRoot } = this;
    const edit = this.#edits.get(wanted);
    if (edit === undefined) return;
    const isLost = preview.mapping !== edit.saved.file && preview.mapping !== edit.kept && preview.mapping !== file;
    const question = {
      title: `Open ${name} in the editor?`,
      text: `What was edited of the mapping of ${wanted} and not saved is lost.`,
      yes: "Open it",
    };
    if (isLost && !(await renderRoot.querySelector<AdminQuestion>("admin-question")?.ask(question))) return;
    preview.mapping = file;
    Object.assign(edit, { text: file, kept: file });
    this.mistakes = [];
    location.hash = `mapping/${encodeURIComponent(wanted)}`;
  };

  #refuse(file: string, diagnostics: unknown): void {
    if (!Array.isArray(diagnostics)) return;
    this.mistakes = diagnostics as Diagnostic[];
    this.#refused = file;
    this.#mark();
  }

  /** The editor marks them at their places, instead of those that the page's own engine finds. */
  #mark(): void {
    const editor = this.preview.shadowRoot?.querySelector("[data-pane=mapping]");
    if (editor) Object.assign(editor, { diagnostics: this.mistakes });
  }

  /** Another file than the one that was refused has other mistakes. */
  readonly #ran = async (): Promise<void> => {
    await this.preview.updateComplete;
    if (this.mistakes.length > 0 && this.preview.mapping === this.#refused) this.#mark();
    else this.mistakes = [];
    this.requestUpdate();
  };

  #putBack(): void {
    const edit = this.#edits.get(this.wanted);
    if (edit === undefined) return;
    this.preview.mapping = edit.saved.file;
    this.mistakes = [];
    this.said = `Version ${edit.saved.version} is in the editor again.`;
  }

  override render() {
    const { integrations, mistakes, preview } = this;
    const isEditor = this.#part === "";
    return html`<div class="cards" @open-mapping=${this.#open}>
      ${isEditor ? this.notices() : html`<div class="failure" role="alert">${this.failure}</div>`}
      ${integrations?.length === 0 ? html`<p class="card body">No CRM is connected yet, so that there is no mapping.</p>` : nothing}
      ${integrations === undefined || integrations.length === 0 ? nothing : this.#bar(integrations)}
      ${
        mistakes.length === 0 || !isEditor
          ? nothing
          : html`<section class="card mistakes" aria-labelledby="mistakes"><div class="body">
            <h3 id="mistakes">What the service found</h3>
            <ol>${mistakes.map(({ code, line, column, message, hint }) => html`<li>Line ${line}, column ${column}: <code>${code}</code> ${message}${hint ? `; ${hint}` : nothing}</li>`)}</ol>
          </div></section>`
      }
      ${integrations?.length ? this.#shownPart() : nothing}
      ${integrations?.length ? html`<div ?hidden=${!isEditor} @mapping-result=${this.#ran}>${preview}</div>` : nothing}
      <admin-question></admin-question>
    </div>`;
  }

  #shownPart() {
    const { service, place } = this;
    const [of = this.wanted, , draft] = place;
    switch (this.#part) {
      case "drafts":
        return draft === undefined
          ? html`<admin-drafts data-part .service=${service} .of=${of}></admin-drafts>`
          : html`<admin-draft data-part .service=${service} .of=${of} .draft=${draft}></admin-draft>`;
      case "versions":
        return html`<admin-versions data-part .service=${service} .of=${of}></admin-versions>`;
      case "brakes":
        return html`<admin-brakes data-part .service=${service} .of=${of}></admin-brakes>`;
      default:
        return nothing;
    }
  }

  #bar(integrations: readonly Integration[]) {
    const part = this.#part;
    const addressOf = (id: string, of: string) => `mapping/${encodeURIComponent(id)}${of && `/${of}`}`;
    const go = ({ target }: Event) => {
      location.hash = addressOf((target as HTMLSelectElement).value, part);
    };
    return html`<section class="card" aria-label="Mapping to edit">
      <div class="bar first">
        <label class="choice">Integration
          <select name="integration" @change=${go}>${integrations.map(
            ({ id, crm }) =>
              html`<option value=${id} .selected=${id === this.wanted}>${id} (${crms[crm] ?? crm})</option>`,
          )}</select></label>
        <nav aria-label="Of this mapping">${(Object.entries(parts) as [Part, string][]).map(
          ([of, name]) =>
            html`<a class="button" href="#${addressOf(this.wanted, of)}" aria-current=${of === part ? "page" : nothing}>${name}</a>`,
        )}</nav>
      </div>
      ${part === "" ? this.#editing(integrations) : nothing}
    </section>`;
  }

  #editing(integrations: readonly Integration[]) {
    const edit = this.#edits.get(this.wanted);
    const text = this.preview.mapping;
    const isChanged = edit !== undefined && edit.saved.file !== text;
    const isKept = isChanged && edit.kept === text;
    const isApproved = integrations.find(({ id }) => id === this.wanted)?.settings.approval;
    const value = ({ target }: Event) => (target as HTMLSelectElement).value;
    const button = (act: string, name: string, does: () => unknown, kind = "") =>
      html`<button class=${kind} data-act=${act} aria-disabled=${!isChanged} @click=${() => isChanged && does()}>${name}</button>`;
    return html`<div class="bar">
        <label class="choice">Try it on
          <select name="sample" @change=${(event: Event) => this.#take(value(event))}>
            ${edit?.decisions.map(
              ({ id, contact, at }) =>
                html`<option value=${id} .selected=${id === edit.sample}>${contact}, decided ${moment(at)}</option>`,
            )}
            <option value="" .selected=${(edit?.sample ?? "") === ""}>No records</option>
          </select></label>
        ${isApproved ? nothing : button("save", "Save as a new version…", () => this.#save(), "main")}
        ${button("draft", "Save as a draft", () => this.#saveDraft(), isApproved ? "main" : "")}
        ${button("back", "Put back", () => this.#putBack())}
        <span class="badge state ${isChanged ? "warning" : "none"}">${isKept ? "Saved, not in force" : isChanged ? "Changed, not saved" : `Version ${edit?.saved.version ?? ""}`}</span>
        ${isApproved ? html`<p class="quiet small">It comes into force only as a draft that somebody approves.</p>` : nothing}
      </div>`;
  }
}
