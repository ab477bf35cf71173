import { z } from "@hono/zod-openapi";
import { iso } from "../clock.js";
import type { Subject } from "../jobs/jobs.js";
import type { ReviewAnswer } from "../store/model.js";
import { jsonAnswer } from "./body.js";
import { Problem } from "./problem.js";
import { id, route } from "./route.js";
import { review } from "./schemas.js";

const answer = z.discriminatedUnion("choose", [
  z.strictObject({ choose: z.literal(["crm", "local", "none"]) }),
  z.strictObject({ choose: z.literal("value"), value: z.unknown().refine((value) => value !== undefined) }),
  z.strictObject({ choose: z.literal("link"), candidate: z.string().regex(/^(?:crm|local):[^\p{Cc}]{1,200}$/u) }),
]);

export const reviewRoutes = [
  route({
    method: "get",
    path: "/api/reviews",
    summary: "What waits for a person",
    roles: ["reader"],
    query: z.strictObject({ integration: id.optional(), state: z.enum(["open", "answered", "closed"]).optional() }),
    answer: [200, z.object({ reviews: z.array(review) })],
    async handle({ options, caller, query: { integration, state } }) {
      const filter = { ...(integration !== undefined && { integration }), ...(state !== undefined && { state }) };
      return jsonAnswer(200, { reviews: await options.store.reviews(caller.tenant, filter) });
    },
  }),
  route({
    method: "post",
    path: "/api/reviews/{integration}/{id}/answer",
    summary: "Answers a review that is open",
    roles: ["editor"],
    params: z.object({ integration: id, id }),
    body: answer,
    maximumBytes: 1 << 20,
    answer: [202, z.object({ state: z.literal("answered") })],
    async handle({ options, caller, params, body }) {
      const given = { ...body, at: iso(options.clock.now()), by: caller.actor } as ReviewAnswer & {
        candidate?: Subject;
      };
      const state = await options.store.answerReview(caller.tenant, params.integration, params.id, given);
      if (state === "gone") throw new Problem("not-found");
      if (state === "unfit") {
        const mistake =
          "a field takes crm, local or a value, a deletion crm or local, who is who one of the candidates or none";
        throw new Problem("invalid", { mistakes: [{ at: "body/choose", mistake }] });
      }
      return jsonAnswer(202, { state });
    },
  }),
];
