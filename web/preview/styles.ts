/** What the elements share. Hosts restyle the preview by setting these properties on it. */
import { css } from "lit";

export const tokens = css`
  :host {
    color-scheme: light dark;
    --surface: light-dark(#ffffff, #161b26);
    --page: light-dark(#f4f6fa, #0d1119);
    --ink: light-dark(#1b2333, #e6eaf2);
    --quiet: light-dark(#59647a, #9aa6bd);
    --line: light-dark(#d9dfea, #2b3345);
    --edge: light-dark(#7d889e, #6b7790);
    --highlight: light-dark(#f1f5fc, #1c2331);
    --accent: light-dark(#1457c9, #7fb0ff);
    --accent-soft: light-dark(#e4eefe, #1b2f52);
    --good: light-dark(#0b6b4b, #62d3a4);
    --good-soft: light-dark(#e0f5ec, #12382b);
    --warning: light-dark(#8a5200, #f0b450);
    --warning-soft: light-dark(#fdf0d9, #3d2d10);
    --error: light-dark(#b3202c, #ff8f8f);
    --error-soft: light-dark(#fde6e7, #45191d);
    --code-key: light-dark(#1457c9, #8ab8ff);
    --code-text: light-dark(#0b6b4b, #8fd9b6);
    --mono: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, monospace;
    --editor-height: 40rem;
  }
`;

export const controls = css`
  *, ::before, ::after { box-sizing: border-box; }
  button, input { font: inherit; color: inherit; }
  button { min-height: 1.75rem; cursor: pointer; border-radius: 0.375rem; }
  button:hover { background: var(--highlight); }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
`;

/** An element as a whole, and its cards. */
export const frame = css`
  :host {
    display: block; container-type: inline-size;
    font: 0.875rem/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; color: var(--ink);
  }
  h2, p { margin: 0; }
  h2 { font-size: 0.875rem; font-weight: 650; }
  .card { position: relative; min-width: 0; overflow: hidden; border: 1px solid var(--line); border-radius: 0.75rem; background: var(--surface); }
  header { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 0.15rem 1rem; padding: 0.65rem 0.75rem; border-bottom: 1px solid var(--line); }
  .note { font-size: 0.75rem; color: var(--quiet); }
`;
