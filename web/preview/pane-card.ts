/** A pane: a record, many of them, or a webhook's body, in an editor. */
import type { Diagnostic } from "@penguinmails/crm-sync";
import { html, nothing } from "lit";
import type { CodeEditor } from "./code-editor.js";
import { fileChoice } from "./files.js";
import { paneNotes, paneTitles } from "./modes.js";
import type { Input, Pane } from "./protocol.js";
import { timeField } from "./time-field.js";

export function paneCard(
  pane: Pane,
  input: Input,
  diagnostics: readonly Diagnostic[],
  change: (changes: Partial<Input>) => void,
  tell: (told: string) => void,
) {
  const title = paneTitles[pane];
  const edit = ({ target }: Event) => change({ [pane]: (target as CodeEditor).value });
  const isLong = pane === "records" || pane === "payload";
  return html`<section class="card" aria-label=${title}>
    <header>
      <h2>${title}</h2>
      <span class="note">${paneNotes[pane]}</span>
    </header>
    <crm-code-editor data-pane=${pane} label=${title} .value=${input[pane]} .diagnostics=${diagnostics}
      ?plain=${isLong} ?unwrapped=${pane === "records"} @input=${edit}></crm-code-editor>
    ${input.mode === "resolve" && (pane === "local" || pane === "crm") ? changedAt(pane, input, change) : nothing}
    ${pane === "records" ? importOf(change, tell) : nothing}
  </section>`;
}

function changedAt(side: "local" | "crm", input: Input, change: (changes: Partial<Input>) => void) {
  const name = `${side}ChangedAt` as const;
  return timeField(name, input[name], "Changed at", "not known", change);
}

function importOf(change: (changes: Partial<Input>) => void, tell: (told: string) => void) {
  const take = (text: string | null, name: string) => {
    tell(text === null ? `${name} could not be read.` : `${name} was read.`);
    if (text !== null) change({ records: text });
  };
  return html`<div class="actions">${fileChoice("Import records", ".ndjson,.jsonl,.json,.txt", take)}</div>`;
}
