/** A tenant's API keys: several at a time, so that one can be replaced before it goes. */
import { z } from "@hono/zod-openapi";
import { jsonAnswer } from "./body.js";
import { randomSecret, sha256 } from "./hash.js";
import { Problem } from "./problem.js";
import { id, route } from "./route.js";
import { role, time } from "./schemas.js";

const given = z.strictObject({
  actor: z
    .string()
    .regex(/^[^\p{Cc}\p{Cs}]{1,100}$/u)
    .openapi({ description: "Whose it is: the name that stands with what is done by it" }),
  roles: z.array(role).min(1),
});
const key = z.object({ id: z.string(), actor: z.string(), roles: z.array(role), createdAt: time }).openapi("ApiKey");

export const keyRoutes = [
  route({
    method: "get",
    path: "/api/keys",
    summary: "The tenant's API keys, without what they are",
    roles: ["admin"],
    answer: [200, z.object({ keys: z.array(key) })],
    handle: async ({ options, caller }) => jsonAnswer(200, { keys: await options.store.apiKeys(caller.tenant) }),
  }),
  route({
    method: "post",
    path: "/api/keys",
    summary: "Makes another API key, which is told this once",
    roles: ["admin"],
    body: given,
    answer: [201, z.object({ key: z.string() })],
    async handle({ options, caller, body: { actor, roles } }) {
      const secret = `cs_${randomSecret()}`;
      await options.store.addApiKey(caller.tenant, await sha256(secret), actor, [...new Set(roles)]);
      return jsonAnswer(201, { key: secret });
    },
  }),
  route({
    method: "delete",
    path: "/api/keys/{id}",
    summary: "Takes an API key back, and ends the sessions that were begun with it",
    roles: ["admin"],
    params: z.object({ id }),
    answer: [204, null],
    async handle({ options, caller, params }) {
      if (!(await options.store.removeApiKey(caller.tenant, params.id))) throw new Problem("not-found");
      return new Response(null, { status: 204 });
    },
  }),
];
