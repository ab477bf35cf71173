/** `<crm-webhook-effect>`: what a webhook's body would lead to: records that are looked at, opt-outs that are kept. */
import { css, html, LitElement, nothing } from "lit";
import type { Listening } from "./protocol.js";
import { tableStyles } from "./result-styles.js";
import { counted } from "./status.js";
import { controls } from "./styles.js";
import { type ReadPayload, readPayload } from "./webhook-reading.js";

export class WebhookEffect extends LitElement {
  static override properties = { payload: {}, now: {}, listening: { attribute: false } };

  static override styles = [
    controls,
    tableStyles,
    css`
      :host { display: block; }
      p { margin: 0; padding: 0.65rem 0.75rem; }
      .quiet { color: var(--quiet); font-size: 0.8125rem; }
      caption { padding: 0.65rem 0.75rem; border-top: 1px solid var(--line); text-align: start; font-weight: 650; }
      td { overflow-wrap: anywhere; }
      .effect { margin: 0; }
      .urgent { background: var(--warning-soft); color: var(--warning); }
      .gone { background: var(--error-soft); color: var(--error); }
      .usual { background: var(--accent-soft); color: var(--accent); }
    `,
  ];

  declare payload: string;
  /** RFC 3339: when the body came. */
  declare now: string;
  declare listening: Listening | undefined;

  constructor() {
    super();
    this.payload = "";
    this.now = "";
  }

  override render() {
    if (this.listening === undefined)
      return html`<p role="status">The mapping file says what an opt-out is; it is not read yet.</p>`;
    if (this.payload.trim() === "")
      return html`<p role="status">Paste the body of a webhook of HubSpot or Salesforce below.</p>`;
    const receivedAt = Date.parse(this.now);
    const read = readPayload(this.payload, this.listening, Number.isNaN(receivedAt) ? Date.now() : receivedAt);
    if ("refused" in read) return html`<p role="status">The service would refuse this body: ${read.refused}.</p>`;
    return this.#effect(read);
  }

  #effect({ from, events, wakes, optOuts, privacy = [], other }: ReadPayload) {
    const others = other === 0 ? "" : ` ${counted(other, "event")} of other objects or kinds are left alone.`;
    const looks = wakes.some(({ subject }) => subject.startsWith("run:"))
      ? "All records are looked at, since it does not say which have changed."
      : `${counted(wakes.length, "record")} would be looked at.`;
    return html`<p role="status">${from}: ${counted(events.length, "event")}. ${looks} ${counted(optOuts.length, "opt-out")} would be kept at once.${others}</p>
      ${this.#optOuts(optOuts)} ${this.#forgotten(privacy)} ${this.#wakes(wakes, events)}
      <p class="quiet">A delivery only says where to look: each record is fetched as it is then. Where an integration looks by
        a schedule, only the urgent ones are looked at now.</p>`;
  }

  #optOuts(optOuts: ReadPayload["optOuts"]) {
    if (optOuts.length === 0) return nothing;
    return html`<table class="opt-outs">
      <caption>Opt-outs, kept whatever else is broken</caption>
      <thead><tr><th scope="col">Record</th><th scope="col">Of what</th><th scope="col">Since</th></tr></thead>
      <tbody>${optOuts.map(({ crmId, topic, since }) => html`<tr><td>${crmId}</td><td>${topic}</td><td>${since}</td></tr>`)}</tbody>
    </table>`;
  }

  #forgotten(ids: readonly string[]) {
    if (ids.length === 0) return nothing;
    return html`<table class="forgotten">
      <caption>Persons who asked to be forgotten</caption>
      <thead><tr><th scope="col">Record</th><th scope="col">What is done</th></tr></thead>
      <tbody>${ids.map((id) => html`<tr><td>${id}</td><td><span class="effect gone">erased</span></td></tr>`)}</tbody>
    </table>`;
  }

  #wakes(wakes: ReadPayload["wakes"], events: ReadPayload["events"]) {
    if (wakes.length === 0) return nothing;
    const kindsOf = (subject: string) => [
      ...new Set(events.filter((event) => event.subject === subject).map(({ kind }) => kind)),
    ];
    return html`<table class="wakes">
      <caption>What is looked at</caption>
      <thead><tr><th scope="col">Record</th><th scope="col">Because of</th><th scope="col">When</th></tr></thead>
      <tbody>${wakes.map(
        ({ subject, lane }) => html`<tr>
          <td>${subject === "run:reconcile" ? "all records" : subject.replace("crm:", "")}</td>
          <td>${kindsOf(subject).join(", ") || "a merge"}</td>
          <td>${
            lane === "consent"
              ? html`<span class="effect urgent">! before all others</span>`
              : html`<span class="effect usual">${lane === "bulk" ? "behind the others" : "in its turn"}</span>`
          }</td>
        </tr>`,
      )}</tbody>
    </table>`;
  }
}
