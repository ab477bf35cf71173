/** `<crm-mapping-preview>`: a mapping file and records to try it on, with what the engine makes of them as you type. */
import { html, LitElement, nothing, type PropertyValues } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { CodeEditor } from "./code-editor.js";
import { EngineWorker } from "./engine-worker.js";
import { fileChoice, saveFile } from "./files.js";
import { indented } from "./indent.js";
import type { Ask } from "./language-help.js";
import type { ManyRecords, OpenRecord } from "./many-records.js";
import { isRecordMode, modes, paneNotes, panesOf, paneTitles, recordModes } from "./modes.js";
import { openedRecord } from "./opened-record.js";
import { loadPart, type PartName } from "./parts.js";
import { previewStyles } from "./preview-styles.js";
import type { Answer, Input, Many, Mode, Pane, RecordMode } from "./protocol.js";
import { resultStyles, tableStyles } from "./result-styles.js";
import { resultTable } from "./result-table.js";
import { fromHash, toHash } from "./shared-link.js";
import type { Shortcuts } from "./shortcuts.js";
import { hasMistakes, statusOf } from "./status.js";
import { controls, frame, tokens } from "./styles.js";

/** The detail of `mapping-result`, which follows every run. */
export interface MappingResult extends Pick<Answer, "mode" | "diagnostics" | "outcome" | "result" | "milliseconds"> {
  /** In mode many: how many records there were, and the milliseconds of the engine's call for them. */
  many: { records: number; milliseconds: number } | null;
}

const inputNames = [
  "mapping",
  "mode",
  "each",
  "local",
  "crm",
  "base",
  "records",
  "payload",
  "localChangedAt",
  "crmChangedAt",
  "now",
] as const;

/** What a run follows on. `comparing` is the element's own. */
const runOn = [...inputNames, "saved", "comparing" as "saved"] as const;

export type Theme = "system" | "light" | "dark";
const themes: Theme[] = ["system", "light", "dark"];

/** Milliseconds between the last key and the run. */
const pause = 120;

/** The detail of `settings-change`: what a person chose for the page rather than for the mapping. */
export interface PreviewSettings {
  theme: Theme;
  questionMark: boolean;
}

export class MappingPreview extends LitElement implements Input {
  static override properties = {
    ...Object.fromEntries(inputNames.map((name) => [name, {}])),
    saved: {},
    theme: { reflect: true },
    questionMark: { type: Boolean },
    workerUrl: {},
    deadline: { type: Number },
    answer: { state: true },
    shown: { state: true },
    version: { state: true },
    stopped: { state: true },
    told: { state: true },
    many: { state: true },
    comparing: { state: true },
    entry: { state: true },
    opened: { state: true },
  };
  static override styles = [tokens, controls, frame, previewStyles, tableStyles, resultStyles];

  /** The mapping file, YAML or JSON. */
  declare mapping: string;
  /** What `mapping` is compared with; the file that was there first, or was imported or opened last, unless it is set. */
  declare saved: string | null;
  declare mode: Mode;
  /** The contact, the CRM's record and what both last agreed on, as JSON text; blank for none. */
  declare local: string;
  declare crm: string;
  declare base: string;
  /** For mode many: NDJSON or a JSON array, of inputs of `resolve` or of records, as `each` says. */
  declare records: string;
  declare each: RecordMode;
  /** For mode webhook: the body of a delivery. */
  declare payload: string;
  /** When each record was changed, RFC 3339; blank where that is not known. */
  declare localChangedAt: string;
  declare crmChangedAt: string;
  /** The time of the run, RFC 3339; blank for the clock's. */
  declare now: string;
  /** Light or dark, whatever the system has; "system" goes by it. */
  declare theme: Theme;
  /** Whether ? opens the list of shortcuts. */
  declare questionMark: boolean;
  /** The worker's script, where the one beside this file cannot be had. */
  declare workerUrl: string | undefined;
  /** Milliseconds after which a run is stopped. */
  declare deadline: number;

  declare protected answer: Answer | undefined;
  /** The answer whose result is on the page: the last one with a result, so that half a word does not empty the table. */
  declare protected shown: Answer | undefined;
  declare protected version: string;
  declare protected stopped: string;
  /** What became of the last import, export or link. */
  declare protected told: string;
  /** The last that became of many records, also while one of them is looked at. */
  declare protected many: Many | undefined;
  declare protected comparing: boolean;
  /** The name of the entry that the caret is in. */
  declare protected entry: string;
  /** Which of many records the panes hold, since it was opened from their list. */
  declare protected opened: { index: number; of: number } | undefined;
  #engine: EngineWorker | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #ask: Ask = async (question) => (await this.#engine?.ask(question)) ?? null;

  constructor() {
    super();
    for (const name of inputNames) this[name] = "" as RecordMode;
    this.saved = null;
    this.theme = "system";
    this.questionMark = true;
    this.mode = "resolve";
    this.each = "resolve";
    this.deadline = 2000;
    this.version = "";
    this.stopped = "";
    this.told = "";
    this.comparing = false;
    this.entry = "";
    this.addEventListener("keydown", (event) => {
      if (event.key !== "?" || !this.questionMark || isTyped(event)) return;
      event.preventDefault();
      this.showShortcuts();
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#startEngine();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    this.#engine?.dispose();
    this.#engine = undefined;
  }

  override willUpdate(): void {
    if (this.mapping !== "") this.saved ??= this.mapping;
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has("workerUrl") || changed.has("deadline")) this.#startEngine();
    else if (runOn.some((name) => changed.has(name))) this.#runSoon();
    if (changed.has("mode") && this.mode === "many") this.#needs("crm-many-records");
    if (changed.has("mode") && this.mode === "webhook") this.#needs("crm-webhook-effect");
    if (this.comparing) this.#needs("crm-mapping-comparison");
  }

  #needs(name: PartName): Promise<void> {
    return loadPart(name).catch(() => {
      this.stopped = "A part of this page could not be loaded. Reload the page to try again.";
    });
  }

  #startEngine(): void {
    this.#engine?.dispose();
    this.#engine = new EngineWorker(
      {
        ready: (version) => {
          this.version = version;
        },
        answered: (answer) => this.#answered(answer),
        stopped: (message) => {
          this.stopped = message;
        },
      },
      { deadline: this.deadline, url: this.workerUrl },
    );
    this.#run();
  }

  #runSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#run(), pause);
  }

  #run(): void {
    const { mapping, mode, each, local, crm, base, localChangedAt, crmChangedAt, now } = this;
    const records = mode === "many" || this.comparing ? this.records : "";
    const saved = this.comparing ? (this.saved ?? "") : null;
    // The page itself reads the payload.
    const others = { records, payload: "", saved };
    this.#engine?.run({ mapping, mode, each, local, crm, base, ...others, localChangedAt, crmChangedAt, now });
  }

  #answered(answer: Answer): void {
    this.answer = answer;
    if (
      answer.result !== null ||
      (answer.many ?? answer.listening) !== null ||
      answer.mode !== this.shown?.mode ||
      !hasMistakes(answer)
    )
      this.shown = answer;
    this.many = answer.many ?? this.many;
    this.stopped = "";
    const { mode, diagnostics, outcome, result, milliseconds } = answer;
    const many = answer.many && { records: answer.many.records.length, milliseconds: answer.many.milliseconds };
    const detail: MappingResult = { mode, diagnostics, outcome, result, many, milliseconds };
    this.dispatchEvent(new CustomEvent("mapping-result", { detail, bubbles: true, composed: true }));
  }

  /** The mapping, and the records with it if they are wanted, as the hash of an address. */
  link({ records = false } = {}): Promise<string> {
    const read = inputNames.filter(
      (name) => (name !== "records" || this.mode === "many") && (name !== "payload" || this.mode === "webhook"),
    );
    const names = records ? read : (["mapping", "mode"] as const);
    return toHash(Object.fromEntries(names.map((name) => [name, this[name]])));
  }

  /** Takes what `link` gave; false where the hash is none of its, or damaged. */
  async open(hash: string): Promise<boolean> {
    const shared = await fromHash(hash);
    if (shared === null) return false;
    for (const name of inputNames) {
      const value = shared[name];
      if (value !== undefined && isFit(name, value)) this[name] = value as RecordMode;
    }
    this.saved = this.mapping;
    return true;
  }

  override render() {
    return html`
      <div class="toolbar">
        <fieldset>
          <legend>What to preview</legend>
          ${Object.entries(modes).map(([mode, title]) => this.#choice("mode", mode as Mode, title))}
        </fieldset>
        ${
          this.mode === "many"
            ? html`<fieldset>
              <legend>What is done with each record</legend>
              ${Object.entries(recordModes).map(([mode, title]) => this.#choice("each", mode as RecordMode, title))}
            </fieldset>`
            : nothing
        }
        <div class="settings">
          ${this.#setting("now", "Time of the run", "this device's clock")} ${this.#themeChoice()}
          <button class="shortcuts" name="shortcuts" @click=${this.showShortcuts}>Shortcuts</button>
        </div>
      </div>
      <crm-shortcuts .active=${this.questionMark} @active-chosen=${this.#chooseQuestionMark}></crm-shortcuts>
      <div class="halves">
        <section class="card mapping" aria-labelledby="mapping">
          <header>
            <h2 id="mapping">Mapping file</h2>
            <span class="note">Ctrl+Space: what may stand here. F8: next mistake. Escape, then Tab: leave.</span>
          </header>
          ${this.#editor("mapping", "Mapping file", this.answer?.diagnostics ?? [])}
          ${this.#fileActions()}
        </section>
        ${this.#results()}
      </div>
      ${this.comparing ? this.#comparison() : nothing}
      <div class="panes">${repeat(
        panesOf[this.mode],
        (pane) => pane, // an editor keeps what can be undone in it
        (pane) => this.#pane(pane),
      )}</div>`;
  }

  /** The list of shortcuts, in a dialog. */
  readonly showShortcuts = async (): Promise<void> => {
    await this.#needs("crm-shortcuts");
    await this.renderRoot.querySelector<Shortcuts>("crm-shortcuts")?.open?.();
  };

  readonly #chooseQuestionMark = ({ detail }: CustomEvent<boolean>): void => {
    this.questionMark = detail;
    this.#tellSettings();
  };

  #themeChoice() {
    const choose = ({ target }: Event) => {
      this.theme = (target as HTMLSelectElement).value as Theme;
      this.#tellSettings();
    };
    return html`<label class="setting">Theme
      <select name="theme" @change=${choose}>
        ${themes.map((theme) => html`<option value=${theme} ?selected=${this.theme === theme}>${theme}</option>`)}
      </select>
    </label>`;
  }

  /** For a host that keeps them, and has colours of its own. */
  #tellSettings(): void {
    const { theme, questionMark } = this;
    const detail: PreviewSettings = { theme, questionMark };
    this.dispatchEvent(new CustomEvent("settings-change", { detail, bubbles: true, composed: true }));
  }

  #fileActions() {
    const take = (text: string | null, name: string) => {
      this.told = text === null ? `${name} could not be read.` : `${name} was read.`;
      if (text !== null) Object.assign(this, { mapping: text, saved: text });
    };
    const save = () => {
      const isJson = this.mapping.trimStart().startsWith("{");
      saveFile(this.mapping, `mapping.${isJson ? "json" : "yaml"}`);
      this.told = "The file was saved.";
    };
    return html`<div class="actions">
      ${fileChoice("Import", ".yaml,.yml,.json", take)}
      <button @click=${save}>Export</button>
      <button @click=${() => this.#copyLink(false)}>Copy link</button>
      <button @click=${() => this.#copyLink(true)}>Copy link with records</button>
      <button aria-expanded=${this.comparing} @click=${this.#toggleComparison}>Compare with the saved file</button>
      <span class="note" role="status">${this.told}</span>
    </div>`;
  }

  readonly #toggleComparison = async (): Promise<void> => {
    this.comparing = !this.comparing;
    await this.updateComplete;
    if (this.comparing) this.renderRoot.querySelector(".comparison")?.scrollIntoView({ block: "nearest" });
    else this.renderRoot.querySelector<HTMLElement>("[aria-expanded]")?.focus();
  };

  #comparison() {
    const takeBack = () => {
      this.mapping = this.saved ?? "";
      this.told = "The editor has the saved file again. Ctrl+Z in it takes that back.";
    };
    return html`<section class="card comparison" aria-labelledby="comparison">
      <header><h2 id="comparison">Saved and edited</h2></header>
      <crm-mapping-comparison .saved=${this.saved ?? ""} .edited=${this.mapping}
        .comparison=${this.answer?.comparison ?? undefined}></crm-mapping-comparison>
      <div class="actions">
        <button ?disabled=${this.mapping === this.saved} @click=${takeBack}>Take the saved file back</button>
        <button @click=${this.#toggleComparison}>Close</button>
      </div>
    </section>`;
  }

  async #copyLink(records: boolean): Promise<void> {
    const url = new URL(await this.link({ records }), location.href).href;
    try {
      await navigator.clipboard.writeText(url);
      this.told = records ? "The link, with the records, is in the clipboard." : "The link is in the clipboard.";
    } catch {
      this.told = "The browser does not let the link into the clipboard.";
    }
  }

  /** Radio buttons of one property. */
  #choice<Name extends "mode" | "each">(name: Name, value: this[Name], title: string) {
    const choose = () => {
      this[name] = value;
      if (name === "mode") this.opened = undefined;
    };
    return html`<label class="mode">
      <input type="radio" name=${name} value=${value} .checked=${this[name] === value} @change=${choose}>${title}
    </label>`;
  }

  #setting(name: "now" | "localChangedAt" | "crmChangedAt", label: string, placeholder: string) {
    const set = ({ target }: InputEvent) => {
      this[name] = (target as HTMLInputElement).value;
    };
    return html`<label class="setting">${label}
      <input name=${name} .value=${this[name]} placeholder=${placeholder} spellcheck="false" @input=${set}>
    </label>`;
  }

  #editor(name: "mapping" | Pane, label: string, diagnostics: Answer["diagnostics"]) {
    const set = ({ target }: Event) => {
      this[name] = (target as CodeEditor).value;
    };
    const choose = ({ detail }: CustomEvent<string>) => {
      this.entry = detail;
    };
    return html`<crm-code-editor data-pane=${name} label=${label} .value=${this[name]} .diagnostics=${diagnostics}
      ?plain=${name === "records" || name === "payload"} ?unwrapped=${name === "records"} .ask=${name === "mapping" ? this.#ask : undefined} @input=${set} @entry-chosen=${choose}></crm-code-editor>`;
  }

  #pane(pane: Pane) {
    const title = paneTitles[pane];
    const changedAt = pane === "local" ? "localChangedAt" : "crmChangedAt";
    const isTimed = this.mode === "resolve" && pane !== "base";
    const takeRecords = (text: string | null, name: string) => {
      this.told = text === null ? `${name} could not be read.` : `${name} was read.`;
      if (text !== null) this.records = text;
    };
    return html`<section class="card" aria-label=${title}>
      <header>
        <h2>${title}</h2>
        <span class="note">${paneNotes[pane]}</span>
      </header>
      ${this.#editor(pane, title, this.answer?.paneDiagnostics[pane] ?? [])}
      ${isTimed ? this.#setting(changedAt, "Changed at", "not known") : nothing}
      ${
        pane === "records"
          ? html`<div class="actions">${fileChoice("Import records", ".ndjson,.jsonl,.json,.txt", takeRecords)}</div>`
          : nothing
      }
    </section>`;
  }

  #results() {
    const { answer, shown } = this;
    const time = answer === undefined ? "" : `${answer.milliseconds.toFixed(1)} ms`;
    const isEarlier =
      shown !== undefined && (shown.result ?? shown.many ?? shown.listening) !== null && shown !== answer;
    const summary = shown?.mode === "resolve" ? "The whole decision as JSON" : "The record and its trace as JSON";
    return html`<section class="card" aria-labelledby="result">
      <header>
        <h2 id="result">Result</h2>
        <span class="note">${[time, this.version && `engine ${this.version}`].filter(Boolean).join(" · ")}</span>
      </header>
      ${this.#wayBack()}
      <div class="stopped" role="alert">${this.stopped}</div>
      <p class="status" role="status">${statusOf(answer, isEarlier)}</p>
      <crm-many-records ?hidden=${this.mode !== "many"} .many=${this.many} @open-record=${this.#openRecord}>
      </crm-many-records>
      ${
        this.mode === "webhook"
          ? html`<crm-webhook-effect .payload=${this.payload} .now=${this.now} .listening=${shown?.listening ?? undefined}>
            </crm-webhook-effect>`
          : nothing
      }
      ${shown !== undefined && isRecordMode(shown.mode) && shown.rows.length > 0 ? resultTable(shown.rows, shown.mode, this.entry, this.#showEntry) : nothing}
      ${shown?.result ? html`<details><summary>${summary}</summary><pre>${indented(shown.result)}</pre></details>` : nothing}
    </section>`;
  }

  readonly #showEntry = (id: string): void => {
    this.renderRoot.querySelector<CodeEditor>('[data-pane="mapping"]')?.showEntry(id);
  };

  #wayBack() {
    const { opened } = this;
    if (opened === undefined) return nothing;
    const back = async () => {
      this.mode = "many";
      this.opened = undefined;
      await this.updateComplete;
      await this.renderRoot.querySelector<ManyRecords>("crm-many-records")?.focusOpened();
    };
    return html`<div class="actions back">
      <button @click=${back}>Back to the list</button>
      <span class="note">Record ${(opened.index + 1).toLocaleString("en")} of ${opened.of.toLocaleString("en")}</span>
    </div>`;
  }

  readonly #openRecord = async ({ detail: { index } }: CustomEvent<OpenRecord>): Promise<void> => {
    const all = this.many?.records ?? [];
    const record = all[index];
    if (record === undefined) return;
    const opened = openedRecord(this.records.slice(record.from, record.to), this.each, this.now);
    if (opened === null) {
      this.renderRoot.querySelector<CodeEditor>('[data-pane="records"]')?.goTo(record.from);
      return;
    }
    Object.assign(this, opened.input, { mode: this.each, opened: { index, of: all.length } });
    this.told = opened.leftOut.length === 0 ? "" : `Left out here: ${opened.leftOut.join(", ")}.`;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(".back button")?.focus();
  };
}

/** Whether the key goes into a text. */
function isTyped(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, select, textarea"));
}

/** Whether a link's value can be one of the property. */
function isFit(name: string, value: string): boolean {
  if (name === "mode") return Object.hasOwn(modes, value);
  return name !== "each" || Object.hasOwn(recordModes, value);
}
