import { z } from "@hono/zod-openapi";
import { jsonAnswer } from "./body.js";
import { id, route } from "./route.js";
import { alert, deadIntent, deadJob } from "./schemas.js";

const ids = z.array(id).max(1000).default([]);

export const deadLetterRoutes = [
  route({
    method: "get",
    path: "/api/dead-letters",
    summary: "Work that has failed for good, and writes that the CRM refused",
    roles: ["reader"],
    answer: [200, z.object({ jobs: z.array(deadJob), intents: z.array(deadIntent) })],
    async handle({ options, caller: { tenant } }) {
      const [jobs, intents] = await Promise.all([options.jobs.dead(tenant), options.store.deadIntents(tenant)]);
      return jsonAnswer(200, { jobs, intents });
    },
  }),
  route({
    method: "post",
    path: "/api/dead-letters/replay",
    summary: "Tries them again; ids that are not dead are left out",
    roles: ["editor"],
    body: z.strictObject({ jobs: ids, intents: ids }),
    maximumBytes: 1 << 19,
    answer: [202, z.object({ jobs: z.number(), intents: z.number() })],
    async handle({ options, caller: { tenant }, body }) {
      const jobs = body.jobs.length > 0 ? await options.jobs.replay(tenant, body.jobs) : 0;
      const intents = body.intents.length > 0 ? await options.store.replayIntents(tenant, body.intents) : 0;
      return jsonAnswer(202, { jobs, intents });
    },
  }),
  route({
    method: "get",
    path: "/api/alerts",
    summary: "What somebody has to look after",
    roles: ["reader"],
    answer: [200, z.object({ alerts: z.array(alert) })],
    handle: async ({ options, caller }) => jsonAnswer(200, { alerts: await options.store.alerts(caller.tenant) }),
  }),
];
