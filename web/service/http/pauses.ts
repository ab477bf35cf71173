import { z } from "@hono/zod-openapi";
import type { Pause } from "../store/model.js";
import { jsonAnswer } from "./body.js";
import { existing } from "./existing.js";
import { NotNow } from "./operations.js";
import { Problem } from "./problem.js";
import { id, route } from "./route.js";
import { pause, time } from "./schemas.js";

const direction = z.enum(["to_crm", "from_crm"]);
const reason = z.string().regex(/^[^\p{Cc}\p{Cs}]{1,500}$/u);

const given = z
  .strictObject({
    integration: id.optional().openapi({ description: "All of the tenant's, unless given" }),
    direction: direction.optional().openapi({ description: "What would be written there; both ways, unless given" }),
    field: id.optional().openapi({ description: "PenguinMails' name of a field, or the CRM's; all, unless given" }),
    reason: reason.openapi({ description: "For whoever finds it; without values of contacts" }),
    until: time.optional().openapi({ description: "When it ends by itself" }),
  })
  .refine(({ field, integration }) => field === undefined || integration !== undefined, { path: ["integration"] });

const shown = (one: Pause, now: number) => ({
  ...one,
  stands: one.endedAt === null && (one.until === null || Date.parse(one.until) > now),
});

export const pauseRoutes = [
  route({
    method: "get",
    path: "/api/pauses",
    summary: "Pauses, those that stand first",
    roles: ["reader"],
    answer: [200, z.object({ pauses: z.array(pause) })],
    async handle({ options, caller }) {
      const pauses = await options.store.pauses(caller.tenant);
      return jsonAnswer(200, { pauses: pauses.map((one) => shown(one, options.clock.now())) });
    },
  }),
  route({
    method: "post",
    path: "/api/pauses",
    summary: "Holds back what would be written, of everything or a part; what comes in is kept, and opt-outs at once",
    roles: ["editor"],
    body: given,
    answer: [201, pause],
    problems: ["not-found"],
    async handle({ options, caller, body }) {
      const now = options.clock.now();
      const { integration = null, field = null, until = null, reason } = body;
      if (integration !== null) await existing(options, caller, integration);
      if (until !== null && Date.parse(until) <= now) {
        throw new Problem("invalid", { mistakes: [{ at: "body/until", mistake: "expected a time to come" }] });
      }
      const begun = { integration, direction: body.direction ?? null, field, reason, until, by: caller.actor };
      return jsonAnswer(201, shown(await options.store.pause(caller.tenant, begun), now));
    },
  }),
  route({
    method: "post",
    path: "/api/pauses/{id}/end",
    summary: "Ends a pause; what it held back is done",
    roles: ["editor"],
    params: z.object({ id }),
    answer: [200, pause],
    problems: ["not-now"],
    async handle({ options, caller, params }) {
      const ended = await options.store.endPause(caller.tenant, params.id, caller.actor);
      if (ended !== null) return jsonAnswer(200, shown(ended, options.clock.now()));
      const known = (await options.store.pauses(caller.tenant)).some((one) => one.id === params.id);
      throw known ? new NotNow("ended") : new Problem("not-found");
    },
  }),
];
