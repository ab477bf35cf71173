/** The mapping in force, and those that were. */
import { z } from "@hono/zod-openapi";
import type { Integration, MappingVersion } from "../store/model.js";
import type { NewMapping } from "../store/store.js";
import { jsonAnswer } from "./body.js";
import { existing } from "./existing.js";
import { file, maximumBytes, requireMapping } from "./mapping-file.js";
import type { HttpOptions } from "./options.js";
import { Problem } from "./problem.js";
import { id, route } from "./route.js";
import { shown as shownRun } from "./runs.js";
import { mapping, mappingHistory, run, time } from "./schemas.js";

const params = z.object({ id });
const withVersion = z.object({ id, version: z.string().regex(/^[1-9]\d{0,8}$/) });

export const mappingRoutes = [
  route({
    method: "get",
    path: "/api/integrations/{id}/mapping",
    summary: "The mapping in force; its ETag is for If-Match",
    roles: ["reader"],
    params,
    answer: [200, mapping],
    async handle({ options, caller, params }) {
      return tagged((await existing(options, caller, params.id)).mapping);
    },
  }),
  route({
    method: "put",
    path: "/api/integrations/{id}/mapping",
    summary: "A new version of the mapping, in force at once; with If-Match only in place of the version that it names",
    roles: ["editor"],
    params,
    body: z.strictObject({ file }),
    maximumBytes,
    answer: [200, mapping],
    problems: ["mapping-refused", "not-as-expected", "approval-required"],
    async handle({ options, caller, params, body, request }) {
      const found = await existing(options, caller, params.id);
      if (found.settings.approval) throw new Problem("approval-required");
      return replace(options, found, body.file, { by: caller.actor, ...expected(request) });
    },
  }),
  route({
    method: "get",
    path: "/api/integrations/{id}/mapping/versions",
    summary: "All versions of the mapping, the one in force first",
    roles: ["reader"],
    params,
    answer: [200, z.object({ versions: z.array(mappingHistory) })],
    async handle({ options, caller, params }) {
      const found = await existing(options, caller, params.id);
      return jsonAnswer(200, { versions: await options.store.mappings(found) });
    },
  }),
  route({
    method: "get",
    path: "/api/integrations/{id}/mapping/versions/{version}",
    summary: "One version of the mapping, with its file",
    roles: ["reader"],
    params: withVersion,
    answer: [200, mapping],
    async handle({ options, caller, params }) {
      return jsonAnswer(200, await versionOf(options, await existing(options, caller, params.id), params.version));
    },
  }),
  route({
    method: "post",
    path: "/api/integrations/{id}/mapping/versions/{version}/activate",
    summary: "Puts a version's file in force again, as a new version; If-Match as above",
    roles: ["editor"],
    params: withVersion,
    answer: [200, mapping],
    problems: ["mapping-refused", "not-as-expected"],
    async handle({ options, caller, params, request }) {
      const found = await existing(options, caller, params.id);
      const old = await versionOf(options, found, params.version);
      return replace(options, found, old.file, { by: caller.actor, restores: old.version, ...expected(request) });
    },
  }),
  route({
    method: "post",
    path: "/api/integrations/{id}/mapping/versions/{version}/revert",
    summary: "Takes back what a version has written, within a time if one is given; as of a run",
    roles: ["admin"],
    params: withVersion,
    body: z.strictObject({ dry: z.boolean().default(true), from: time.optional(), to: time.optional() }),
    answer: [202, run],
    problems: ["not-now"],
    async handle({ options, caller, params, body: { dry, from = null, to = null } }) {
      const found = await existing(options, caller, params.id);
      const { version } = await versionOf(options, found, params.version);
      const begun = await options.operations.revert(found, { version, from, to }, { dry, by: caller.actor });
      return jsonAnswer(202, shownRun(begun, options));
    },
  }),
];

export const tagged = <T extends MappingVersion>(version: T) => {
  const answer = jsonAnswer(200, version);
  answer.headers.set("etag", `"${version.version}"`);
  return answer;
};

/** What is no version's ETag is none that is in force. */
function expected(request: Request): Pick<NewMapping, "expected"> {
  const given = request.headers.get("if-match")?.trim();
  if (given === undefined || given === "*") return {};
  return { expected: Number(/^"(\d{1,9})"$/.exec(given)?.[1] ?? 0) };
}

async function versionOf({ store }: HttpOptions, found: Integration, version: string): Promise<MappingVersion> {
  const old = await store.mapping(found, Number(version));
  if (old === null) throw new Problem("not-found");
  return old;
}

async function replace(options: HttpOptions, found: Integration, file: string, how: NewMapping): Promise<Response> {
  await requireMapping(options, file, found.crm);
  const version = await options.store.addMapping(found, file, how);
  if (version === null) throw new Problem("not-as-expected");
  await options.operations.schedule({ ...found, mapping: version });
  return tagged(version);
}
