/** What became of the last run. */
import { html, nothing } from "lit";
import { indented } from "./indent.js";
import type { OpenRecord } from "./many-records.js";
import { isRecordMode } from "./modes.js";
import type { Answer, Input, Many } from "./protocol.js";
import { resultTable } from "./result-table.js";
import { statusOf } from "./status.js";

export interface ResultState extends Pick<Input, "mode" | "payload" | "now"> {
  answer: Answer | undefined;
  /** The answer whose result is on the page. */
  shown: Answer | undefined;
  many: Many | undefined;
  version: string;
  /** Why the last run was stopped; "" where it was not. */
  stopped: string;
  /** The entry that is marked in the mapping file. */
  entry: string;
  /** Which of many records the panes hold. */
  opened: { index: number; of: number } | undefined;
}

export interface ResultActions {
  showEntry(id: string): void;
  openRecord(event: CustomEvent<OpenRecord>): void;
  backToList(): void;
}

export function resultCard(state: ResultState, { showEntry, openRecord, backToList }: ResultActions) {
  const { mode, payload, now, answer, shown, many, version, stopped, entry, opened } = state;
  const time = answer === undefined ? "" : `${answer.milliseconds.toFixed(1)} ms`;
  const isEarlier = shown !== undefined && (shown.result ?? shown.many ?? shown.listening) !== null && shown !== answer;
  return html`<section class="card" aria-labelledby="result">
    <header>
      <h2 id="result">Result</h2>
      <span class="note">${[time, version && `engine ${version}`].filter(Boolean).join(" · ")}</span>
    </header>
    ${opened === undefined ? nothing : wayBack(opened, backToList)}
    <div class="stopped" role="alert">${stopped}</div>
    <p class="status" role="status">${statusOf(answer, isEarlier)}</p>
    <crm-many-records ?hidden=${mode !== "many"} .many=${many} @open-record=${openRecord}></crm-many-records>
    ${
      mode === "webhook"
        ? html`<crm-webhook-effect .payload=${payload} .now=${now} .listening=${shown?.listening ?? undefined}>
          </crm-webhook-effect>`
        : nothing
    }
    ${
      shown !== undefined && isRecordMode(shown.mode) && shown.rows.length > 0
        ? resultTable(shown.rows, shown.mode, entry, showEntry)
        : nothing
    }
    ${shown?.result ? wholeResult(shown.mode, shown.result) : nothing}
  </section>`;
}

function wayBack({ index, of }: NonNullable<ResultState["opened"]>, backToList: () => void) {
  return html`<div class="actions back">
    <button @click=${backToList}>Back to the list</button>
    <span class="note">Record ${(index + 1).toLocaleString("en")} of ${of.toLocaleString("en")}</span>
  </div>`;
}

function wholeResult(mode: Answer["mode"], result: string) {
  const summary = mode === "resolve" ? "The whole decision as JSON" : "The record and its trace as JSON";
  return html`<details><summary>${summary}</summary><pre>${indented(result)}</pre></details>`;
}
