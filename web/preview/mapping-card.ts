/** The mapping file in its editor, and what can be done with the file. */
import type { Diagnostic } from "@penguinmails/crm-sync";
import { html } from "lit";
import type { CodeEditor } from "./code-editor.js";
import { fileChoice, saveFile } from "./files.js";
import type { Ask } from "./language-help.js";

export interface MappingCardState {
  mapping: string;
  diagnostics: readonly Diagnostic[];
  ask: Ask;
  comparing: boolean;
  /** What became of the last import, export or link. */
  told: string;
}

export interface MappingCardActions {
  edit(mapping: string): void;
  /** The name of the entry that the caret is in. */
  chooseEntry(name: string): void;
  /** Another file instead of the one there is. */
  take(mapping: string): void;
  tell(told: string): void;
  copyLink(records: boolean): void;
  compare(): void;
}

export function mappingCard(state: MappingCardState, actions: MappingCardActions) {
  const { mapping, diagnostics, ask } = state;
  const edit = ({ target }: Event) => actions.edit((target as CodeEditor).value);
  const chooseEntry = ({ detail }: CustomEvent<string>) => actions.chooseEntry(detail);
  return html`<section class="card mapping" aria-labelledby="mapping">
    <header>
      <h2 id="mapping">Mapping file</h2>
      <span class="note">Ctrl+Space: what may stand here. F8: next mistake. Escape, then Tab: leave.</span>
    </header>
    <crm-code-editor data-pane="mapping" label="Mapping file" .value=${mapping} .diagnostics=${diagnostics} .ask=${ask}
      @input=${edit} @entry-chosen=${chooseEntry}></crm-code-editor>
    ${fileActions(state, actions)}
  </section>`;
}

function fileActions({ mapping, comparing, told }: MappingCardState, actions: MappingCardActions) {
  const take = (text: string | null, name: string) => {
    actions.tell(text === null ? `${name} could not be read.` : `${name} was read.`);
    if (text !== null) actions.take(text);
  };
  const save = () => {
    saveFile(mapping, `mapping.${mapping.trimStart().startsWith("{") ? "json" : "yaml"}`);
    actions.tell("The file was saved.");
  };
  return html`<div class="actions">
    ${fileChoice("Import", ".yaml,.yml,.json", take)}
    <button @click=${save}>Export</button>
    <button @click=${() => actions.copyLink(false)}>Copy link</button>
    <button @click=${() => actions.copyLink(true)}>Copy link with records</button>
    <button aria-expanded=${comparing} @click=${actions.compare}>Compare with the saved file</button>
    <span class="note" role="status">${told}</span>
  </div>`;
}
