/** The rows of a run as a table. */
import { html, nothing } from "lit";
import { reasons } from "../cli/reasons.js";
import { effects } from "./effects.js";
import type { Mode } from "./protocol.js";
import type { Held, Row } from "./rows.js";

export function resultTable(rows: readonly Row[], mode: Mode) {
  const resolving = mode === "resolve";
  return html`<table>
    <thead><tr>
      <th scope="col">PenguinMails</th>
      <th scope="col">CRM</th>
      ${resolving ? html`<th scope="col" class="agreed">Last agreed</th>` : nothing}
      <th scope="col">Result</th>
      <th scope="col" class="why">Why</th>
    </tr></thead>
    <tbody>${rows.map(
      (row) => html`<tr data-field=${row.id}>
        <td data-label="PenguinMails">${row.local.map(heldValue)}</td>
        <td data-label="CRM">${row.crm.map(heldValue)}</td>
        ${resolving ? html`<td data-label="Last agreed">${row.base.map(code)}</td>` : nothing}
        <td data-label="Result" class="result">
          <span class="effect ${row.effect}">${effects[row.effect]}</span>${written(row)}
        </td>
        <td data-label="Why">${why(row)}</td>
      </tr>`,
    )}</tbody>
  </table>`;
}

function heldValue({ field, value }: Held) {
  return html`<div class="field">${field}</div>${value === null ? nothing : code(value)}`;
}

/** A value that nobody is given would only be mistaken for one that is. */
function written({ effect, result }: Row) {
  return result === null || effect === "none" || effect === "review" ? nothing : code(result);
}

function why({ rule, reason, steps, problem }: Row) {
  const names = [...(rule === null || rule === reason ? [] : [rule]), reason, ...steps].join(" · ");
  return html`<p class="sentence">${reasons[reason] ?? reason}</p>
    ${problem === null ? nothing : html`<p class="problem">${problem}</p>`}
    <p class="names">${names}</p>`;
}

function code(value: string) {
  return html`<code>${value}</code>`;
}
