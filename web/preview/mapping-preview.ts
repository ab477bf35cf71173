/** `<crm-mapping-preview>`: a mapping file and records to try it on, with what the engine makes of them as you type. */
import { html, LitElement, nothing, type PropertyValues } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { CodeEditor } from "./code-editor.js";
import { comparisonCard } from "./comparison-card.js";
import { EngineWorker } from "./engine-worker.js";
import { inputNames, inputOf, sharedOf } from "./input.js";
import type { Ask } from "./language-help.js";
import type { ManyRecords, OpenRecord } from "./many-records.js";
import { mappingCard } from "./mapping-card.js";
import { panesOf } from "./modes.js";
import { openedRecord } from "./opened-record.js";
import { paneCard } from "./pane-card.js";
import { loadPart, type PartName } from "./parts.js";
import { previewStyles } from "./preview-styles.js";
import type { Answer, Input, Many, Mode, RecordMode } from "./protocol.js";
import { resultCard } from "./result-card.js";
import { resultStyles, tableStyles } from "./result-styles.js";
import type { PreviewSettings, Theme } from "./settings.js";
import { fromHash, toHash } from "./shared-link.js";
import type { Shortcuts } from "./shortcuts.js";
import { hasMistakes } from "./status.js";
import { controls, frame, tokens } from "./styles.js";
import { type ToolbarState, toolbar } from "./toolbar.js";

/** The detail of `mapping-result`, which follows every run. */
export interface MappingResult extends Pick<Answer, "mode" | "diagnostics" | "outcome" | "result" | "milliseconds"> {
  /** In mode many: how many records there were, and the milliseconds of the engine's call for them. */
  many: { records: number; milliseconds: number } | null;
}

/** What a run follows on. `comparing` is the element's own. */
const runOn = [...inputNames, "saved", "comparing" as "saved"] as const;

/** Milliseconds between the last key and the run. */
const pause = 120;

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
    return toHash(sharedOf(this, records));
  }

  /** Takes what `link` gave; false where the hash is none of its, or damaged. */
  async open(hash: string): Promise<boolean> {
    const shared = await fromHash(hash);
    if (shared === null) return false;
    Object.assign(this, inputOf(shared));
    this.saved = this.mapping;
    return true;
  }

  override render() {
    const { mapping, mode, payload, now, answer, shown, many, version, stopped, entry, opened, comparing, told } = this;
    return html`
      ${toolbar(this, this.#chooseInToolbar, this.showShortcuts)}
      <crm-shortcuts .active=${this.questionMark} @active-chosen=${this.#chooseQuestionMark}></crm-shortcuts>
      <div class="halves">
        ${mappingCard(
          { mapping, diagnostics: answer?.diagnostics ?? [], ask: this.#ask, comparing, told },
          this.#mappingActions,
        )}
        ${resultCard({ mode, payload, now, answer, shown, many, version, stopped, entry, opened }, this.#resultActions)}
      </div>
      ${comparing ? this.#comparison() : nothing}
      <div class="panes">${repeat(
        panesOf[mode],
        (pane) => pane, // an editor keeps what can be undone in it
        (pane) => paneCard(pane, this, answer?.paneDiagnostics[pane] ?? [], this.#change, this.#tell),
      )}</div>`;
  }

  readonly #change = (changes: Partial<Input>): void => {
    Object.assign(this, changes);
  };

  readonly #tell = (told: string): void => {
    this.told = told;
  };

  readonly #chooseInToolbar = (changes: Partial<ToolbarState>): void => {
    Object.assign(this, changes);
    if (changes.mode !== undefined) this.opened = undefined;
    if (changes.theme !== undefined) this.#tellSettings();
  };

  readonly #chooseQuestionMark = ({ detail }: CustomEvent<boolean>): void => {
    this.questionMark = detail;
    this.#tellSettings();
  };

  /** For a host that keeps them, and has colours of its own. */
  #tellSettings(): void {
    const { theme, questionMark } = this;
    const detail: PreviewSettings = { theme, questionMark };
    this.dispatchEvent(new CustomEvent("settings-change", { detail, bubbles: true, composed: true }));
  }

  /** The list of shortcuts, in a dialog. */
  readonly showShortcuts = async (): Promise<void> => {
    await this.#needs("crm-shortcuts");
    await this.renderRoot.querySelector<Shortcuts>("crm-shortcuts")?.open?.();
  };

  readonly #toggleComparison = async (): Promise<void> => {
    this.comparing = !this.comparing;
    await this.updateComplete;
    if (this.comparing) this.renderRoot.querySelector(".comparison")?.scrollIntoView({ block: "nearest" });
    else this.renderRoot.querySelector<HTMLElement>("[aria-expanded]")?.focus();
  };

  #comparison() {
    const saved = this.saved ?? "";
    const takeBack = () => {
      this.mapping = saved;
      this.told = "The editor has the saved file again. Ctrl+Z in it takes that back.";
    };
    return comparisonCard(
      { saved, edited: this.mapping, comparison: this.answer?.comparison ?? undefined },
      { takeBack, close: this.#toggleComparison },
    );
  }

  readonly #copyLink = async (records: boolean): Promise<void> => {
    const url = new URL(await this.link({ records }), location.href).href;
    try {
      await navigator.clipboard.writeText(url);
      this.told = records ? "The link, with the records, is in the clipboard." : "The link is in the clipboard.";
    } catch {
      this.told = "The browser does not let the link into the clipboard.";
    }
  };

  readonly #showEntry = (id: string): void => {
    this.#editorOf("mapping")?.showEntry(id);
  };

  readonly #openRecord = async ({ detail: { index } }: CustomEvent<OpenRecord>): Promise<void> => {
    const all = this.many?.records ?? [];
    const record = all[index];
    if (record === undefined) return;
    const opened = openedRecord(this.records.slice(record.from, record.to), this.each, this.now);
    if (opened === null) {
      this.#editorOf("records")?.goTo(record.from);
      return;
    }
    Object.assign(this, opened.input, { mode: this.each, opened: { index, of: all.length } });
    this.told = opened.leftOut.length === 0 ? "" : `Left out here: ${opened.leftOut.join(", ")}.`;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(".back button")?.focus();
  };

  readonly #backToList = async (): Promise<void> => {
    Object.assign(this, { mode: "many", opened: undefined });
    await this.updateComplete;
    await this.renderRoot.querySelector<ManyRecords>("crm-many-records")?.focusOpened();
  };

  #editorOf(pane: string): CodeEditor | null {
    return this.renderRoot.querySelector(`[data-pane="${pane}"]`);
  }

  readonly #mappingActions = {
    edit: (mapping: string) => this.#change({ mapping }),
    chooseEntry: (name: string) => {
      this.entry = name;
    },
    take: (mapping: string) => this.#change({ mapping, saved: mapping }),
    tell: this.#tell,
    copyLink: this.#copyLink,
    compare: this.#toggleComparison,
  };

  readonly #resultActions = {
    showEntry: this.#showEntry,
    openRecord: this.#openRecord,
    backToList: this.#backToList,
  };
}

/** Whether the key goes into a text. */
function isTyped(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, select, textarea"));
}
