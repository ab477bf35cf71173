/** Completion and hover in an editor, of what the engine tells about the place. */
import {
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  type Completion as Option,
  pickedCompletion,
  startCompletion,
} from "@codemirror/autocomplete";
import type { EditorState, Extension, Text } from "@codemirror/state";
import { hoverTooltip } from "@codemirror/view";
import type { Completion, Hover } from "@penguinmails/crm-sync";
import { offsetOf } from "./places.js";
import type { Question, QuestionAnswer } from "./protocol.js";

/** Null where nothing can be told. */
export type Ask = (question: Question) => Promise<QuestionAnswer | null>;

/** Where something may be offered without being asked for: within a word, behind a key, inside of `{{`. */
const worthOffering = /[\w.]$|[:|,] $|\{\{ ?$/;

/** `ask` is looked up for each question; there is no help where it is undefined. */
export function languageHelp(ask: () => Ask | undefined): Extension {
  return [
    autocompletion({
      icons: false,
      override: [(context) => offered(context, ask())],
    }),
    hoverTooltip(async (view, position) => {
      const told = await ask()?.(questionAt(view.state, position, "hover"));
      if (!told?.hover) return null;
      const { from, to } = told.hover;
      return {
        pos: offsetOf(view.state.doc, from.line, from.column),
        end: offsetOf(view.state.doc, to.line, to.column),
        above: true,
        create: () => ({ dom: hoverOf(told.hover as Hover) }),
      };
    }),
  ];
}

function questionAt({ doc }: EditorState, position: number, about: Question["about"]): Question {
  const line = doc.lineAt(position);
  return { about, mapping: doc.toString(), line: line.number, column: position - line.from + 1 };
}

async function offered(context: CompletionContext, ask: Ask | undefined): Promise<CompletionResult | null> {
  const { state, pos } = context;
  const line = state.doc.lineAt(pos);
  if (!context.explicit && !worthOffering.test(line.text.slice(0, pos - line.from))) return null;
  const told = await ask?.(questionAt(state, pos, "completions"));
  if (!told || context.aborted) return null;
  const options = told.completions.flatMap((completion) => optionOf(completion, state.doc));
  // The engine has filtered already, and is asked again with the next sign.
  return { from: pos, options, filter: false };
}

/** None where it would change nothing: its Enter would be in the way of the line's end. */
function optionOf({ label, detail, documentation, insert, from, to }: Completion, doc: Text): Option[] {
  const start = offsetOf(doc, from.line, from.column);
  const end = offsetOf(doc, to.line, to.column);
  if (doc.sliceString(start, end) === insert) return [];
  return [
    {
      label,
      ...(detail !== undefined && { detail }),
      ...(documentation !== undefined && { info: documentation }),
      apply(view, option) {
        view.dispatch({
          changes: { from: start, to: end, insert },
          selection: { anchor: start + insert.length },
          annotations: pickedCompletion.of(option),
          userEvent: "input.complete",
          scrollIntoView: true,
        });
        if (insert.endsWith(": ")) startCompletion(view);
      },
    },
  ];
}

function hoverOf({ label, detail, documentation }: Hover): HTMLElement {
  const dom = document.createElement("div");
  dom.className = "cm-language-hover";
  const title = document.createElement("strong");
  title.textContent = label;
  dom.append(title, detail === undefined ? "" : `  ${detail}`, documentation === undefined ? "" : `\n${documentation}`);
  return dom;
}
