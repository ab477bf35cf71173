/** `<crm-mapping-comparison>`: the saved mapping file beside the edited one, and which records they treat differently. */
import { getChunks, unifiedMergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { editorTheme } from "./editor-theme.js";
import { effects } from "./effects.js";
import type { Became, Comparison, RecordChange } from "./protocol.js";
import { resultStyles, tableStyles } from "./result-styles.js";
import { counted } from "./status.js";
import { controls } from "./styles.js";

/** Records that are shown at first, and with every more. */
const step = 20;

/** Signs besides the colours, and colours of the page. */
const diffTheme = EditorView.theme({
  "&": { maxHeight: "22rem" },
  "&.cm-merge-b .cm-changedLine": { backgroundColor: "var(--good-soft)" },
  ".cm-deletedChunk": { backgroundColor: "var(--error-soft)", paddingLeft: "0" },
  "& .cm-changedLine::before": { content: '"+ "', color: "var(--good)", fontWeight: "bold" },
  "& .cm-deletedLine": { display: "block", paddingLeft: "6px" },
  "& .cm-deletedLine::before": { content: '"− "', color: "var(--error)", fontWeight: "bold" },
  "&.cm-merge-b .cm-changedText, &.cm-merge-b .cm-deletedText, & .cm-deletedChunk .cm-deletedText": {
    background: "none",
    textDecoration: "underline",
    textUnderlineOffset: "3px",
  },
  "&.cm-merge-b .cm-changedLineGutter": { background: "var(--good)" },
  "& .cm-deletedLineGutter": { background: "var(--error)" },
});

export class MappingComparison extends LitElement {
  static override properties = {
    saved: {},
    edited: {},
    comparison: { attribute: false },
    shown: { state: true },
  };

  static override styles = [
    controls,
    tableStyles,
    resultStyles,
    css`
      :host { display: block; }
      .same { padding: 0.65rem 0.75rem; }
      .diff { position: relative; border-bottom: 1px solid var(--line); }
      .diff[hidden] { display: none; }
      .diff:focus-within::after { content: ""; position: absolute; inset: 0; border: 2px solid var(--accent); pointer-events: none; }
      p { margin: 0; }
      tbody tr { cursor: auto; }
      .record { width: 24%; overflow-wrap: anywhere; }
      tbody .record { vertical-align: top; border-top: 1px solid var(--line); background: none; font-size: 0.8125rem; color: var(--ink); }
      @container (max-width: 43.99rem) {
        tbody .record { display: block; width: auto; padding: 0 0 0.2rem; border: none; }
      }
      .effect { margin: 0; }
      ins, del { text-decoration: none; }
      .more { min-height: 2.125rem; margin: 0.5rem 0.75rem; padding: 0 0.75rem; border: 1px solid var(--edge); background: var(--surface); color: var(--accent); font-weight: 600; }
    `,
  ];

  declare saved: string;
  declare edited: string;
  declare comparison: Comparison | undefined;
  declare protected shown: number;
  #view: EditorView | undefined;

  constructor() {
    super();
    this.saved = "";
    this.edited = "";
    this.shown = step;
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

  override firstUpdated(): void {
    this.#createView();
  }

  override updated(changed: PropertyValues<this>): void {
    if (!changed.has("saved") && !changed.has("edited")) return;
    this.#view?.setState(this.#state());
    this.#showFirstChange();
  }

  /** Within the editor alone: the page stays where it is. */
  #showFirstChange(): void {
    const view = this.#view;
    const first = view && getChunks(view.state)?.chunks[0];
    if (!view || !first) return;
    const position = Math.min(first.fromB, view.state.doc.length);
    view.requestMeasure({
      read: () => view.lineBlockAt(position).top,
      write: (top) => {
        view.scrollDOM.scrollTop = top - 60;
      },
    });
  }

  #createView(): void {
    const root = this.renderRoot as ShadowRoot;
    const parent = root.querySelector(".diff") as HTMLElement;
    this.#view = new EditorView({ root, parent, state: this.#state() });
    this.#showFirstChange();
  }

  #state(): EditorState {
    return EditorState.create({
      doc: this.edited,
      extensions: [
        lineNumbers(),
        EditorView.lineWrapping,
        EditorState.readOnly.of(true),
        EditorView.contentAttributes.of({ "aria-label": "Saved and edited mapping file", tabindex: "0" }),
        unifiedMergeView({ original: this.saved, mergeControls: false, syntaxHighlightDeletions: false }),
        editorTheme,
        diffTheme,
      ],
    });
  }

  override render() {
    const isSame = this.saved === this.edited;
    return html`${isSame ? html`<p class="same">The edited file is the saved one.</p>` : nothing}
      <div class="diff" ?hidden=${isSame}></div>
      <p class="same" role="status">${this.#summary()}</p>
      ${this.#changes()}`;
  }

  #summary() {
    const { comparison } = this;
    if (comparison === undefined)
      return "No records were compared yet: the edited file has mistakes, or is being read.";
    const { failure, differing, records } = comparison;
    if (failure !== "") return failure;
    if (differing === 0) return `None of ${counted(records, "record")} would come out differently.`;
    return `${differing.toLocaleString("en")} of ${counted(records, "record")} would come out differently.`;
  }

  #changes() {
    const changes = this.comparison?.changes ?? [];
    if (changes.length === 0) return nothing;
    const more = () => {
      this.shown += step;
    };
    return html`<table>
        <thead><tr>
          <th scope="col" class="record">Record</th>
          <th scope="col">Field</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr></thead>
        <tbody>${changes.slice(0, this.shown).map((change) => this.#change(change))}</tbody>
      </table>
      ${changes.length > this.shown ? html`<button type="button" class="more" @click=${more}>Show more records</button>` : nothing}`;
  }

  #change({ index, of, label, outcome: [before, after], fields }: RecordChange) {
    const name = of === 1 ? label || "the record in the panes" : `${(index + 1).toLocaleString("en")} ${label}`;
    const outcome = before === after ? [] : [{ id: "outcome", before: plain(before), after: plain(after) }];
    const rows = [
      ...outcome,
      ...fields.map(({ id, ...both }) => ({ id, before: became(both.before), after: became(both.after) })),
    ];
    return rows.map(
      (row, at) => html`<tr data-record=${index} data-field=${row.id}>
        ${at === 0 ? html`<th scope="rowgroup" rowspan=${rows.length} class="record" data-label="Record">${name}</th>` : nothing}
        <td data-label="Field">${row.id}</td>
        <td data-label="Before"><del>${row.before}</del></td>
        <td data-label="After"><ins>${row.after}</ins></td>
      </tr>`,
    );
  }
}

function plain(outcome: string) {
  return html`<span class="effect ${outcome}">${outcome}</span>`;
}

function became({ effect, value }: Became) {
  return html`<span class="effect ${effect}">${effects[effect]}</span>${value === null ? nothing : html` <code>${value}</code>`}`;
}
