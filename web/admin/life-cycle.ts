/** The parts of the page for the life cycle of mappings, by the names of their elements. */
import { AdminBrake } from "./brake-card.js";
import { AdminBrakes } from "./brakes-part.js";
import { AdminDraft } from "./draft-part.js";
import { AdminDrafts } from "./drafts-part.js";
import { AdminVersions } from "./versions-part.js";

export const lifeCycle = {
  "admin-brake": AdminBrake,
  "admin-brakes": AdminBrakes,
  "admin-draft": AdminDraft,
  "admin-drafts": AdminDrafts,
  "admin-versions": AdminVersions,
};
