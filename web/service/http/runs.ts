import { z } from "@hono/zod-openapi";
import type { Caller, Integration, Run } from "../store/model.js";
import { estimated } from "../sync/runs.js";
import { jsonAnswer } from "./body.js";
import { existing } from "./existing.js";
import { NotNow } from "./operations.js";
import type { HttpOptions } from "./options.js";
import { Problem } from "./problem.js";
import { id, limit, route } from "./route.js";
import { kind, matchReport, run, runItem } from "./schemas.js";

const params = z.object({ integration: id, run: id });

/** Without the checkpoint, which is the run's own. */
export const shown = (one: Run, { clock }: Pick<HttpOptions, "clock">) => {
  const { tenant: _, id, checkpoint: __, rested: ___, ...run } = one;
  return { integration: id, ...run, endsAt: estimated(one, clock.now()) };
};

export const runRoutes = [
  route({
    method: "get",
    path: "/api/runs",
    summary: "Runs, with their progress",
    roles: ["reader"],
    query: z.strictObject({ integration: id.optional() }),
    answer: [200, z.object({ runs: z.array(run) })],
    async handle({ options, caller, query }) {
      const runs = await options.store.runs(caller.tenant, query.integration);
      return jsonAnswer(200, { runs: runs.map((one) => shown(one, options)) });
    },
  }),
  route({
    method: "post",
    path: "/api/runs",
    summary: "Starts a run, or gives the one of its kind that is under way",
    roles: ["editor"],
    body: z.strictObject({ integration: id, kind, dry: z.boolean().default(false) }),
    answer: [202, run],
    problems: ["not-found", "not-now"],
    async handle({ options, caller, body }) {
      const found = await existing(options, caller, body.integration);
      return jsonAnswer(
        202,
        shown(await options.operations.startRun(found, body.kind, { dry: body.dry, by: caller.actor }), options),
      );
    },
  }),
  route({
    method: "get",
    path: "/api/runs/{integration}/{run}",
    summary: "One run",
    roles: ["reader"],
    params,
    answer: [200, run],
    async handle({ options, caller, params }) {
      const found = await options.store.run({ tenant: caller.tenant, id: params.integration }, params.run);
      if (found === null) throw new Problem("not-found");
      return jsonAnswer(200, shown(found, options));
    },
  }),
  route({
    method: "get",
    path: "/api/runs/{integration}/{run}/items",
    summary: "What a dry run would do, pair by pair",
    roles: ["reader"],
    params,
    query: z.strictObject({ after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0), limit }),
    answer: [200, z.object({ items: z.array(runItem), next: z.number().nullable() })],
    async handle({ options, caller, params, query }) {
      const ref = { tenant: caller.tenant, id: params.integration };
      if ((await options.store.run(ref, params.run)) === null) throw new Problem("not-found");
      return jsonAnswer(200, await options.store.runItems(ref, params.run, query.after, query.limit));
    },
  }),
  route({
    method: "get",
    path: "/api/runs/{integration}/{run}/report",
    summary: "What a dry run found: who is who, in figures and examples",
    roles: ["reader"],
    params,
    answer: [200, matchReport],
    async handle({ options, caller, params }) {
      const ref = { tenant: caller.tenant, id: params.integration };
      if ((await options.store.run(ref, params.run)) === null) throw new Problem("not-found");
      return jsonAnswer(200, await options.store.matchReport(ref, params.run));
    },
  }),
  route({
    method: "post",
    path: "/api/runs/{integration}/{run}/approve",
    summary: "Approves a dry first sync, and starts the real one",
    roles: ["editor"],
    params,
    answer: [202, run],
    problems: ["not-now"],
    async handle({ options, caller, params }) {
      const found = await existing(options, caller, params.integration);
      if ((await options.store.run(found, params.run)) === null) throw new Problem("not-found");
      return jsonAnswer(202, shown(await options.operations.approve(found, params.run, caller.actor), options));
    },
  }),
  route({
    method: "post",
    path: "/api/runs/{integration}/{run}/revert",
    summary: "Takes back what a run has written, where it still stands; a dry one only shows what it would do",
    roles: ["admin"],
    params,
    body: z.strictObject({ dry: z.boolean().default(true) }),
    answer: [202, run],
    problems: ["not-now"],
    async handle({ options, caller, params, body }) {
      const found = await existing(options, caller, params.integration);
      if ((await options.store.run(found, params.run)) === null) throw new Problem("not-found");
      const how = { dry: body.dry, by: caller.actor };
      return jsonAnswer(202, shown(await options.operations.revert(found, { run: params.run }, how), options));
    },
  }),
  route({
    method: "post",
    path: "/api/runs/{integration}/{run}/pause",
    summary: "Has a run rest; what it has found until then is still dealt with",
    roles: ["editor"],
    params,
    answer: [200, run],
    problems: ["not-now"],
    handle: ({ options, caller, params }) =>
      changed(options, caller, params, (ref) => options.store.pauseRun(ref, params.run, caller.actor)),
  }),
  route({
    method: "post",
    path: "/api/runs/{integration}/{run}/resume",
    summary: "Has a run that rests go on where it stood",
    roles: ["editor"],
    params,
    answer: [200, run],
    problems: ["not-now"],
    handle: ({ options, caller, params }) =>
      changed(options, caller, params, (ref) => options.store.resumeRun(ref, params.run)),
  }),
  route({
    method: "post",
    path: "/api/runs/{integration}/{run}/cancel",
    summary: "Ends a run that is under way; what it has found until then is still dealt with",
    roles: ["editor"],
    params,
    answer: [200, run],
    problems: ["not-now"],
    handle: ({ options, caller, params }) =>
      changed(options, caller, params, (ref) => options.store.cancelRun(ref, params.run, caller.actor)),
  }),
];

async function changed(
  options: HttpOptions,
  caller: Caller,
  { integration, run }: z.output<typeof params>,
  change: (ref: Integration) => Promise<Run | null>,
): Promise<Response> {
  const found = await existing(options, caller, integration);
  const known = await options.store.run(found, run);
  if (known === null) throw new Problem("not-found");
  const now = await change(found);
  if (now === null) throw new NotNow(known.state);
  return jsonAnswer(200, shown(now, options));
}
