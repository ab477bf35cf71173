/** Mappings that are looked at before they are in force: saved, tried on everybody without a write, and approved. */
import { z } from "@hono/zod-openapi";
import type { Caller, Integration, MappingDraft } from "../store/model.js";
import { jsonAnswer } from "./body.js";
import { existing } from "./existing.js";
import { file, maximumBytes, requireMapping } from "./mapping-file.js";
import { tagged } from "./mappings.js";
import { NotNow } from "./operations.js";
import type { HttpOptions } from "./options.js";
import { Problem } from "./problem.js";
import { id, route } from "./route.js";
import { shown as shownRun } from "./runs.js";
import { diagnostic, mapping, mappingDraft, run } from "./schemas.js";

const params = z.object({ id });
const withDraft = z.object({ id, draft: id });
const whole = mappingDraft.extend({
  file: z.string(),
  diagnostics: z
    .array(diagnostic)
    .openapi({ description: "Warnings; of a draft from before another engine, errors too" }),
});

export const draftRoutes = [
  route({
    method: "post",
    path: "/api/integrations/{id}/mapping/drafts",
    summary: "Saves a mapping as a draft, checked; what is in force stays in force",
    roles: ["editor"],
    params,
    body: z.strictObject({ file }),
    maximumBytes,
    answer: [201, whole],
    problems: ["mapping-refused"],
    async handle({ options, caller, params, body }) {
      const found = await existing(options, caller, params.id);
      const diagnostics = await requireMapping(options, body.file, found.crm);
      const draft = await options.store.addDraft(found, body.file, caller.actor);
      return jsonAnswer(201, { ...shown(options, found, draft), file: draft.file, diagnostics });
    },
  }),
  route({
    method: "get",
    path: "/api/integrations/{id}/mapping/drafts",
    summary: "The latest hundred drafts, those that were approved too, with what their reports say",
    roles: ["reader"],
    params,
    answer: [200, z.object({ drafts: z.array(mappingDraft) })],
    async handle({ options, caller, params }) {
      const found = await existing(options, caller, params.id);
      const drafts = await options.store.drafts(found);
      return jsonAnswer(200, { drafts: drafts.map((draft) => shown(options, found, draft)) });
    },
  }),
  route({
    method: "get",
    path: "/api/integrations/{id}/mapping/drafts/{draft}",
    summary: "One draft, with its file and its report",
    roles: ["reader"],
    params: withDraft,
    answer: [200, whole],
    async handle({ options, caller, params }) {
      const { found, draft } = await draftOf(options, caller, params);
      const diagnostics = await options.operations.check(draft.file, found.crm);
      return jsonAnswer(200, { ...shown(options, found, draft), file: draft.file, diagnostics });
    },
  }),
  route({
    method: "delete",
    path: "/api/integrations/{id}/mapping/drafts/{draft}",
    summary: "Deletes a draft; a version that it has become stays",
    roles: ["editor"],
    params: withDraft,
    answer: [204, null],
    async handle({ options, caller, params }) {
      const { found, draft } = await draftOf(options, caller, params);
      if (!(await options.store.removeDraft(found, draft.draft))) throw new Problem("not-found");
      return new Response(null, { status: 204 });
    },
  }),
  route({
    method: "post",
    path: "/api/integrations/{id}/mapping/drafts/{draft}/impact",
    summary: "Finds out what a draft would do, to everybody and without a write; one draft at a time",
    roles: ["editor"],
    params: withDraft,
    answer: [202, run],
    problems: ["not-now", "mapping-refused"],
    async handle({ options, caller, params }) {
      const { found, draft } = await draftOf(options, caller, params);
      if (found.state === "revoked") throw new NotNow("revoked");
      await requireMapping(options, draft.file, found.crm);
      // A process of the version before would take it for another kind of run.
      if (await options.store.isUpgrading()) throw new NotNow("upgrading");
      const begun = await options.store.startImpact(found, draft.draft, caller.actor);
      if (begun.draft !== draft.draft) throw new NotNow("another_impact");
      return jsonAnswer(202, shownRun(begun, options));
    },
  }),
  route({
    method: "post",
    path: "/api/integrations/{id}/mapping/drafts/{draft}/approve",
    summary: "Puts a draft in force whose report is done and not outdated, and has everything compared under it",
    roles: ["editor"],
    params: withDraft,
    answer: [
      200,
      mapping.extend({ run: z.union([run, z.null()]).openapi({ description: "Null: the integration is not active" }) }),
    ],
    problems: ["not-now", "mapping-refused"],
    async handle({ options, caller, params }) {
      const { found, draft } = await draftOf(options, caller, params);
      await requireMapping(options, draft.file, found.crm);
      const approved = await options.store.approveDraft(found, draft.draft, caller.actor);
      if (approved === "gone") throw new Problem("not-found");
      if (typeof approved === "string") throw new NotNow(approved);
      const { mapping, run } = approved;
      await options.operations.schedule({ ...found, mapping });
      return tagged({ ...mapping, run: run && shownRun(run, options) });
    },
  }),
];

async function draftOf(options: HttpOptions, caller: Caller, params: { id: string; draft: string }) {
  const found = await existing(options, caller, params.id);
  const draft = await options.store.draft(found, params.draft);
  if (draft === null) throw new Problem("not-found");
  return { found, draft };
}

function shown(options: HttpOptions, { mapping }: Integration, { file: _, impact, ...draft }: MappingDraft) {
  const outdated = impact !== null && impact.mappingVersion !== mapping.version;
  return { ...draft, impact: impact && shownRun(impact, options), outdated };
}
