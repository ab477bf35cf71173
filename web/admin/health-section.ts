/** `<admin-health>`: how each integration does, and what somebody has to look after. */
import { css, html, nothing } from "lit";
import type { Alert, Check, DeadLetters, IntegrationStatus } from "./model.js";
import type { AdminPauses } from "./pauses-card.js";
import type { AdminQuestion } from "./question.js";
import { loadLifeCycle, Section } from "./section.js";
import {
  ago,
  alertInWords,
  braked,
  checkStates,
  checks,
  connectings,
  counted,
  crms,
  moment,
  states,
  writes,
} from "./words.js";

const badges = { proposed: "warning", active: "good", paused: "warning", revoked: "error" } as const;
const signs = { proposed: "◌", active: "●", paused: "‖", revoked: "✕" } as const;

export class AdminHealth extends Section {
  static override properties = { integrations: { state: true }, letters: { state: true }, checked: { state: true } };
  static override styles = [
    ...Section.styles,
    css`
      dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 9.5rem), 1fr)); margin: 0; }
      dl div { padding: 0.65rem 0.75rem; }
      dt { font-size: 0.75rem; color: var(--quiet); }
      dd { margin: 0; font-size: 1.125rem; font-weight: 650; font-variant-numeric: tabular-nums; }
      dd .small { display: block; font-weight: 400; }
      .title { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 0.6rem; }
      .title h3 { font-size: 1rem; overflow-wrap: anywhere; }
      li { padding-inline-start: 0.6rem; border-inline-start: 3px solid var(--line); }
      .alerts li { border-color: var(--warning); }
      .checks .failed { border-color: var(--error); }
      .checks .warning { border-color: var(--warning); }
      .checks p { margin: 0; overflow-wrap: anywhere; }
      .causes li { border-color: var(--error); }
      .means { padding: 0 0.75rem 0.65rem; }
    `,
  ];

  declare protected integrations: readonly IntegrationStatus[] | undefined;
  declare protected letters: DeadLetters | undefined;
  /** What the doctor said, by integration. */
  declare protected checked: Readonly<Record<string, readonly Check[]>>;

  constructor() {
    super();
    this.checked = {};
  }

  override async look(): Promise<void> {
    void this.renderRoot.querySelector<AdminPauses>("admin-pauses")?.look();
    const found = await this.attempt("The health cannot be had", () =>
      Promise.all([this.service.overview(), this.service.deadLetters()]),
    );
    if (found === undefined) return;
    [this.integrations, this.letters] = found;
    if (this.integrations.some(({ alerts }) => alerts.some(({ kind }) => kind === "brake")))
      await this.attempt("What a brake has stopped is not shown", loadLifeCycle);
    this.said = `As of ${new Date().toLocaleTimeString()}.`;
  }

  override render() {
    const { integrations } = this;
    return html`<div class="cards">
      ${this.notices()} ${this.#connecting()}
      <admin-pauses .service=${this.service} .integrations=${integrations ?? []}></admin-pauses>
      ${integrations?.map((integration) => this.#card(integration))}
      ${
        integrations?.length === 0
          ? html`<p class="card body">No CRM is connected yet. POST /api/integrations connects one; docs/service.md says how.</p>`
          : nothing
      }
      <admin-question></admin-question>
    </div>`;
  }

  /** Of a person who comes back from the CRM. */
  #connecting() {
    const [outcome = "", id] = this.place;
    const words = connectings[outcome];
    if (words === undefined) return nothing;
    return html`<p class="card body ${outcome === "connected" ? "" : "failure"}" data-connecting role="status">${id ? `${id}: ` : ""}${words}</p>`;
  }

  #card(integration: IntegrationStatus) {
    const { id, crm, account, state, mappingVersion, alerts } = integration;
    const isBraked = state === "active" && alerts.some(({ kind }) => kind === "brake");
    const { name, means } = isBraked ? braked : states[state];
    return html`<section class="card" aria-labelledby="of-${id}" data-integration=${id}>
      <header>
        <div class="title">
          <h3 id="of-${id}" tabindex="-1">${id}</h3>
          <span class="badge ${badges[isBraked ? "paused" : state]}"><span aria-hidden="true">${signs[isBraked ? "paused" : state]}</span>${name}</span>
        </div>
        <span class="note">${crms[crm] ?? crm} · account ${account} · mapping version ${mappingVersion}</span>
      </header>
      <p class="means quiet">${means}</p>
      ${this.#figures(integration)} ${this.#alerts(integration)} ${this.#causes(id)} ${this.#checks(id)}
      <div class="bar">
        ${this.#switch(integration)} ${this.#connect(integration)}
        <button data-act="examine" @click=${() => this.#examine(id)}>Check the connection</button>
        <a class="button" href="#runs">Runs</a>
        <a class="button" href="#mapping/${encodeURIComponent(id)}">Mapping</a>
      </div>
    </section>`;
  }

  #figures({ lastSyncAt, counts, depth, quota }: IntegrationStatus) {
    const underWay = Object.entries(writes).filter(([state]) => (counts.intents[state] ?? 0) > 0);
    const sending = underWay.reduce((sum, [state]) => sum + (counts.intents[state] ?? 0), 0);
    const dead = depth.dead + (counts.intents.dead ?? 0);
    const figure = (name: string, value: unknown, more: unknown = nothing) =>
      html`<div><dt>${name}</dt><dd>${value}${more === nothing ? nothing : html`<span class="small quiet">${more}</span>`}</dd></div>`;
    return html`<dl>
      ${
        lastSyncAt === null
          ? figure("Last at work", "Never")
          : figure("Last at work", ago(lastSyncAt), html`<time datetime=${lastSyncAt}>${moment(lastSyncAt)}</time>`)
      }
      ${figure("Linked", counts.links, counts.links === 1 ? "contact and record" : "contacts with their records")}
      ${figure("Waiting to be looked at", depth.waiting, "retries included")}
      ${figure("Writes under way", sending, underWay.map(([state, words]) => `${counts.intents[state]} ${words}`).join(", ") || nothing)}
      ${quota == null ? nothing : figure("Calls left of the day", `${quota.left} of ${quota.limit}`, `${quota.kept} kept for what changes`)}
      ${figure("Waiting for a person", counts.reviews, counts.reviews === 0 ? nothing : html`<a href="#reviews">Reviews</a>`)}
      ${figure("Failed for good", dead, dead === 0 ? nothing : html`<a href="#dead-letters">Dead letters</a>`)}
    </dl>`;
  }

  #alerts(of: IntegrationStatus) {
    const { alerts } = of;
    if (alerts.length === 0) return nothing;
    return html`<div class="body alerts"><h4>Alerts</h4><ul>${alerts.map((alert) => {
      const { sentence, details } = alertInWords(alert);
      return html`<li><div>${sentence}</div>
        <p class="names">${[details, `since ${moment(alert.since)}`].filter(Boolean).join(" · ")}</p>
        ${alert.kind === "fight" ? this.#release(alert) : nothing}
        ${alert.kind === "brake" ? html`<admin-brake .service=${this.service} .of=${of} .alert=${alert} @brake-lifted=${(event: CustomEvent<string>) => this.#lifted(of.id, event.detail)}></admin-brake>` : nothing}</li>`;
    })}</ul></div>`;
  }

  /** What was pressed is gone with the alert. */
  async #lifted(id: string, said: string): Promise<void> {
    await this.look();
    this.said = said;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(`#of-${CSS.escape(id)}`)?.focus();
  }

  #release({ integration, detail }: Alert) {
    const [field, contact] = [String(detail.field), typeof detail.contact === "string" ? detail.contact : undefined];
    const release = async () => {
      const done = await this.act(`${field} was not released`, () => this.service.release(integration, field, contact));
      if (done === undefined) return;
      await this.look();
      this.said = `${field} is written again: ${counted(done.released, "contact")}.`;
    };
    return html`<button data-act="release" @click=${release}>Write ${field} again</button>`;
  }

  /** Dead letters by their cause, the most frequent first. */
  #causes(id: string) {
    const causes = new Map<string, number>();
    const add = (cause: string) => causes.set(cause, (causes.get(cause) ?? 0) + 1);
    for (const { integration, error } of this.letters?.intents ?? [])
      if (integration === id) add([error.code, error.hint].filter(Boolean).join(": "));
    for (const { integration, error } of this.letters?.jobs ?? []) if (integration === id) add(error);
    if (causes.size === 0) return nothing;
    const sorted = [...causes].sort(([, one], [, other]) => other - one);
    return html`<div class="body causes"><h4>Failed for good, by cause</h4>
      <ul>${sorted.map(([cause, count]) => html`<li>${counted(count, "time")}: <code>${cause}</code></li>`)}</ul></div>`;
  }

  #connect(integration: IntegrationStatus) {
    const to = this.service.connects(integration);
    if (to === null) return nothing;
    const go = async (event: Event) => {
      event.preventDefault();
      // Whoever would only be shown a problem is told it here.
      const isReady = await this.attempt("Not connected", () => this.service.mayConnect(to));
      if (isReady) location.assign(to);
    };
    return html`<a class="button" data-act="connect" href=${to} @click=${go}>${integration.state === "revoked" ? "Connect" : "Connect anew"}</a>
      ${integration.state === "revoked" ? nothing : html`<button data-act="disconnect" @click=${() => this.#disconnect(integration)}>Disconnect…</button>`}`;
  }

  async #disconnect({ id, crm }: IntegrationStatus): Promise<void> {
    const name = crms[crm] ?? crm;
    const question = {
      title: `Disconnect ${id}?`,
      text: `The tokens of ${name} are given back and destroyed, and nothing is written any more. What comes in is kept, until an administrator connects it anew.`,
      yes: "Disconnect it",
    };
    if (!(await this.renderRoot.querySelector<AdminQuestion>("admin-question")?.ask(question))) return;
    const done = await this.act(`${id} was not disconnected`, () => this.service.disconnect(id, crm));
    if (done === undefined) return;
    await this.look();
    this.said = done.revoked
      ? `${id} is disconnected.`
      : `${id} is disconnected. ${name} has not said that its token is good for nothing any more: remove the app there.`;
  }

  async #examine(id: string): Promise<void> {
    this.said = `Checking ${id} …`;
    const found = await this.attempt("The connection was not checked", () => this.service.examine(id));
    this.said = "";
    if (found === undefined) return;
    this.checked = { ...this.checked, [id]: found };
    const wrong = found.filter(({ state }) => state === "failed").length;
    this.said = `${id} is checked: ${wrong === 0 ? "nothing is wrong" : counted(wrong, "thing is wrong", "things are wrong")}.`;
  }

  #checks(id: string) {
    const found = this.checked[id];
    if (found === undefined) return nothing;
    return html`<div class="body checks"><h4>The connection</h4><ul>${found.map(({ code, state, fields, hint }) => {
      const { name, sign, badge } = checkStates[state];
      return html`<li data-check=${code} class=${state}><div class="title"><span>${checks[code] ?? code}</span>
          <span class="badge ${badge}"><span aria-hidden="true">${sign}</span>${name}</span></div>
        ${fields.length === 0 ? nothing : html`<p class="names">${fields.join(", ")}</p>`}
        ${hint === "" ? nothing : html`<p class="quiet">${hint}</p>`}</li>`;
    })}</ul></div>`;
  }

  #switch({ id, state }: IntegrationStatus) {
    if (state !== "active" && state !== "paused") return nothing;
    const act = state === "active" ? "pause" : "resume";
    const done = state === "active" ? "paused" : "resumed";
    const change = async () => {
      const changed = await this.act(`${id} was not ${done}`, () => this.service.setState(id, act));
      if (changed === undefined) return;
      await this.look();
      this.said = `${id} is ${done}.`;
    };
    return html`<button data-act=${act} @click=${change}>${state === "active" ? "Pause" : "Resume"}</button>`;
  }
}
