/** `<admin-drafts>`: mappings that are looked at before they are in force. */
import { css, html, nothing, type PropertyValues } from "lit";
import { draftState } from "./life-cycle-words.js";
import type { MappingDraft } from "./model.js";
import { Section } from "./section.js";
import { moment } from "./words.js";

export class AdminDrafts extends Section {
  static override properties = { of: {}, drafts: { state: true } };
  static override styles = [...Section.styles, css`table { table-layout: fixed; }`];

  /** The integration's id. */
  declare of: string;
  declare protected drafts: readonly MappingDraft[] | undefined;

  /** Nothing of another integration stays. */
  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("of")) Object.assign(this, { drafts: undefined, said: "" });
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has("of")) void this.look();
  }

  override async look(): Promise<void> {
    const { of, service } = this;
    const found = await this.attempt("The drafts cannot be had", () => service.drafts(of));
    if (found !== undefined && of === this.of) this.drafts = found;
  }

  override render() {
    const { of, drafts } = this;
    return html`<div class="cards">
      ${this.notices()}
      <section class="card" aria-labelledby="drafts">
        <header><h3 id="drafts">Drafts of the mapping of ${of}</h3><span class="note">At most 100.</span></header>
        ${drafts?.length === 0 ? html`<p class="body">None yet. “Save as a draft” in the editor makes one: it is in force only once it was approved.</p>` : nothing}
        ${
          drafts === undefined || drafts.length === 0
            ? nothing
            : html`<table>
          <thead><tr><th scope="col">Draft</th><th scope="col">State</th><th scope="col">Made of</th></tr></thead>
          <tbody>${drafts.map((draft) => this.#row(draft))}</tbody>
        </table>`
        }
      </section>
    </div>`;
  }

  #row(draft: MappingDraft) {
    const { name, badge } = draftState(draft);
    const place = `#mapping/${encodeURIComponent(this.of)}/drafts/${encodeURIComponent(draft.draft)}`;
    return html`<tr data-draft=${draft.draft}>
      <td data-label="Draft"><div><a href=${place}>Draft of ${moment(draft.since)}</a><p class="names">${draft.by}</p></div></td>
      <td data-label="State"><div><span class="badge ${badge}">${name}</span></div></td>
      <td data-label="Made of">version ${draft.basedOn}</td>
    </tr>`;
  }
}
