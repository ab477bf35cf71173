/** The import defines both elements; those that stand in the page already come to life. */
import "@penguinmails/crm-sync/preview";
import { mapping, records, sampleReviews } from "../sample.js";

const preview = document.querySelector("crm-mapping-preview");
const queue = document.querySelector("crm-conflict-review");

Object.assign(preview, { mapping, ...records });
preview.addEventListener("mapping-result", ({ detail }) => {
  document.querySelector("#outcome").textContent = detail.outcome ?? "none";
});

queue.source = sampleReviews();
queue.addEventListener("review-answered", ({ detail }) => {
  document.querySelector("#answered").textContent = `${detail.review.field}, ${detail.answer.choose}`;
});
