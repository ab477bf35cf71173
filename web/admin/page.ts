/** The queue of reviews of the service that serves this page. The key stays in the page: a reload asks for it anew. */
import { ConflictReview } from "../review/conflict-review.js";
import { serviceReviews } from "../review/source.js";

customElements.define("crm-conflict-review", ConflictReview);

const form = document.querySelector("form") as HTMLFormElement;
const key = document.querySelector("#key") as HTMLInputElement;
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const queue = Object.assign(new ConflictReview(), { source: serviceReviews(location.origin, key.value) });
  form.replaceWith(queue);
});
