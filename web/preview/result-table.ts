/** The rows of a run as a table. */
import { html, nothing } from "lit";
import { reasons } from "../cli/reasons.js";
import { effects } from "./effects.js";
import type { Mode } from "./protocol.js";
import type { Held, Row } from "./rows.js";

/** `current`: the entry that is marked in the editor; `show` marks a row's. */
export function resultTable(rows: readonly Row[], mode: Mode, current: string, show: (id: string) => void) {
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
      (row) => html`<tr data-field=${row.id} aria-current=${isOf(row.id, current)} @pointerdown=${pressed}
        @click=${(event: PointerEvent) => isDragged(event) || show(row.id)}>
        <td data-label="PenguinMails">${row.local.map(heldValue)}</td>
        <td data-label="CRM">${row.crm.map(heldValue)}</td>
        ${resolving ? html`<td data-label="Last agreed">${row.base.map(code)}</td>` : nothing}
        <td data-label="Result" class="result">
          <span class="effect ${row.effect}">${effects[row.effect]}</span>${written(row)}
        </td>
        <td data-label="Why">
          ${why(row)}<button type="button" class="entry" aria-label="Show entry ${row.id} in the mapping file">Show entry</button>
        </td>
      </tr>`,
    )}</tbody>
  </table>`;
}

let press = { x: 0, y: 0 };

function pressed({ clientX: x, clientY: y }: PointerEvent): void {
  press = { x, y };
}

/** Whether somebody marked a text rather than clicked. The keyboard's clicks have no place. */
function isDragged({ detail, clientX, clientY }: PointerEvent): boolean {
  return detail > 0 && Math.hypot(clientX - press.x, clientY - press.y) > 4;
}

/** An entry that writes parts has a row for each of them. */
function isOf(id: string, entry: string): boolean {
  const plain = id.replaceAll("`", "");
  return entry !== "" && (plain === entry || plain.startsWith(`${entry}/`));
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
