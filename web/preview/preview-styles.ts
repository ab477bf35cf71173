import { css } from "lit";

export const previewStyles = css`
  :host([theme="light"]) { color-scheme: light; }
  :host([theme="dark"]) { color-scheme: dark; }
  .toolbar, .panes, .halves { display: grid; gap: 1rem; }
  .toolbar { grid-template-columns: minmax(0, 1fr); align-items: end; margin-bottom: 1rem; }
  .comparison { margin-top: 1rem; }
  .panes { grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); margin-top: 1rem; }
  .halves { align-items: start; }
  .panes .card { display: flex; flex-direction: column; }
  @container (min-width: 44rem) {
    .toolbar { grid-template-columns: minmax(0, 1fr) auto; }
    .toolbar fieldset { grid-column: 1; }
    .settings { flex-wrap: nowrap; grid-column: 2; grid-row: 1; }
    .settings .setting:first-child { flex: none; width: 12.5rem; }
  }
  @container (min-width: 66rem) {
    .halves { grid-template-columns: minmax(0, 9fr) minmax(0, 16fr); align-items: stretch; }
    /* As tall as the result beside it, however long the file is. */
    .mapping { display: flex; flex-direction: column; min-height: 40rem; }
    .mapping crm-code-editor { flex: 1 1 0; min-height: 0; --editor-height: 100%; }
  }
  fieldset { display: flex; flex-wrap: wrap; gap: 0.25rem; margin: 0; padding: 0; border: none; min-width: 0; }
  legend { padding: 0; }
  legend, .setting { font-size: 0.75rem; color: var(--quiet); }
  .mode { position: relative; display: inline-flex; align-items: center; min-height: 2.125rem; padding: 0 0.9rem; border: 1px solid var(--edge); border-radius: 0.5rem; background: var(--surface); cursor: pointer; }
  .mode:has(:checked) { border-color: var(--accent); background: var(--accent-soft); color: var(--accent); font-weight: 600; }
  .mode:has(:focus-visible) { outline: 2px solid var(--accent); outline-offset: 1px; }
  .mode input { position: absolute; inset: 0; margin: 0; opacity: 0; cursor: pointer; }
  .settings { display: flex; flex-wrap: wrap; align-items: end; gap: 0.5rem; }
  .settings .setting:first-child { flex: 1 1 12.5rem; }
  .settings button { min-height: 2.125rem; padding: 0 0.75rem; border: 1px solid var(--edge); border-radius: 0.5rem; background: var(--surface); color: var(--accent); font-weight: 600; }
  .settings button:hover { background: var(--highlight); }
  select { min-height: 2.125rem; padding: 0 0.5rem; border: 1px solid var(--edge); border-radius: 0.5rem; background: var(--surface); color: var(--ink); font: inherit; font-size: 0.8125rem; }
  .setting { display: grid; gap: 0.15rem; }
  .setting input { width: 100%; min-width: 0; min-height: 2.125rem; padding: 0 0.6rem; border: 1px solid var(--edge); border-radius: 0.5rem; background: var(--surface); color: var(--ink); font: 0.8125rem var(--mono); }
  .card .setting { padding: 0.6rem 0.75rem; border-top: 1px solid var(--line); }
  .actions { display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem; padding: 0.5rem 0.75rem; border-top: 1px solid var(--line); }
  .actions button, .file { display: inline-flex; align-items: center; min-height: 2.125rem; padding: 0 0.75rem; border: 1px solid var(--edge); border-radius: 0.375rem; color: var(--accent); font-weight: 600; cursor: pointer; }
  .actions button { background: var(--surface); }
  .actions button:disabled { color: var(--quiet); cursor: default; }
  .actions button:hover, .file:hover { background: var(--highlight); }
  .file { position: relative; }
  .file:focus-within { outline: 2px solid var(--accent); outline-offset: 1px; }
  .file input { position: absolute; inset: 0; width: 100%; opacity: 0; cursor: pointer; }
  .back { border-top: none; border-bottom: 1px solid var(--line); }
  crm-many-records[hidden] { display: none; }
  .panes crm-code-editor { flex: 1; --editor-height: 22.5rem; }
  .status { padding: 0.65rem 0.75rem; }
  .stopped { padding: 0.65rem 0.75rem; background: var(--error-soft); color: var(--error); font-weight: 600; }
  .stopped:empty { display: none; }
  /* Where grounds are not drawn, a frame says the same. */
  @media (forced-colors: active) {
    .mode:has(:checked) { border: 3px double Highlight; }
    .mode:has(:focus-visible), .file:focus-within { outline-color: Highlight; }
    .stopped { border: 2px solid CanvasText; }
  }
`;
