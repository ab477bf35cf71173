import { css } from "lit";

export const reviewStyles = css`
  .names, time { font-size: 0.75rem; color: var(--quiet); }
  .names { font-family: var(--mono); overflow-wrap: anywhere; }
  .tools { display: flex; flex-wrap: wrap; align-items: end; gap: 0.5rem 1rem; padding: 0.65rem 0.75rem; border-bottom: 1px solid var(--line); }
  .wanted { display: grid; flex: 1 1 12rem; gap: 0.15rem; font-size: 0.75rem; color: var(--quiet); }
  .several { display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem; }
  input:not([type=checkbox]) { width: 100%; min-width: 0; min-height: 2.125rem; padding: 0 0.6rem; border: 1px solid var(--edge); border-radius: 0.5rem; background: var(--surface); color: var(--ink); font: 0.8125rem var(--mono); }
  input[type=checkbox] { width: 24px; height: 24px; margin: 0; accent-color: var(--accent); }
  button { min-height: 2.125rem; padding: 0 0.75rem; border: 1px solid var(--edge); background: var(--surface); color: var(--accent); font-weight: 600; }
  button[aria-disabled=true] { color: var(--quiet); font-weight: 400; cursor: default; }
  .failure { padding: 0.65rem 0.75rem; background: var(--error-soft); color: var(--error); font-weight: 600; }
  .failure:empty { display: none; }
  .status { padding: 0.65rem 0.75rem; }
  table { width: 100%; border-collapse: collapse; table-layout: fixed; }
  th { padding: 0.5rem 0.6rem; text-align: start; font-size: 0.75rem; font-weight: 600; color: var(--quiet); background: var(--highlight); }
  td { padding: 0.55rem 0.6rem; vertical-align: top; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
  tbody tr:hover { background: var(--highlight); }
  tbody tr:focus-visible { outline-offset: -2px; }
  .pick { width: 2.75rem; }
  .answer { width: 26%; }
  td.answer { display: table-cell; }
  td.answer button { margin: 0 0.3rem 0.3rem 0; }
  .what { font-weight: 650; }
  .sentence { font-size: 0.8125rem; }
  .problem { font-size: 0.8125rem; color: var(--error); }
  .fate { font-size: 0.8125rem; }
  .pending .fate { color: var(--accent); }
  .answered .fate { color: var(--good); }
  .gone .fate, .unfit .fate, .failed .fate { color: var(--warning); }
  code { font: 0.8125rem/1.45 var(--mono); overflow-wrap: anywhere; }
  form label { display: grid; gap: 0.15rem; margin-bottom: 0.3rem; font-size: 0.75rem; color: var(--quiet); }
  @media (forced-colors: active) { button[aria-disabled=true] { border-color: GrayText; color: GrayText; } }
  @container (max-width: 43.99rem) {
    table, tbody, tr, td { display: block; }
    thead, thead tr { display: block; padding: 0; }
    th:not(.pick) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
    th.pick { display: flex; align-items: center; gap: 0.5rem; padding: 0.5rem 0.75rem; }
    th.pick::after { content: "Select all"; }
    .pick, .answer { width: auto; }
    tr { padding: 0.5rem 0.75rem; border-top: 1px solid var(--line); }
    td, td.answer { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); padding: 0.2rem 0; border: none; }
    td:empty { display: none; }
    td > * { grid-column: 2; justify-self: start; }
    td[data-label]::before { content: attr(data-label); grid-column: 1; grid-row: 1; font-size: 0.75rem; color: var(--quiet); }
  }
`;
