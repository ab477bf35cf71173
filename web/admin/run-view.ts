/** `<admin-run>`: a dry run, what it would do pair by pair and why, and the approval of a first sync. */
import { css, html, nothing, type PropertyValues } from "lit";
import { reasons } from "../cli/reasons.js";
import type { Integration, MatchReport, Reverts, Run, RunItem } from "./model.js";
import type { AdminQuestion } from "./question.js";
import { progressOf, titleOf } from "./runs-section.js";
import { Section } from "./section.js";
import { counted, matches, moment, outcomes, runStates, shown, subjectInWords, takenBack } from "./words.js";

const asks = new Set(["review", "ambiguous", "held_by_another", "merged_into_anothers", "filtered", "unlink"]);
/** While it is under way. */
const interval = 2000;
const quiet = new Set(["in_sync", "nothing", "waits", "later", "ended"]);

export class AdminRun extends Section {
  static override properties = {
    integration: {},
    run: {},
    found: { state: true },
    of: { state: true },
    items: { state: true },
    report: { state: true },
    next: { state: true },
  };
  static override styles = [
    ...Section.styles,
    css`
      table { table-layout: fixed; }
      .why { width: 30%; }
      dl { display: grid; gap: 0.25rem; margin: 0; }
      dt { font: 0.75rem/1.4 var(--mono); color: var(--quiet); overflow-wrap: anywhere; }
      dd { margin: 0; }
      .reason { font-size: 0.8125rem; }
      .reason + .reason { margin-top: 0.3rem; }
      @container (max-width: 43.99rem) { .why { width: auto; } }
    `,
  ];

  declare integration: string;
  declare run: string;
  declare protected found: Run | undefined;
  declare protected of: Integration | undefined;
  declare protected report: MatchReport | undefined;
  declare protected items: readonly RunItem[];
  /** Behind which the next items are; null after the last ones. */
  declare protected next: number | null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.items = [];
    this.next = 0;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has("run")) void this.look();
  }

  override async look(): Promise<void> {
    const { service, integration, run } = this;
    clearTimeout(this.#timer);
    const answer = await this.attempt("The run cannot be had", () =>
      Promise.all([
        service.run(integration, run),
        service.integrations(),
        service.items(integration, run, 0),
        service.matchReport(integration, run),
      ]),
    );
    if (answer === undefined || run !== this.run) return;
    const [found, integrations, { items, next }, report] = answer;
    // Whoever has more of them on the page keeps them.
    const hasMore = this.found?.run === run && this.items.length > items.length;
    Object.assign(this, { found, report, of: integrations.find(({ id }) => id === integration) });
    if (!hasMore) Object.assign(this, { items, next });
    this.said = `${titleOf(found)}, ${runStates[found.state].toLowerCase()}: ${counted(this.items.length, "pair")} shown.`;
    if (found.state === "running" && this.isConnected) this.#timer = setTimeout(() => this.look(), interval);
  }

  async #more(): Promise<void> {
    const { service, integration, run, next, items } = this;
    if (next === null) return;
    const answer = await this.attempt("The rest cannot be had", () => service.items(integration, run, next));
    if (answer === undefined || run !== this.run) return;
    this.items = [...items, ...answer.items];
    this.next = answer.next;
    this.said = `${counted(this.items.length, "pair")} shown.`;
    await this.updateComplete;
    // The button may be gone, and the focus with it: it goes to the first of those that came.
    this.renderRoot.querySelectorAll<HTMLElement>("tbody tr")[items.length]?.focus();
  }

  async #approve(): Promise<void> {
    const { service, integration, run, renderRoot } = this;
    const writes = Object.entries(this.found?.progress.outcomes ?? {}).filter(([outcome]) => !quiet.has(outcome));
    const question = {
      title: `Approve the first sync of ${integration}?`,
      text: `From now on both sides are kept in step. ${writes.map(([outcome, count]) => `${outcomes[outcome] ?? outcome}: ${count}.`).join(" ")}`,
      yes: "Approve it",
    };
    if (!(await renderRoot.querySelector<AdminQuestion>("admin-question")?.ask(question))) return;
    const started = await this.act("Not approved", () => service.approve(integration, run));
    if (started === undefined) return;
    await this.look();
    this.said = `Approved: ${integration} is active, and its first sync has started. Runs shows its progress.`;
    await this.updateComplete;
    renderRoot.querySelector<HTMLElement>(".back")?.focus();
  }

  async #takeBack(reverts: Reverts): Promise<void> {
    const { service, integration, renderRoot } = this;
    const count = this.found?.progress.outcomes.reverted ?? 0;
    const question = {
      title: `Take it back in ${counted(count, "pair")} of ${integration}?`,
      text: "Each field gets back what it held before, on both sides. What anybody has edited since stands, what the mapping in force would have written too, and what was said of mailing.",
      yes: "Take it back",
    };
    if (!(await renderRoot.querySelector<AdminQuestion>("admin-question")?.ask(question))) return;
    const started = await this.act("Not taken back", () => service.revert(integration, reverts, false));
    if (started === undefined) return;
    this.said = `${titleOf(started)} of ${integration} has started. Runs shows its progress.`;
    await this.updateComplete;
    renderRoot.querySelector<HTMLElement>(".back")?.focus();
  }

  override render() {
    const { found, integration } = this;
    const reverts = found?.dry && found.state === "done" && found.progress.outcomes.reverted ? found.reverts : null;
    return html`<div class="cards">
      ${this.notices()}
      <section class="card" aria-labelledby="run">
        <header>
          <h3 id="run">${found === undefined ? "A dry run" : `${titleOf(found)} of ${integration}`}</h3>
          <span class="note">${found === undefined ? nothing : `began ${moment(found.startedAt)} · ${found.startedBy}`}</span>
        </header>
        ${found === undefined ? nothing : html`<div class="body">${progressOf(found)}</div>`}
        ${this.#report()}
        <div class="bar">
          <a class="button back" href="#runs">Back to the runs</a>
          ${this.#isApprovable() ? html`<button class="main" data-act="approve" @click=${() => this.#approve()}>Approve this first sync…</button>` : nothing}
          ${reverts ? html`<button class="main" data-act="revert" @click=${() => this.#takeBack(reverts)}>Take it back…</button>` : nothing}
        </div>
        ${this.items.length === 0 ? nothing : this.#table()}
        ${this.next === null || this.items.length === 0 ? nothing : html`<div class="bar"><button data-act="more" @click=${() => this.#more()}>Show more</button></div>`}
      </section>
      <admin-question></admin-question>
    </div>`;
  }

  #isApprovable(): boolean {
    const { found, of, report } = this;
    return (
      report?.outdated === false &&
      found?.kind === "first_sync" &&
      found.dry &&
      found.state === "done" &&
      of?.state === "proposed"
    );
  }

  #report() {
    const { found, of, report } = this;
    if (report === undefined || report.groups.length === 0) return nothing;
    const outdated = report.outdated && found?.kind === "first_sync" && of?.state === "proposed";
    return html`<div class="body report">
      ${outdated ? html`<p>The mapping or the settings have changed since. Start a new dry first sync, and approve that one.</p>` : nothing}
      <dl>${Object.entries(matches).flatMap(([match, words]) => {
        const groups = report.groups.filter((group) => group.match === match);
        const count = groups.reduce((sum, group) => sum + group.count, 0);
        if (count === 0) return [];
        return html`<div><dt>${words}</dt><dd>${count}${groups.map(
          ({ outcome, count, examples }) =>
            html`<p class="names">${outcomes[outcome] ?? outcome}: ${count}, such as ${examples.map(subjectInWords).join(", ")}</p>`,
        )}</dd></div>`;
      })}</dl>
    </div>`;
  }

  #table() {
    return html`<table>
      <thead><tr>
        <th scope="col">What</th><th scope="col">PenguinMails gets</th><th scope="col">CRM gets</th><th scope="col" class="why">Why</th>
      </tr></thead>
      <tbody>${this.items.map(({ subject, contact, crmId, outcome, local, crm, reasons: why }) => {
        const kind = outcome === "invalid" ? "error" : asks.has(outcome) ? "warning" : quiet.has(outcome) ? "none" : "";
        const names = [contact, crmId].filter(Boolean).join(" · ") || subjectInWords(subject);
        return html`<tr tabindex="-1" aria-label=${names}>
          <td data-label="What"><div><span class="badge ${kind}">${outcomes[outcome] ?? outcome}</span>
            <p class="names">${names}</p></div></td>
          <td data-label="PenguinMails gets">${values(local)}</td>
          <td data-label="CRM gets">${values(crm)}</td>
          <td data-label="Why" class="why">${whys(why)}</td>
        </tr>`;
      })}</tbody>
    </table>`;
  }
}

function values(given: Record<string, unknown>) {
  const entries = Object.entries(given);
  if (entries.length === 0) return html`<span class="quiet">nothing</span>`;
  return html`<dl>${entries.map(
    ([field, value]) => html`<div><dt>${field}</dt><dd><code>${shown(value)}</code></dd></div>`,
  )}</dl>`;
}

/** Fields with the same reason stand together. */
function whys(given: Record<string, string>) {
  const fields = new Map<string, string[]>();
  for (const [field, reason] of Object.entries(given)) fields.set(reason, [...(fields.get(reason) ?? []), field]);
  if (fields.size === 0) return nothing;
  return html`<div>${[...fields].map(
    ([reason, of]) =>
      html`<div class="reason">${reasons[reason] ?? takenBack[reason] ?? reason} <p class="names">${of.join(", ")}</p></div>`,
  )}</div>`;
}
