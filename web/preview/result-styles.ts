import { css } from "lit";

/** Tables of results, whatever they list. */
export const tableStyles = css`
  table { width: 100%; border-collapse: collapse; table-layout: fixed; }
  th { padding: 0.5rem 0.6rem; text-align: start; font-size: 0.75rem; font-weight: 600; color: var(--quiet); background: var(--highlight); }
  td { padding: 0.55rem 0.6rem; vertical-align: top; border-top: 1px solid var(--line); }
  tbody tr:hover { background: var(--highlight); }
  .effect {
    display: inline-block; margin-bottom: 0.2rem; padding: 0.05rem 0.5rem; border-radius: 1rem;
    font-size: 0.75rem; font-weight: 600; white-space: nowrap;
  }
  @media (forced-colors: active) {
    .effect { border: 1px solid CanvasText; }
    tr[aria-current="true"] { outline: 3px solid Highlight; outline-offset: -3px; }
  }
  .problem { margin: 0.25rem 0 0; font-size: 0.8125rem; color: var(--error); overflow-wrap: anywhere; }
  code {
    display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden;
    font: 0.8125rem/1.45 var(--mono); overflow-wrap: anywhere;
  }
`;

/** The rows of one record. */
export const resultStyles = css`
  tbody tr { cursor: pointer; }
  tr[aria-current="true"] { background: var(--accent-soft); box-shadow: inset 3px 0 var(--accent); }
  .entry { margin-inline-start: -0.25rem; padding: 0 0.25rem; border: none; background: none; font-size: 0.75rem; color: var(--accent); text-decoration: underline; text-underline-offset: 3px; }
  .agreed { width: 19%; }
  .why { width: 24%; }
  .field { font-size: 0.75rem; color: var(--quiet); overflow-wrap: anywhere; }
  code + .field { margin-top: 0.35rem; }
  .crm, .local, .both, .merged, .create_local, .create_crm { background: var(--accent-soft); color: var(--accent); }
  .review, .unlink, .filtered { background: var(--warning-soft); color: var(--warning); }
  .error, .invalid { background: var(--error-soft); color: var(--error); }
  .in_sync { background: var(--good-soft); color: var(--good); }
  .none { padding-inline: 0; color: var(--quiet); font-weight: 400; }
  .sentence { margin: 0; font-size: 0.8125rem; line-height: 1.4; }
  .names { margin: 0.15rem 0 0; font: 0.6875rem/1.4 var(--mono); color: var(--quiet); overflow-wrap: anywhere; }
  details { border-top: 1px solid var(--line); }
  summary { padding: 0.6rem 0.75rem; cursor: pointer; font-weight: 600; }
  pre { margin: 0; padding: 0 0.75rem 0.75rem; font: 0.8125rem/1.5 var(--mono); white-space: pre-wrap; overflow-wrap: anywhere; }
  @container (max-width: 43.99rem) {
    table, tbody, tr, td { display: block; }
    thead { position: absolute; clip-path: inset(50%); }
    tr { padding: 0.5rem 0.75rem; border-top: 1px solid var(--line); }
    td { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); grid-auto-flow: row; padding: 0.2rem 0; border: none; }
    td > * { grid-column: 2; justify-self: start; }
    td::before { content: attr(data-label); grid-column: 1; grid-row: 1; font-size: 0.75rem; color: var(--quiet); }
    td:empty { display: none; }
  }
`;
