/** `<crm-mapping-preview>`: a mapping file and records to try it on, with what the engine makes of them as you type. */
import { html, LitElement, nothing, type PropertyValues } from "lit";
import { outcomes } from "../cli/outcomes.js";
import type { CodeEditor } from "./code-editor.js";
import { EngineWorker } from "./engine-worker.js";
import { indented } from "./indent.js";
import type { Ask } from "./language-help.js";
import { previewStyles } from "./preview-styles.js";
import type { Answer, Input, Mode, Pane } from "./protocol.js";
import { resultStyles } from "./result-styles.js";
import { resultTable } from "./result-table.js";
import type { Effect, Row } from "./rows.js";
import { fromHash, toHash } from "./shared-link.js";
import { controls, frame, tokens } from "./styles.js";

/** The detail of `mapping-result`, which follows every run. */
export type MappingResult = Pick<Answer, "mode" | "diagnostics" | "outcome" | "result" | "milliseconds">;

const modes: Record<Mode, string> = { resolve: "Resolve both sides", to_crm: "To the CRM", from_crm: "From the CRM" };
const paneTitles: Record<Pane, string> = { local: "PenguinMails record", crm: "CRM record", base: "Last agreed" };
const panesOf: Record<Mode, Pane[]> = { resolve: ["local", "crm", "base"], to_crm: ["local"], from_crm: ["crm"] };
const inputNames = ["mapping", "mode", "local", "crm", "base", "localChangedAt", "crmChangedAt", "now"] as const;

/** Milliseconds between the last key and the run. */
const pause = 120;

export class MappingPreview extends LitElement implements Input {
  static override properties = {
    ...Object.fromEntries(inputNames.map((name) => [name, {}])),
    workerUrl: {},
    deadline: { type: Number },
    answer: { state: true },
    shown: { state: true },
    version: { state: true },
    stopped: { state: true },
    told: { state: true },
  };
  static override styles = [tokens, controls, frame, previewStyles, resultStyles];

  /** The mapping file, YAML or JSON. */
  declare mapping: string;
  declare mode: Mode;
  /** The contact, the CRM's record and what both last agreed on, as JSON text; blank for none. */
  declare local: string;
  declare crm: string;
  declare base: string;
  /** When each record was changed, RFC 3339; blank where that is not known. */
  declare localChangedAt: string;
  declare crmChangedAt: string;
  /** The time of the run, RFC 3339; blank for the clock's. */
  declare now: string;
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
  #engine: EngineWorker | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #ask: Ask = async (question) => (await this.#engine?.ask(question)) ?? null;

  constructor() {
    super();
    for (const name of inputNames) this[name] = "" as Mode;
    this.mode = "resolve";
    this.deadline = 2000;
    this.version = "";
    this.stopped = "";
    this.told = "";
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

  override updated(changed: PropertyValues<this>): void {
    if (changed.has("workerUrl") || changed.has("deadline")) this.#startEngine();
    else if (inputNames.some((name) => changed.has(name))) this.#runSoon();
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
    const { mapping, mode, local, crm, base, localChangedAt, crmChangedAt, now } = this;
    this.#engine?.run({ mapping, mode, local, crm, base, localChangedAt, crmChangedAt, now });
  }

  #answered(answer: Answer): void {
    this.answer = answer;
    if (answer.result !== null || answer.mode !== this.shown?.mode || !hasMistakes(answer)) this.shown = answer;
    this.stopped = "";
    const { mode, diagnostics, outcome, result, milliseconds } = answer;
    const detail: MappingResult = { mode, diagnostics, outcome, result, milliseconds };
    this.dispatchEvent(new CustomEvent("mapping-result", { detail, bubbles: true, composed: true }));
  }

  /** The mapping, and the records with it if they are wanted, as the hash of an address. */
  link({ records = false } = {}): Promise<string> {
    const names = records ? inputNames : (["mapping", "mode"] as const);
    return toHash(Object.fromEntries(names.map((name) => [name, this[name]])));
  }

  /** Takes what `link` gave; false where the hash is none of its, or damaged. */
  async open(hash: string): Promise<boolean> {
    const shared = await fromHash(hash);
    if (shared === null) return false;
    for (const name of inputNames) {
      const value = shared[name];
      if (value !== undefined && (name !== "mode" || value in modes)) this[name] = value as Mode;
    }
    return true;
  }

  override render() {
    return html`
      <div class="toolbar">
        <fieldset>
          <legend>What to preview</legend>
          ${Object.entries(modes).map(([mode, title]) => this.#modeChoice(mode as Mode, title))}
        </fieldset>
        ${this.#setting("now", "Time of the run", "this device's clock")}
      </div>
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
      <div class="panes">${panesOf[this.mode].map((pane) => this.#pane(pane))}</div>`;
  }

  #fileActions() {
    const take = async ({ target }: Event) => {
      const input = target as HTMLInputElement;
      const [file] = input.files ?? [];
      if (file === undefined) return;
      this.mapping = await file.text();
      this.told = `${file.name} was read.`;
      input.value = "";
    };
    return html`<div class="actions">
      <label class="file">Import<input type="file" accept=".yaml,.yml,.json" @change=${take}></label>
      <button @click=${this.#save}>Export</button>
      <button @click=${() => this.#copyLink(false)}>Copy link</button>
      <button @click=${() => this.#copyLink(true)}>Copy link with records</button>
      <span class="note" role="status">${this.told}</span>
    </div>`;
  }

  readonly #save = (): void => {
    const isJson = this.mapping.trimStart().startsWith("{");
    const url = URL.createObjectURL(new Blob([this.mapping]));
    Object.assign(document.createElement("a"), { href: url, download: `mapping.${isJson ? "json" : "yaml"}` }).click();
    // Once the download has begun.
    setTimeout(() => URL.revokeObjectURL(url));
    this.told = "The file was saved.";
  };

  async #copyLink(records: boolean): Promise<void> {
    const url = new URL(await this.link({ records }), location.href).href;
    try {
      await navigator.clipboard.writeText(url);
      this.told = records ? "The link, with the records, is in the clipboard." : "The link is in the clipboard.";
    } catch {
      this.told = "The browser does not let the link into the clipboard.";
    }
  }

  #modeChoice(mode: Mode, title: string) {
    const choose = () => {
      this.mode = mode;
    };
    return html`<label class="mode">
      <input type="radio" name="mode" value=${mode} .checked=${this.mode === mode} @change=${choose}>${title}
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
    return html`<crm-code-editor data-pane=${name} label=${label} .value=${this[name]} .diagnostics=${diagnostics}
      .ask=${name === "mapping" ? this.#ask : undefined} @input=${set}></crm-code-editor>`;
  }

  #pane(pane: Pane) {
    const title = paneTitles[pane];
    const changedAt = pane === "local" ? "localChangedAt" : "crmChangedAt";
    const isTimed = this.mode === "resolve" && pane !== "base";
    return html`<section class="card" aria-label=${title}>
      <header>
        <h2>${title}</h2>
        <span class="note">${pane === "base" ? "blank for first contact" : "JSON, blank for none"}</span>
      </header>
      ${this.#editor(pane, title, this.answer?.paneDiagnostics[pane] ?? [])}
      ${isTimed ? this.#setting(changedAt, "Changed at", "not known") : nothing}
    </section>`;
  }

  #results() {
    const { answer, shown } = this;
    const time = answer === undefined ? "" : `${answer.milliseconds.toFixed(1)} ms`;
    return html`<section class="card" aria-labelledby="result">
      <header>
        <h2 id="result">Result</h2>
        <span class="note">${[time, this.version && `engine ${this.version}`].filter(Boolean).join(" · ")}</span>
      </header>
      <div class="stopped" role="alert">${this.stopped}</div>
      <p class="status" role="status">${this.#status()}</p>
      ${shown === undefined || shown.rows.length === 0 ? nothing : resultTable(shown.rows, shown.mode)}
      ${
        !shown?.result
          ? nothing
          : html`<details>
            <summary>${shown.mode === "resolve" ? "The whole decision as JSON" : "The record and its trace as JSON"}</summary>
            <pre>${indented(shown.result)}</pre>
          </details>`
      }
    </section>`;
  }

  #status() {
    const { answer } = this;
    if (answer === undefined) return "The engine is starting.";
    const earlier = this.shown?.result && this.shown !== answer ? " Below is the last result." : "";
    const mistakes = errorsIn(answer);
    if (mistakes > 0) return `The mapping file has ${counted(mistakes, "mistake")}.${earlier}`;
    const wrong = panesOf[answer.mode].filter((pane) => answer.paneDiagnostics[pane].length > 0);
    if (wrong.length > 0) return `Not valid: ${wrong.map((pane) => paneTitles[pane]).join(", ")}.${earlier}`;
    if (answer.failure !== null) return html`<strong>${answer.failure.code}</strong> ${answer.failure.message}`;
    if (answer.result === null) return "There is no record to map.";
    const { outcome } = answer;
    const name = outcome === null ? nothing : html`<span class="effect ${outcome}">${outcome}</span>`;
    return html`${name} ${outcome === null ? nothing : `${outcomes[outcome] ?? ""}.`} ${writesOf(answer.rows)}`;
  }
}

function errorsIn({ diagnostics }: Answer): number {
  return diagnostics.filter(({ severity }) => severity === "error").length;
}

function hasMistakes(answer: Answer): boolean {
  return errorsIn(answer) > 0 || panesOf[answer.mode].some((pane) => answer.paneDiagnostics[pane].length > 0);
}

/** How many fields each side is given. */
function writesOf(rows: readonly Row[]): string {
  const count = (effect: Effect) => rows.filter((row) => row.effect === effect || row.effect === "both").length;
  return `PenguinMails gets ${counted(count("local"), "field")}, the CRM ${counted(count("crm"), "field")}.`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
