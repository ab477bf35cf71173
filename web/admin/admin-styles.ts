/** What the sections of the page look like, beyond what the elements share. */
import { css } from "lit";

export const adminStyles = css`
  :host([hidden]), [hidden] { display: none; }
  .cards { display: grid; gap: 1rem; }
  .bar { display: flex; flex-wrap: wrap; align-items: end; gap: 0.5rem 0.75rem; padding: 0.65rem 0.75rem; }
  .card > .bar.first { border-top: none; }
  .card > .bar:not(.first), .card > .body, .card > dl, .card > table { border-top: 1px solid var(--line); }
  .card > header { border-bottom: none; }
  .body { padding: 0.65rem 0.75rem; }
  .quiet { color: var(--quiet); }
  .small { font-size: 0.75rem; }
  .names { margin: 0; font: 0.75rem/1.45 var(--mono); color: var(--quiet); overflow-wrap: anywhere; }
  .strong { font-weight: 650; overflow-wrap: anywhere; }
  h3 { margin: 0; font-size: 0.875rem; font-weight: 650; }
  h4 { margin: 0 0 0.35rem; font-size: 0.8125rem; font-weight: 650; }
  h2:focus-visible, h3:focus-visible { outline-offset: 4px; border-radius: 0.25rem; }
  .notices { display: grid; grid-template-columns: 1fr auto; align-items: center; gap: 0.5rem 0.75rem; }
  .notices .failure { grid-column: 1 / -1; }
  ul { display: grid; gap: 0.5rem; margin: 0; padding: 0; list-style: none; }
  a { color: var(--accent); font-weight: 600; }
  button, a.button, select, input:not([type=checkbox]) { min-height: 2.125rem; border: 1px solid var(--edge); background: var(--surface); }
  button, a.button { display: inline-flex; align-items: center; padding: 0 0.75rem; border-radius: 0.375rem; color: var(--accent); font-weight: 600; text-decoration: none; }
  a.button:hover { background: var(--highlight); }
  button.main { border-color: var(--accent); background: var(--accent-soft); }
  button[aria-disabled=true], button:disabled { border-color: var(--line); background: none; color: var(--quiet); font-weight: 400; cursor: default; }
  select, input:not([type=checkbox]) { border-color: light-dark(#7d889e, #6b7790); max-width: 100%; padding: 0 0.4rem; border-radius: 0.5rem; color: var(--ink); font: inherit; }
  label.choice { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.15rem; max-width: 100%; font-size: 0.75rem; color: var(--quiet); }
  label.choice select { font-size: 0.875rem; }
  input[type=checkbox] { width: 24px; height: 24px; margin: 0; accent-color: var(--accent); }
  .failure { padding: 0.65rem 0.75rem; border-inline-start: 4px solid var(--error); border-radius: 0.5rem; background: var(--error-soft); color: var(--error); font-weight: 600; overflow-wrap: anywhere; }
  .failure:empty { display: none; }
  .badge { display: inline-flex; align-items: center; gap: 0.35rem; padding: 0.05rem 0.5rem; border: 1px solid transparent; border-radius: 1rem; font-size: 0.75rem; font-weight: 600; overflow-wrap: normal; background: var(--accent-soft); color: var(--accent); }
  .badge.good { background: var(--good-soft); color: var(--good); }
  .badge.warning { background: var(--warning-soft); color: var(--warning); }
  .badge.error { background: var(--error-soft); color: var(--error); }
  .badge.none { background: var(--highlight); color: var(--quiet); }
  table { width: 100%; border-collapse: collapse; }
  th { padding: 0.5rem 0.75rem; text-align: start; font-size: 0.75rem; font-weight: 600; color: var(--quiet); background: var(--highlight); }
  td { padding: 0.55rem 0.75rem; vertical-align: top; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
  tbody tr:hover { background: var(--highlight); }
  .pick { width: 2.75rem; }
  code { font: 0.8125rem/1.45 var(--mono); overflow-wrap: anywhere; }
  progress { width: 8rem; max-width: 100%; height: 0.5rem; accent-color: var(--accent); }
  @media (forced-colors: active) { button[aria-disabled=true] { border-color: GrayText; color: GrayText; } }
  @container (max-width: 43.99rem) {
    table, tbody, tr, td { display: block; }
    thead, thead tr { display: block; padding: 0; }
    th:not(.pick) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
    th.pick { display: flex; align-items: center; gap: 0.5rem; padding: 0.5rem 0.75rem; }
    th.pick::after { content: "Select all"; }
    .pick { width: auto; }
    tr { padding: 0.5rem 0.75rem; border-top: 1px solid var(--line); }
    td { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); padding: 0.2rem 0; border: none; }
    td > * { grid-column: 2; justify-self: start; min-width: 0; }
    td::before { content: attr(data-label); grid-column: 1; grid-row: 1; font-size: 0.75rem; color: var(--quiet); }
    td:empty { display: none; }
  }
`;
