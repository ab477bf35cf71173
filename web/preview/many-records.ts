/** `<crm-many-records>`: what became of many records, in totals and as a list to find one in and open it. */
import { css, html, LitElement, nothing } from "lit";
import { reasons } from "../cli/reasons.js";
import type { Group, Listed, Many } from "./protocol.js";
import { tableStyles } from "./result-styles.js";
import { counted } from "./status.js";
import { controls } from "./styles.js";

/** The detail of `open-record`. */
export interface OpenRecord {
  index: number;
}

const titles: Record<Group, string> = {
  create: "create",
  mapped: "mapped",
  update: "update",
  conflict: "conflict",
  failed: "failed",
  unchanged: "unchanged",
  removed: "removed",
  filtered: "left out",
};
const meanings: Record<Group, string> = {
  create: "a new record for one side",
  mapped: "at least one field is given",
  update: "fields of either side are written",
  conflict: "a person decides about a field",
  failed: "invalid, or a field is in error",
  unchanged: "nothing is written",
  removed: "deleted on one side, or unlinked",
  filtered: "a filter, or what the file says of creating, keeps it out",
};
const groupsOf = (each: Many["each"]): Group[] =>
  each === "resolve"
    ? ["create", "update", "conflict", "failed", "unchanged", "removed", "filtered"]
    : ["mapped", "failed", "unchanged"];

/** Rows on a page of the list. */
const pageLength = 50;

export class ManyRecords extends LitElement {
  static override properties = {
    many: { attribute: false },
    group: { state: true },
    wanted: { state: true },
    page: { state: true },
  };

  static override styles = [
    controls,
    tableStyles,
    css`
      :host { display: block; }
      [hidden] { display: none; }
      table { table-layout: auto; }
      .totals td { padding-block: 0.25rem; }
      .totals tr:first-child td { border-top: none; }
      .total { display: flex; flex-wrap: wrap; align-items: center; gap: 0 0.75rem; }
      .totals .count { width: 5rem; text-align: end; vertical-align: middle; font-weight: 600; font-variant-numeric: tabular-nums; }
      .totals tr.empty { color: var(--quiet); }
      .meaning { color: var(--quiet); font-size: 0.8125rem; }
      .group { display: inline-flex; align-items: center; gap: 0.4rem; padding: 0.1rem 0.6rem; border: 1px solid var(--edge); border-radius: 1rem; background: var(--surface); font-size: 0.8125rem; font-weight: 600; }
      .group::before { content: "○"; }
      .group[aria-pressed="true"] { border-color: var(--accent); background: var(--accent-soft); color: var(--accent); }
      .group[aria-pressed="true"]::before { content: "●"; }
      .group:disabled { color: var(--quiet); font-weight: 400; cursor: default; }
      @media (forced-colors: active) {
        .group[aria-pressed="true"] { border: 3px double Highlight; }
      }
      .bar { display: flex; flex-wrap: wrap; align-items: end; justify-content: space-between; gap: 0.5rem 1rem; padding: 0.6rem 0.75rem; border-top: 1px solid var(--line); }
      .find { display: grid; gap: 0.15rem; flex: 0 1 18rem; font-size: 0.75rem; color: var(--quiet); }
      .find input { width: 100%; min-height: 2.125rem; padding: 0 0.6rem; border: 1px solid var(--edge); border-radius: 0.5rem; background: var(--surface); color: var(--ink); font: 0.8125rem var(--mono); }
      .pager { display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem; font-variant-numeric: tabular-nums; }
      .pager button { min-height: 2.125rem; padding: 0 0.75rem; border: 1px solid var(--edge); background: var(--surface); color: var(--accent); font-weight: 600; }
      .pager button:disabled { color: var(--quiet); cursor: default; }
      .rows { max-height: 27rem; overflow: auto; border-top: 1px solid var(--line); }
      .rows:focus-visible { outline-offset: -2px; }
      .list thead th { position: sticky; top: 0; z-index: 1; }
      .list td { padding-block: 0.3rem; vertical-align: baseline; }
      .list .number { width: 3.5rem; }
      .list .became { width: 6.5rem; }
      .list .effect { margin: 0; }
      .number { color: var(--quiet); font-variant-numeric: tabular-nums; }
      .open { padding: 0 0.25rem; border: none; background: none; color: var(--accent); text-align: start; text-decoration: underline; text-underline-offset: 3px; overflow-wrap: anywhere; }
      .remark { margin: 0; padding-inline: 0.25rem; font-size: 0.8125rem; color: var(--quiet); overflow-wrap: anywhere; }
      .remark.failed { color: var(--error); background: none; }
      .effect:is(.create, .update, .mapped) { background: var(--accent-soft); color: var(--accent); }
      .effect:is(.conflict, .removed, .filtered) { background: var(--warning-soft); color: var(--warning); }
      .effect.failed { background: var(--error-soft); color: var(--error); }
      .effect.unchanged { background: var(--good-soft); color: var(--good); }
    `,
  ];

  declare many: Many | undefined;
  /** Null for all. */
  declare protected group: Group | null;
  /** A part of the record's name or of what went wrong. */
  declare protected wanted: string;
  declare protected page: number;
  #opened: number | undefined;

  constructor() {
    super();
    this.group = null;
    this.wanted = "";
    this.page = 0;
  }

  /** Back to where a record was opened from. */
  async focusOpened(): Promise<void> {
    await this.updateComplete;
    const row = this.renderRoot.querySelector<HTMLElement>(`[data-index="${this.#opened}"] .open`);
    (row ?? this.renderRoot.querySelector<HTMLElement>(".find input"))?.focus();
  }

  override render() {
    const { many } = this;
    if (many === undefined || many.records.length === 0) return nothing;
    const shown = this.#matching(many.records);
    const last = Math.max(0, Math.ceil(shown.length / pageLength) - 1);
    const page = Math.min(this.page, last);
    return html`${this.#totals(many)} ${this.#bar(shown.length, page, last)}
      <div class="rows" role="region" aria-label="The list of records" tabindex="0"><table class="list">
        <thead><tr>
          <th scope="col" class="number">No.</th>
          <th scope="col">Record</th>
          <th scope="col" class="became">Outcome</th>
        </tr></thead>
        <tbody>${shown.slice(page * pageLength, (page + 1) * pageLength).map((entry) => this.#row(entry))}</tbody>
      </table></div>`;
  }

  #totals({ records, each }: Many) {
    const counts = new Map<Group, number>();
    for (const { group } of records) counts.set(group, (counts.get(group) ?? 0) + 1);
    return html`<table class="totals">
      <thead><tr><th scope="col">Outcome</th><th scope="col" class="count">Records</th></tr></thead>
      <tbody>${groupsOf(each).map((group) => this.#total(group, counts.get(group) ?? 0))}</tbody>
    </table>`;
  }

  #total(group: Group, count: number) {
    const isPressed = this.group === group;
    const toggle = () => {
      this.group = isPressed ? null : group;
      this.page = 0;
    };
    return html`<tr data-group=${group} class=${count === 0 ? "empty" : ""}>
      <td><div class="total">
        <button type="button" class="group" aria-pressed=${isPressed} ?disabled=${count === 0 && !isPressed}
          @click=${toggle}>${titles[group]}</button>
        <span class="meaning">${meanings[group]}</span>
      </div></td>
      <td class="count">${count.toLocaleString("en")}</td>
    </tr>`;
  }

  #bar(count: number, page: number, last: number) {
    const find = ({ target }: InputEvent) => {
      this.wanted = (target as HTMLInputElement).value;
      this.page = 0;
    };
    const turn = (to: number) => () => {
      this.page = to;
    };
    const from = page * pageLength;
    const rows = count <= pageLength ? "" : `, ${from + 1} to ${Math.min(from + pageLength, count)} shown`;
    return html`<div class="bar">
      <label class="find">Find in the list<input type="search" .value=${this.wanted} spellcheck="false" @input=${find}></label>
      <div class="pager" role="group" aria-label="Pages of the list">
        <span role="status">${counted(count, "record")}${rows}</span>
        <button type="button" ?disabled=${page === 0} @click=${turn(page - 1)}>Previous</button>
        <button type="button" ?disabled=${page >= last} @click=${turn(page + 1)}>Next</button>
      </div>
    </div>`;
  }

  #matching(records: readonly Listed[]): [Listed, number][] {
    const wanted = this.wanted.trim().toLowerCase();
    const fits = ({ group, label, remark, outcome }: Listed) =>
      (this.group === null || group === this.group) &&
      (wanted === "" || `${label} ${outcome} ${remark}`.toLowerCase().includes(wanted));
    return records.flatMap((record, index) => (fits(record) ? [[record, index] as [Listed, number]] : []));
  }

  #row([{ group, outcome, label, remark, reason }, index]: [Listed, number]) {
    const open = () => {
      this.#opened = index;
      const detail: OpenRecord = { index };
      this.dispatchEvent(new CustomEvent("open-record", { detail }));
    };
    return html`<tr data-index=${index}>
      <td class="number">${(index + 1).toLocaleString("en")}</td>
      <td>
        <button type="button" class="open" aria-label="${label || "open"}, record ${index + 1}" @click=${open}>
          ${label || "open"}
        </button>
        ${remark === "" ? nothing : html`<p class="remark ${group}">${[remark, reasons[reason]].filter(Boolean).join(". ")}</p>`}
      </td>
      <td><span class="effect ${group}">${group === "failed" ? `✕ ${outcome}` : outcome}</span></td>
    </tr>`;
  }
}
