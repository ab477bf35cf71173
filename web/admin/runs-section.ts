/** `<admin-runs>`: runs with their progress, and what starts one; of a dry run, what it would do. */
import { css, html, nothing, type PropertyValues } from "lit";
import type { Integration, Run } from "./model.js";
import type { AdminQuestion } from "./question.js";
import { Section } from "./section.js";
import { counted, kinds, moment, outcomes, runStates } from "./words.js";

const badges = {
  running: "",
  paused: "warning",
  stopped: "error",
  done: "good",
  failed: "error",
  cancelled: "none",
} as const;
/** What compares everything waits where few calls are left. */
const comparing = new Set(["first_sync", "reconcile", "impact"]);
/** Others are begun where what they are about is shown. */
const startable = Object.keys(kinds).filter((kind) => kind !== "revert" && kind !== "impact");
/** While one is under way. */
const interval = 2000;

export class AdminRuns extends Section {
  static override properties = {
    integrations: { state: true },
    runs: { state: true },
    wanted: { state: true },
    kind: { state: true },
  };
  static override styles = [
    ...Section.styles,
    css`
      .start { display: flex; flex-wrap: wrap; align-items: end; gap: 0.5rem 0.75rem; padding: 0.65rem 0.75rem; }
      .progress { display: grid; gap: 0.15rem; }
      table { table-layout: fixed; }
      .kind { min-width: 0; }
      .run { width: 22%; }
      .state { width: 7rem; }
      .began { width: 12rem; }
      .shows { width: 10.5rem; }
      .shows a { white-space: nowrap; }
    `,
  ];

  declare protected integrations: readonly Integration[];
  declare protected runs: readonly Run[] | undefined;
  /** The integration that is chosen to run. */
  declare protected wanted: string;
  declare protected kind: string;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.integrations = [];
    this.wanted = "";
    this.kind = "incremental";
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has("place")) this.said = this.#summary();
  }

  override async look(): Promise<void> {
    if (this.place.length > 0) return;
    const found = await this.attempt("The runs cannot be had", () =>
      Promise.all([this.service.integrations(), this.service.runs()]),
    );
    if (found === undefined) return;
    this.#tellEnded(found[1]);
    const isFirst = this.runs === undefined;
    [this.integrations, this.runs] = found;
    if (isFirst) this.said = this.#summary();
    const isThere = this.integrations.some(({ id }) => id === this.wanted);
    const first = this.integrations[0];
    if (!isThere && first !== undefined) this.#choose(first.id);
    this.#lookSoon();
  }

  #summary(): string {
    const { runs } = this;
    if (runs === undefined) return "The runs are fetched.";
    const underWay = runs.filter(({ state }) => state === "running").length;
    return `${counted(runs.length, "run")}, ${underWay} under way.`;
  }

  #lookSoon(): void {
    clearTimeout(this.#timer);
    if (!this.hidden && this.runs?.some(({ state }) => state === "running"))
      this.#timer = setTimeout(() => this.look(), interval);
  }

  /** Of runs that were under way when they were last looked at. */
  #tellEnded(now: readonly Run[]): void {
    for (const { run, kind, dry, integration, state } of now) {
      const before = this.runs?.find((one) => one.run === run);
      if (before?.state !== "running" || state === "running") continue;
      this.said = `${titleOf({ kind, dry })} of ${integration}: ${runStates[state].toLowerCase()}.`;
    }
  }

  #choose(id: string): void {
    this.wanted = id;
    if (this.#chosen?.state === "proposed") this.kind = "first_sync";
    else if (this.kind === "first_sync") this.kind = "incremental";
  }

  get #chosen(): Integration | undefined {
    return this.integrations.find(({ id }) => id === this.wanted);
  }

  override render() {
    const [integration, run] = this.place;
    if (integration !== undefined && run !== undefined)
      return html`<admin-run .service=${this.service} .integration=${integration} .run=${run}></admin-run>`;
    return html`<div class="cards">
      ${this.notices()} ${this.integrations.length === 0 ? nothing : this.#start()} ${this.#list()}
      <admin-question></admin-question>
    </div>`;
  }

  #start() {
    const { wanted, kind } = this;
    const chosen = this.#chosen;
    const value = ({ target }: Event) => (target as HTMLSelectElement).value;
    const option = (key: string, name: string, now: string) =>
      html`<option value=${key} .selected=${key === now}>${name}</option>`;
    return html`<section class="card" aria-labelledby="start">
      <header><h3 id="start">Start a run</h3>
        <span class="note">A dry run writes nothing, and shows what would be done.</span></header>
      <div class="start">
        <label class="choice">Integration
          <select name="integration" @change=${(event: Event) => this.#choose(value(event))}>
            ${this.integrations.map(({ id }) => option(id, id, wanted))}
          </select>
        </label>
        <label class="choice">Looks at
          <select name="kind" @change=${(event: Event) => {
            this.kind = value(event);
          }}>${startable.map((key) => option(key, kinds[key] ?? key, kind))}</select>
        </label>
        <button class="main" data-start="dry" @click=${() => this.#begin(true)}>Dry run</button>
        ${
          chosen?.state === "proposed"
            ? html`<p class="quiet small">What was never approved is only run dry.</p>`
            : html`<button data-start="real" @click=${() => this.#begin(false)}>Run…</button>`
        }
      </div>
    </section>`;
  }

  async #begin(dry: boolean): Promise<void> {
    const { wanted, kind } = this;
    const question = {
      title: `Run “${kinds[kind]}” of ${wanted}?`,
      text: "It writes to PenguinMails and to the CRM what the mapping decides. A dry run shows it first.",
      yes: "Run it",
    };
    if (!dry && !(await this.renderRoot.querySelector<AdminQuestion>("admin-question")?.ask(question))) return;
    const known = new Set(this.runs?.map(({ run }) => run));
    const started = await this.act("Not started", () => this.service.startRun(wanted, kind, dry));
    if (started === undefined) return;
    await this.look();
    this.said = known.has(started.run)
      ? `${titleOf(started)} of ${wanted} is under way already.`
      : `${titleOf(started)} of ${wanted} has started.`;
  }

  async #cancel(run: Run): Promise<void> {
    const { integration, run: name } = run;
    if ((await this.act("Not cancelled", () => this.service.cancel(integration, name))) === undefined) return;
    await this.look();
  }

  #rest(run: Run) {
    const [act, word, title] =
      run.state === "paused" ? (["resume", "Go on", "Go on with"] as const) : (["pause", "Pause", "Pause"] as const);
    return html`<button data-act=${`${act}-run`} aria-label="${title}: ${titleOf(run)}" @click=${() => this.#change(act, run)}>${word}</button>`;
  }

  async #change(act: "pause" | "resume", { integration, run }: Run): Promise<void> {
    const changed = await this.act("Not changed", () => this.service.changeRun(integration, run, act));
    if (changed === undefined) return;
    await this.look();
    this.said = `${titleOf(changed)} of ${integration}: ${runStates[changed.state].toLowerCase()}.`;
  }

  /** Dry: what it would do is looked at first, and done from there. */
  async #takeBack({ integration, run }: Run): Promise<void> {
    const started = await this.act("Not taken back", () => this.service.revert(integration, { run }, true));
    if (started === undefined) return;
    await this.look();
    this.said = `${titleOf(started)} of ${integration} has started: look at what it would do, and take it back there.`;
  }

  #list() {
    const { runs } = this;
    return html`<section class="card" aria-labelledby="latest">
      <header><h3 id="latest">Latest runs</h3><span class="note">At most 100.</span></header>
      ${runs?.length === 0 ? html`<p class="body">None yet.</p>` : nothing}
      ${
        runs === undefined || runs.length === 0
          ? nothing
          : html`<table>
        <thead><tr><th scope="col" class="run">Run</th><th scope="col" class="state">State</th><th scope="col">Progress</th><th scope="col" class="began">Began</th><th scope="col" class="shows">Shows</th></tr></thead>
        <tbody>${runs.map((run) => this.#row(run))}</tbody>
      </table>`
      }
    </section>`;
  }

  #waits({ integration, kind, state }: Run): boolean {
    const quota = this.integrations.find(({ id }) => id === integration)?.quota;
    return state === "running" && comparing.has(kind) && quota != null && quota.left <= quota.kept;
  }

  #row(run: Run) {
    const { integration, kind, dry, state, startedAt, startedBy, error } = run;
    const place = `#runs/${encodeURIComponent(integration)}/${encodeURIComponent(run.run)}`;
    return html`<tr data-run=${run.run}>
      <td data-label="Run"><div class="kind"><div class="strong">${kinds[kind] ?? kind}</div>
        <p class="names">${integration} · ${dry ? "dry" : "writes"}</p></div></td>
      <td data-label="State"><div><span class="badge ${badges[state]}">${runStates[state]}</span>
        ${error === null ? nothing : html`<p class="names">${error}</p>`}
        ${state === "stopped" ? html`<a href="#health" aria-label="What to do: ${titleOf(run)}, ${moment(startedAt)}">What to do</a>` : nothing}</div></td>
      <td data-label="Progress"><div class="progress">${progressOf(run)}${
        this.#waits(run)
          ? html`<p class="small quiet">Waits: the rest of the CRM's calls of the day is kept for what changes.</p>`
          : nothing
      }</div></td>
      <td data-label="Began"><div><time datetime=${startedAt}>${moment(startedAt)}</time>
        <p class="names">${startedBy}</p></div></td>
      <td data-label="Shows" class="shows">${
        dry
          ? html`<a href=${place} aria-label="What it would do: ${titleOf(run)}, ${moment(startedAt)}">What it would do</a>`
          : nothing
      }${state === "running" || state === "paused" ? html`${this.#rest(run)}<button data-act="cancel" aria-label="Cancel: ${titleOf(run)}" @click=${() => this.#cancel(run)}>Cancel</button>` : nothing}${
        !dry && kind !== "revert" && state !== "running"
          ? html`<button data-act="revert" aria-label="Take back: ${titleOf(run)}, ${moment(startedAt)}" @click=${() => this.#takeBack(run)}>Take back…</button>`
          : nothing
      }</td>
    </tr>`;
  }
}

export const titleOf = ({ kind, dry }: Pick<Run, "kind" | "dry">) =>
  dry ? `Dry run (${(kinds[kind] ?? kind).toLowerCase()})` : (kinds[kind] ?? kind);

/** How many were looked at, when that will be all, and what a dry run found. */
export function progressOf({ state, progress: { seen, total, outcomes: found, failed }, endsAt }: Run) {
  const text = `${seen} looked at${total === null ? "" : `, of at most ${Math.max(seen, total)}`}${endsAt ? `; done about ${moment(endsAt)}` : ""}`;
  const parts = Object.entries(found).map(([outcome, count]) => `${outcomes[outcome] ?? outcome}: ${count}`);
  if (failed > 0) parts.push(`Failed: ${failed}`);
  return html`<div>${text}</div>
    ${
      state === "running" && total !== null && total > 0
        ? html`<progress aria-label="Looked at" max=${total} value=${Math.min(seen, total)}></progress>`
        : nothing
    }
    ${parts.length === 0 ? nothing : html`<p class="small quiet">${parts.join(" · ")}</p>`}`;
}
