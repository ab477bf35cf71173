/** `<admin-brake>`: what a brake has stopped, and the ways on. */
import { css, html, nothing } from "lit";
import type { Exceeded } from "../service/sync/brakes.js";
import { exceededInWords } from "./life-cycle-words.js";
import type { Alert, Integration } from "./model.js";
import type { AdminQuestion } from "./question.js";
import { Section } from "./section.js";

type Detail = Exceeded & { mappingVersion: number; pause: string };

export class AdminBrake extends Section {
  static override properties = { of: { attribute: false }, alert: { attribute: false } };
  static override styles = [
    ...Section.styles,
    css`
      :host { display: grid; gap: 0.5rem; }
      p { margin: 0; }
      .bar { padding: 0; }
    `,
  ];

  declare of: Pick<Integration, "id" | "mappingVersion">;
  /** Of the kind `brake`. */
  declare alert: Alert;

  /** What it shows is given to it. */
  override async look(): Promise<void> {}

  override render() {
    const { of, alert, service } = this;
    const detail = alert.detail as unknown as Detail;
    const { mappingVersion: version, fields } = detail;
    const stands = version === of.mappingVersion;
    const versions = `#mapping/${encodeURIComponent(of.id)}/versions`;
    return html`<p>Version ${version} of the mapping ${exceededInWords(detail)}.
        ${fields.length > 0 ? html`Fields: <code>${fields.join(", ")}</code>.` : nothing}
        What went beyond it was not written; ${of.id} is paused. What comes in is kept, opt-outs at once.</p>
      ${
        stands
          ? html`<p>If that is wrong, go back to the version before first, then end the pause.</p>`
          : html`<p>Version ${of.mappingVersion} is in force by now, and decides what waits once the pause ends. Then what version ${version} had written before it was stopped can be taken back.</p>`
      }
      <div class="failure" role="alert">${this.failure}</div>
      <div class="bar">
        ${stands ? html`<a class="button" href=${versions} data-way="back">Go back to the version before…</a>` : nothing}
        <button class=${stands ? "" : "main"} data-act="lift" @click=${() => this.#lift(detail, stands)}>${stands ? "Go on all the same…" : "End the pause…"}</button>
        ${service.roles.includes("admin") ? html`<a class="button" href=${versions} data-way="take-back">Take back what version ${version} wrote…</a>` : nothing}
      </div>
      <admin-question></admin-question>`;
  }

  async #lift({ mappingVersion: version, pause }: Detail, stands: boolean): Promise<void> {
    const { of, service } = this;
    const question = stands
      ? {
          title: `Have ${of.id} go on all the same?`,
          text: `Version ${version} then does what the brake has stopped, and is not braked in that any more.`,
          yes: "Go on all the same",
        }
      : {
          title: `End the pause of ${of.id}?`,
          text: `What waits is decided by version ${of.mappingVersion}.`,
          yes: "End the pause",
        };
    if (!(await this.renderRoot.querySelector<AdminQuestion>("admin-question")?.ask(question))) return;
    const ended = await this.act("The pause was not ended", () => service.endPause(pause));
    if (ended === undefined) return;
    const detail = `The pause has ended: ${of.id} goes on by version ${of.mappingVersion}.`;
    this.dispatchEvent(new CustomEvent("brake-lifted", { detail }));
  }
}
