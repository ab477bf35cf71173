/** The entries of a mapping file at their places in its editor. */
import { ensureSyntaxTree, syntaxTree } from "@codemirror/language";
import { type EditorState, type Extension, RangeSetBuilder, type Text } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";

export interface Entry {
  /** As results name it. */
  name: string;
  from: number;
  to: number;
}

type SyntaxNode = ReturnType<typeof syntaxTree>["topNode"];

/** Milliseconds that reading a long file may take at most. */
const patience = 100;
const known = new WeakMap<Text, Entry[]>();

export function entriesOf(state: EditorState): Entry[] {
  const read = known.get(state.doc);
  if (read !== undefined) return read;
  const whole = ensureSyntaxTree(state, state.doc.length, patience);
  const entries = entriesIn(whole ?? syntaxTree(state), state);
  if (whole !== null) known.set(state.doc, entries);
  return entries;
}

export function entryAt(state: EditorState, position: number): Entry | undefined {
  return entriesOf(state).find(({ from, to }) => state.doc.lineAt(from).from <= position && position <= to);
}

/** An entry that writes parts is asked for by each part's name, too: `Full_Name__c/first_name`. */
export function entryNamed(state: EditorState, id: string): Entry | undefined {
  const plain = unquoted(id);
  const entries = entriesOf(state);
  return entries.find(({ name }) => name === plain) ?? entries.find(({ name }) => plain.startsWith(`${name}/`));
}

/** Marks the lines of the entry that the caret is in, and tells of another one. */
export function entryOfCaret(tell: (name: string) => void): Extension {
  let last = "";
  return [
    EditorView.decorations.compute(["doc", "selection"], marked),
    EditorView.updateListener.of(({ docChanged, selectionSet, state }) => {
      if (!docChanged && !selectionSet) return;
      const name = entryAt(state, state.selection.main.head)?.name ?? "";
      if (name !== last) tell(name);
      last = name;
    }),
  ];
}

const line = Decoration.line({ class: "cm-entry" });

function marked(state: EditorState): DecorationSet {
  const lines = new RangeSetBuilder<Decoration>();
  const entry = entryAt(state, state.selection.main.head);
  if (entry === undefined) return lines.finish();
  const { doc } = state;
  for (let number = doc.lineAt(entry.from).number; number <= doc.lineAt(entry.to).number; number++) {
    const { from } = doc.line(number);
    lines.add(from, from, line);
  }
  return lines.finish();
}

function entriesIn(tree: ReturnType<typeof syntaxTree>, state: EditorState): Entry[] {
  const text = (node: SyntaxNode | null) => (node === null ? "" : state.sliceDoc(node.from, node.to));
  const top = tree.topNode.getChild("Document")?.firstChild ?? null;
  let value = membersOf(top, text).get("field_mapping") ?? null;
  const examples = membersOf(value, text).get("examples");
  if (examples) value = examples;
  if (value === null) return [];
  if (isList(value)) {
    return value.getChildren("Item").flatMap(({ firstChild, to }) => {
      const name = nameOf(membersOf(firstChild, text), text);
      // Behind the dash a block begins with its space.
      const from = (firstChild?.from ?? to) + text(firstChild).search(/\S|$/);
      return name === "" ? [] : [{ name, from, to }];
    });
  }
  return value.getChildren("Pair").map((pair) => ({
    name: unquoted(text(pair.getChild("Key"))),
    from: pair.from,
    to: pair.to,
  }));
}

/** As the engine names entries: by `name`, else by the first of their fields. */
function nameOf(members: Map<string, SyntaxNode>, text: (node: SyntaxNode | null) => string): string {
  for (const key of ["name", "penguinmails_field", "crm_field"]) {
    const value = members.get(key);
    if (value === undefined) continue;
    return unquoted(text(isList(value) ? (value.getChild("Item")?.firstChild ?? null) : value));
  }
  return "";
}

function membersOf(node: SyntaxNode | null, text: (node: SyntaxNode | null) => string): Map<string, SyntaxNode> {
  const members = new Map<string, SyntaxNode>();
  for (const pair of node?.getChildren("Pair") ?? []) {
    const value = pair.lastChild;
    if (value !== null) members.set(snakeCase(unquoted(text(pair.getChild("Key")))), value);
  }
  return members;
}

/** Keys may be written in camelCase, too. */
function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function isList({ name }: SyntaxNode): boolean {
  return name === "BlockSequence" || name === "FlowSequence";
}

function unquoted(text: string): string {
  const inner = /^(["'])([\s\S]*)\1$/.exec(text)?.[2] ?? text;
  return inner.replaceAll("`", "");
}
