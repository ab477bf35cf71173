/** `<admin-mapping>`: an integration's mapping, tried on records that were decided lately, and saved as a new version. */
import type { MappingPreview } from "@penguinmails/crm-sync/preview";
import { css, html, nothing } from "lit";
import { indented } from "../preview/indent.js";
import { Refused } from "../review/refusals.js";
import type { AuditEntry, Diagnostic, Integration, MappingVersion, Side } from "./model.js";
import type { AdminQuestion } from "./question.js";
import { Section } from "./section.js";
import { crms, moment, shown } from "./words.js";

/** What is edited of an integration while another one, or another section, is looked at. */
interface Draft {
  saved: MappingVersion;
  text: string;
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
  readonly #drafts = new Map<string, Draft>();
  readonly #leave = (event: Event) => {
    this.#keep();
    if ([...this.#drafts.values()].some(({ text, saved }) => text !== saved.file)) event.preventDefault();
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
  }

  /** Takes what is in the editor into the draft. */
  #keep(): void {
    const draft = this.#drafts.get(this.wanted);
    if (draft !== undefined) draft.text = this.preview.mapping;
  }

  #show(id: string, saved: MappingVersion, latest: readonly AuditEntry[]): void {
    this.#keep(); // what was typed while the service was asked
    const before = this.#drafts.get(id);
    const isChanged = before !== undefined && before.text !== before.saved.file;
    const sample = before?.sample ?? latest[0]?.id ?? "";
    // The one that the records come from stays in the list when it is no more among the latest.
    const tried = before?.decisions.find((one) => one.id === sample && !latest.some(({ id }) => id === sample));
    const decisions = tried === undefined ? latest : [...latest, tried];
    // Edits stay, and stay edits of the version that they were made of.
    const draft = isChanged ? { ...before, decisions } : { saved, text: saved.file, decisions, sample };
    this.#drafts.set(id, draft);
    if (id !== this.wanted) this.mistakes = [];
    this.wanted = id;
    this.preview.mapping = draft.text;
    if (before === undefined) this.#take(sample);
    const newer = isChanged && saved.version !== before.saved.version;
    this.said = newer
      ? `Version ${saved.version} was saved meanwhile; your edits are of version ${before.saved.version}.`
      : `Version ${draft.saved.version} of ${id} is in force.`;
  }

  /** The records of a decision, or none. */
  #take(id: string): void {
    const draft = this.#drafts.get(this.wanted);
    if (draft === undefined) return;
    draft.sample = id;
    const { local, crm, base, now } = draft.decisions.find((one) => one.id === id)?.input ?? {};
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
    const draft = this.#drafts.get(wanted);
    if (draft === undefined) return;
    const file = preview.mapping;
    const latest = await this.attempt("Not saved", () => service.mapping(wanted));
    if (latest === undefined) return;
    const replaced =
      latest.version === draft.saved.version
        ? ""
        : ` Somebody has saved version ${latest.version} since you began with version ${draft.saved.version}; yours replaces it.`;
    const question = {
      title: `Save version ${latest.version + 1} of ${wanted}?`,
      text: `It is in force at once: whatever changes from now on is decided by it.${replaced}`,
      yes: "Save it",
    };
    if (!(await this.renderRoot.querySelector<AdminQuestion>("admin-question")?.ask(question))) return;
    this.mistakes = [];
    const saved = await this.act("Not saved", () =>
      service.saveMapping(wanted, file, latest).catch((error: unknown) => {
        if (error instanceof Refused) this.#refuse(file, error.problem.diagnostics);
        throw error;
      }),
    );
    if (saved === undefined) return;
    this.#drafts.set(wanted, { ...draft, saved, text: file });
    this.said = `Version ${saved.version} of ${wanted} is saved and in force.`;
  }

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
    const draft = this.#drafts.get(this.wanted);
    if (draft === undefined) return;
    this.preview.mapping = draft.saved.file;
    this.mistakes = [];
    this.said = `Version ${draft.saved.version} is in the editor again.`;
  }

  override render() {
    const { integrations, mistakes, preview } = this;
    return html`<div class="cards">
      ${this.notices()}
      ${integrations?.length === 0 ? html`<p class="card body">No CRM is connected yet, so that there is no mapping.</p>` : nothing}
      ${integrations === undefined || integrations.length === 0 ? nothing : this.#bar(integrations)}
      ${
        mistakes.length === 0
          ? nothing
          : html`<section class="card mistakes" aria-labelledby="mistakes"><div class="body">
            <h3 id="mistakes">What the service found</h3>
            <ol>${mistakes.map(({ code, line, column, message, hint }) => html`<li>Line ${line}, column ${column}: <code>${code}</code> ${message}${hint ? `; ${hint}` : nothing}</li>`)}</ol>
          </div></section>`
      }
      ${integrations?.length ? html`<div @mapping-result=${this.#ran}>${preview}</div>` : nothing}
      <admin-question></admin-question>
    </div>`;
  }

  #bar(integrations: readonly Integration[]) {
    const draft = this.#drafts.get(this.wanted);
    const isChanged = draft !== undefined && draft.saved.file !== this.preview.mapping;
    const value = ({ target }: Event) => (target as HTMLSelectElement).value;
    const go = (event: Event) => {
      location.hash = `mapping/${encodeURIComponent(value(event))}`;
    };
    return html`<section class="card" aria-label="Mapping to edit">
      <div class="bar first">
        <label class="choice">Integration
          <select name="integration" @change=${go}>${integrations.map(
            ({ id, crm }) =>
              html`<option value=${id} .selected=${id === this.wanted}>${id} (${crms[crm] ?? crm})</option>`,
          )}</select></label>
        <label class="choice">Try it on
          <select name="sample" @change=${(event: Event) => this.#take(value(event))}>
            ${draft?.decisions.map(
              ({ id, contact, at }) =>
                html`<option value=${id} .selected=${id === draft.sample}>${contact}, decided ${moment(at)}</option>`,
            )}
            <option value="" .selected=${(draft?.sample ?? "") === ""}>No records</option>
          </select></label>
        <button class="main" data-act="save" aria-disabled=${!isChanged} @click=${() => isChanged && this.#save()}>Save as a new version…</button>
        <button data-act="back" aria-disabled=${!isChanged} @click=${() => isChanged && this.#putBack()}>Put back</button>
        <span class="badge state ${isChanged ? "warning" : "none"}">${isChanged ? "Changed, not saved" : `Version ${draft?.saved.version ?? ""}`}</span>
      </div>
    </section>`;
  }
}
