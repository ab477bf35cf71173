/** The service's page for people. The key stays in the page: a reload asks for it anew. */
import { ConflictReview, MappingPreview, serviceReviews } from "@penguinmails/crm-sync/preview";
import { AdminDeadLetters } from "./dead-letters-section.js";
import { AdminHealth } from "./health-section.js";
import { AdminMapping } from "./mapping-section.js";
import { AdminPauses } from "./pauses-card.js";
import { AdminQuestion } from "./question.js";
import { AdminRun } from "./run-view.js";
import { AdminRuns } from "./runs-section.js";
import { Service } from "./service.js";
import { SyncAdmin } from "./sync-admin.js";

customElements.define("admin-question", AdminQuestion);
customElements.define("admin-health", AdminHealth);
customElements.define("admin-pauses", AdminPauses);
customElements.define("admin-runs", AdminRuns);
customElements.define("admin-run", AdminRun);
customElements.define("admin-dead-letters", AdminDeadLetters);
customElements.define("admin-mapping", AdminMapping);
customElements.define("crm-sync-admin", SyncAdmin);

const form = document.querySelector("form") as HTMLFormElement;
const key = document.querySelector("#key") as HTMLInputElement;
const refusal = document.querySelector("#refusal") as HTMLElement;

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const service = new Service(location.origin, key.value);
  refusal.textContent = "";
  try {
    await service.integrations();
  } catch (error) {
    refusal.textContent = `Not let in: ${(error as Error).message}.`;
    key.select();
    return;
  }
  const queue = Object.assign(new ConflictReview(), { source: serviceReviews(location.origin, key.value) });
  const admin = Object.assign(new SyncAdmin(), { service, queue, preview: new MappingPreview() });
  form.closest("main")?.replaceWith(admin);
});
