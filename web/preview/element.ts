/** The package's `./preview`: importing it defines `<crm-mapping-preview>` and `<crm-conflict-review>`. */
import { ConflictReview, type ReviewAnswered } from "../review/conflict-review.js";
import { type Answered, type Review, type ReviewAnswer, type ReviewSource, serviceReviews } from "../review/source.js";
import { CodeEditor } from "./code-editor.js";
import { MappingPreview, type MappingResult } from "./mapping-preview.js";
import type { PreviewSettings } from "./settings.js";

customElements.define("crm-code-editor", CodeEditor);
customElements.define("crm-mapping-preview", MappingPreview);
customElements.define("crm-conflict-review", ConflictReview);

export {
  type Answered,
  ConflictReview,
  MappingPreview,
  type MappingResult,
  type PreviewSettings,
  type Review,
  type ReviewAnswer,
  type ReviewAnswered,
  type ReviewSource,
  serviceReviews,
};
