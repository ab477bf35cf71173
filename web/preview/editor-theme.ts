/** CodeMirror in the colours of the page. Its own marks are images in data: URLs, which a strict CSP refuses. */
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const wavy = (color: string) => ({
  backgroundImage: "none",
  textDecoration: `underline wavy ${color} 1.5px`,
  textUnderlineOffset: "3px",
});
const sign = (text: string, color: string) => ({
  content: "none",
  "&::before": { content: `"${text}"`, color, fontWeight: "bold" },
});

const theme = EditorView.theme({
  "&": {
    backgroundColor: "var(--surface)",
    color: "var(--ink)",
    fontSize: "0.8125rem",
    maxHeight: "var(--editor-height)",
  },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55", overflow: "auto" },
  ".cm-content": { caretColor: "var(--ink)", paddingBlock: "0.5rem" },
  ".cm-gutters": { backgroundColor: "var(--surface)", color: "var(--quiet)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--highlight)" },
  ".cm-entry": { backgroundColor: "var(--accent-soft)", boxShadow: "inset 3px 0 var(--accent)" },
  "@media (forced-colors: active)": {
    ".cm-entry": { outline: "1px solid Highlight", outlineOffset: "-1px" },
    ".cm-tooltip": { border: "1px solid CanvasText" },
  },
  ".cm-lintRange-error": wavy("var(--error)"),
  ".cm-lintRange-warning": wavy("var(--warning)"),
  ".cm-lintRange-info": wavy("var(--accent)"),
  ".cm-lint-marker": { width: "0.8em", height: "auto", textAlign: "center" },
  ".cm-lint-marker-error": sign("✕", "var(--error)"),
  ".cm-lint-marker-warning": sign("!", "var(--warning)"),
  ".cm-lint-marker-info": sign("i", "var(--accent)"),
  ".cm-tooltip": {
    backgroundColor: "var(--surface)",
    color: "var(--ink)",
    border: "1px solid var(--line)",
    maxWidth: "28rem",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxWidth: "24rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": {
    display: "flex",
    gap: "1rem",
    alignItems: "center",
    minHeight: "24px",
    padding: "0 0.5rem",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--highlight)",
    color: "var(--ink)",
    outline: "2px solid var(--accent)",
    outlineOffset: "-2px",
  },
  ".cm-completionDetail": {
    marginLeft: "auto",
    color: "var(--quiet)",
    fontStyle: "normal",
    overflow: "hidden",
    textOverflow: "ellipsis",
  },
  ".cm-completionInfo, .cm-language-hover": { padding: "0.5rem", whiteSpace: "pre-line" },
});

const highlighting = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--code-key)" },
  { tag: [tags.string, tags.content], color: "var(--code-text)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--quiet)", fontStyle: "italic" },
  { tag: [tags.separator, tags.punctuation, tags.squareBracket, tags.brace], color: "var(--quiet)" },
]);

export const editorTheme: Extension = [theme, syntaxHighlighting(highlighting)];
