/** The saved mapping file beside the edited one. */
import { html } from "lit";
import type { Comparison } from "./protocol.js";

export interface ComparisonState {
  saved: string;
  edited: string;
  comparison: Comparison | undefined;
}

export function comparisonCard(
  { saved, edited, comparison }: ComparisonState,
  actions: { takeBack(): void; close(): void },
) {
  return html`<section class="card comparison" aria-labelledby="comparison">
    <header><h2 id="comparison">Saved and edited</h2></header>
    <crm-mapping-comparison .saved=${saved} .edited=${edited} .comparison=${comparison}></crm-mapping-comparison>
    <div class="actions">
      <button ?disabled=${edited === saved} @click=${actions.takeBack}>Take the saved file back</button>
      <button @click=${actions.close}>Close</button>
    </div>
  </section>`;
}
