/** `<admin-versions>`: the versions of a mapping, the way back to one, and what one has written taken back. */
import { css, html, nothing, type PropertyValues } from "lit";
import type { IntegrationStatus, MappingHistory } from "./model.js";
import type { AdminQuestion } from "./question.js";
import { Section } from "./section.js";
import { moment } from "./words.js";

export class AdminVersions extends Section {
  static override properties = { of: {}, status: { state: true }, versions: { state: true } };
  static override styles = [
    ...Section.styles,
    css`
      table { table-layout: fixed; }
      .version { width: 30%; }
      .acts { display: flex; flex-wrap: wrap; gap: 0.35rem; }
      .doing { width: 45%; }
      @container (max-width: 43.99rem) { .version, .doing { width: auto; } }
    `,
  ];

  /** The integration's id. */
  declare of: string;
  declare protected status: IntegrationStatus | undefined;
  declare protected versions: readonly MappingHistory[] | undefined;

  /** Nothing of another integration stays. */
  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("of")) Object.assign(this, { status: undefined, versions: undefined, said: "" });
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has("of")) void this.look();
  }

  override async look(): Promise<void> {
    const { of, service } = this;
    const found = await this.attempt("The versions cannot be had", () =>
      Promise.all([service.integration(of), service.versions(of)]),
    );
    if (found === undefined || of !== this.of) return;
    [this.status, this.versions] = found;
  }

  override render() {
    const { of, versions, status, service } = this;
    const braked = status?.alerts.find(({ kind }) => kind === "brake");
    return html`<div class="cards">
      ${this.notices()}
      ${
        braked === undefined
          ? nothing
          : html`<section class="card" aria-labelledby="braked"><header><h3 id="braked">A brake has stopped the mapping</h3></header>
            <div class="body"><admin-brake .service=${service} .of=${status} .alert=${braked} @brake-lifted=${this.#lifted}></admin-brake></div></section>`
      }
      <section class="card" aria-labelledby="versions">
        <header><h3 id="versions" tabindex="-1">Versions of the mapping of ${of}</h3>
          <span class="note">The one in force first. To go back makes a new version, so that numbers only grow.</span></header>
        ${
          versions === undefined
            ? nothing
            : html`<table>
          <thead><tr><th scope="col" class="version">Version</th><th scope="col">Came into force</th><th scope="col" class="doing">Do</th></tr></thead>
          <tbody>${versions.map((version, at) => this.#row(version, at === 0))}</tbody>
        </table>`
        }
        ${service.roles.includes("admin") ? nothing : html`<p class="body quiet">What a version wrote is taken back by an administrator.</p>`}
      </section>
      <admin-question></admin-question>
    </div>`;
  }

  #row({ version, since, by, restores }: MappingHistory, inForce: boolean) {
    const button = (act: string, name: string, does: () => unknown) =>
      html`<button data-act=${act} aria-label="${name} (version ${version})" @click=${does}>${name}</button>`;
    const isAdmin = this.service.roles.includes("admin");
    return html`<tr data-version=${version}>
      <td data-label="Version"><div><span class="strong">${version}</span>
        ${inForce ? html`<span class="badge good">In force</span>` : nothing}
        ${restores === null ? nothing : html`<p class="names">the file of version ${restores} again</p>`}</div></td>
      <td data-label="Came into force"><div><time datetime=${since}>${moment(since)}</time><p class="names">${by ?? "not known by whom"}</p></div></td>
      <td data-label="Do" class="doing"><div class="acts">
        ${button("open", "Open in the editor", () => this.#open(version))}
        ${inForce ? nothing : button("go-back", "Go back to this one…", () => this.#goBack(version))}
        ${isAdmin && !inForce ? button("take-back", "Take back what it wrote…", () => this.#takeBack(version)) : nothing}
        ${isAdmin && inForce ? html`<p class="small quiet">What it wrote is taken back once another one is in force.</p>` : nothing}
      </div></td>
    </tr>`;
  }

  async #open(version: number): Promise<void> {
    const { of, service } = this;
    const found = await this.attempt("Not opened", () => service.version(of, version));
    if (found === undefined) return;
    const detail = { file: found.file, name: `version ${version}` };
    this.dispatchEvent(new CustomEvent("open-mapping", { detail, bubbles: true, composed: true }));
  }

  async #goBack(version: number): Promise<void> {
    const { of, service, versions, status, renderRoot } = this;
    const inForce = versions?.[0]?.version;
    if (inForce === undefined) return;
    const isBraked = status?.alerts.some(({ kind }) => kind === "brake");
    const question = {
      title: `Go back to version ${version} of ${of}?`,
      text: `Its file is in force at once, as version ${inForce + 1}: whatever changes from now on is decided by it, and so is what version ${inForce} has planned and not written yet. What it has written stays until it is taken back.${isBraked ? " The brake's pause stands until somebody ends it." : ""}`,
      yes: "Go back to it",
    };
    if (!(await renderRoot.querySelector<AdminQuestion>("admin-question")?.ask(question))) return;
    const now = await this.act("Not gone back", () => service.goBack(of, version, inForce));
    const refused = this.failure;
    await this.look();
    if (now === undefined) {
      this.failure ||= refused;
      return;
    }
    this.said = `Version ${now.version} of ${of} is in force, with the file of version ${version}.`;
    await this.#focus();
  }

  /** Dry: what it would do is looked at first, and done from there. */
  async #takeBack(version: number): Promise<void> {
    const { of, service } = this;
    const reverts = { version, from: null, to: null };
    const started = await this.act("Not taken back", () => service.revert(of, reverts, true));
    if (started !== undefined) location.hash = `runs/${encodeURIComponent(of)}/${encodeURIComponent(started.run)}`;
  }

  readonly #lifted = async ({ detail }: CustomEvent<string>): Promise<void> => {
    await this.look();
    this.said = detail;
    await this.#focus();
  };

  /** The button that was pressed may be gone, and the focus with it. */
  async #focus(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>("#versions")?.focus();
  }
}
