/** The service's page for people. A key is exchanged for a session, and is kept nowhere. */
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

/** Says that there is a session to be gone on with, so that nobody else's page asks for one. */
const mark = "crm-sync signed in";

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  refusal.textContent = "";
  try {
    show(await Service.signIn(location.origin, key.value));
  } catch (error) {
    refusal.textContent = `Not let in: ${(error as Error).message}.`;
    key.select();
  }
});

function show(service: Service): void {
  sessionStorage.setItem(mark, "");
  key.value = "";
  const queue = Object.assign(new ConflictReview(), { source: serviceReviews(service.origin, service) });
  const admin = Object.assign(new SyncAdmin(), { service, queue, preview: new MappingPreview() });
  admin.addEventListener("sign-out", () => {
    // Once the page is left: whoever has edits that are not saved is asked first, and may stay.
    addEventListener(
      "pagehide",
      () => {
        sessionStorage.removeItem(mark);
        // Where the service cannot be reached the session ends by itself.
        service.signOut().catch(() => {});
      },
      { once: true },
    );
    location.reload();
  });
  form.closest("main")?.replaceWith(admin);
}

if (sessionStorage.getItem(mark) !== null) {
  try {
    show(await Service.goOn(location.origin));
  } catch {
    sessionStorage.removeItem(mark); // it has ended: the form asks for a key
  }
}
