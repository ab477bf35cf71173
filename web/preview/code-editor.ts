/** `<crm-code-editor>`: a text with a label, its mistakes marked at their places and listed below. */
import { defaultKeymap, history, historyKeymap, indentWithTab, isolateHistory } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { diagnosticCount, lintGutter, nextDiagnostic, previousDiagnostic, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import type { Diagnostic } from "@penguinmails/crm-sync";
import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { editorTheme } from "./editor-theme.js";
import { entryNamed, entryOfCaret } from "./entries.js";
import { type Ask, languageHelp } from "./language-help.js";
import { markerOf, offsetOf, sentenceOf } from "./places.js";
import { controls } from "./styles.js";

export class CodeEditor extends LitElement {
  static override properties = {
    label: {},
    value: {},
    diagnostics: { attribute: false },
    ask: { attribute: false },
    plain: { type: Boolean },
    unwrapped: { type: Boolean },
  };

  static override styles = [
    controls,
    css`
      :host { display: flex; flex-direction: column; min-width: 0; }
      .editor { position: relative; flex: 1 1 auto; min-height: 0; }
      /* An outline would lie below the gutter. */
      .editor:focus-within::after { content: ""; position: absolute; inset: 0; z-index: 300; border: 2px solid var(--accent); pointer-events: none; }
      ol { list-style: none; margin: 0; padding: 0.25rem; max-height: 12rem; overflow: auto; flex-shrink: 0; border-top: 1px solid var(--line); }
      button { display: flex; gap: 0.5rem; width: 100%; padding: 0.3rem 0.5rem; border: none; background: none; text-align: start; }
      .severity { font-weight: 600; }
      .error { color: var(--error); }
      .warning { color: var(--warning); }
      .place { color: var(--quiet); font-variant-numeric: tabular-nums; }
      .message { flex: 1; overflow-wrap: anywhere; }
    `,
  ];

  declare label: string;
  declare value: string;
  declare diagnostics: readonly Diagnostic[];
  /** Of a mapping file: what tells what may stand, and what stands, at a place. */
  declare ask: Ask | undefined;
  /** Without colours, for texts that may be long. */
  declare plain: boolean;
  /** Each line as long as it is. */
  declare unwrapped: boolean;
  #view: EditorView | undefined;

  constructor() {
    super();
    this.label = "";
    this.value = "";
    this.diagnostics = [];
    this.plain = false;
    this.unwrapped = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#createView();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#view?.destroy();
    this.#view = undefined;
  }

  override render() {
    return html`<div class="editor"></div>
      ${
        this.diagnostics.length === 0
          ? nothing
          : html`<ol aria-label="Mistakes in: ${this.label}">${this.diagnostics.map((one) => this.#item(one))}</ol>`
      }`;
  }

  #item(diagnostic: Diagnostic) {
    const { severity, line, column } = diagnostic;
    return html`<li><button type="button" @click=${() => this.#show(diagnostic)}>
      <span class="severity ${severity}">${severity}</span>
      ${line === 0 ? nothing : html`<span class="place">${line}:${column}</span>`}
      <span class="message">${sentenceOf(diagnostic)}</span>
    </button></li>`;
  }

  override firstUpdated(): void {
    this.#createView();
  }

  override updated(changed: PropertyValues<this>): void {
    const view = this.#view;
    if (view === undefined) return;
    if (changed.has("value") && this.value !== view.state.doc.toString()) {
      // Undone by itself, however soon after the last key.
      const annotations = isolateHistory.of("full");
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: this.value }, annotations });
    }
    if (changed.has("diagnostics")) this.#mark(view);
  }

  #mark(view: EditorView): void {
    // What changes nothing makes the editor lay out the page all the same.
    if (this.diagnostics.length === 0 && diagnosticCount(view.state) === 0) return;
    const markers = this.diagnostics.map((diagnostic) => markerOf(view.state.doc, diagnostic));
    view.dispatch(setDiagnostics(view.state, markers));
  }

  #createView(): void {
    const root = this.renderRoot as ShadowRoot;
    const parent = root.querySelector(".editor") as HTMLElement;
    const extensions = [
      lineNumbers(),
      lintGutter(),
      history(),
      highlightActiveLine(),
      // JSON is YAML, as far as colours go.
      this.plain ? [] : yaml(),
      this.unwrapped ? [] : EditorView.lineWrapping,
      editorTheme,
      this.ask === undefined ? [] : [languageHelp(() => this.ask), entryOfCaret((name) => this.#tellEntry(name))],
      EditorView.contentAttributes.of({ "aria-label": this.label, tabindex: "0" }),
      keymap.of([
        { key: "F8", run: nextDiagnostic },
        { key: "Shift-F8", run: previousDiagnostic },
        indentWithTab,
        ...defaultKeymap,
        ...historyKeymap,
      ]),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged) return;
        this.value = update.state.doc.toString();
        this.dispatchEvent(new Event("input"));
      }),
    ];
    this.#view = new EditorView({ root, parent, state: EditorState.create({ doc: this.value, extensions }) });
    this.#mark(this.#view);
  }

  #tellEntry(name: string): void {
    this.dispatchEvent(new CustomEvent<string>("entry-chosen", { detail: name }));
  }

  /** Of a mapping file: puts the caret into the entry, which marks it; the focus stays where it is. */
  showEntry(id: string): void {
    const view = this.#view;
    const entry = view && entryNamed(view.state, id);
    if (entry) view.dispatch({ selection: { anchor: entry.from }, scrollIntoView: true });
  }

  #show({ line, column }: Diagnostic): void {
    const view = this.#view;
    if (view !== undefined) this.goTo(offsetOf(view.state.doc, line, column));
  }

  /** Puts the caret there, and the focus with it. */
  goTo(offset: number): void {
    const view = this.#view;
    if (view === undefined) return;
    view.dispatch({ selection: { anchor: Math.min(offset, view.state.doc.length) }, scrollIntoView: true });
    view.focus();
  }
}
