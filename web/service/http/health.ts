import { z } from "@hono/zod-openapi";
import { jsonAnswer } from "./body.js";
import { route } from "./route.js";

const answer = [200, z.object({ status: z.literal("ok") })] as const;

export const healthRoutes = [
  route({
    method: "get",
    path: "/healthz",
    summary: "Whether the process runs",
    roles: null,
    answer,
    handle: async () => jsonAnswer(200, { status: "ok" }),
  }),
  route({
    method: "get",
    path: "/readyz",
    summary: "Whether the store can be reached",
    roles: null,
    answer,
    retry: true,
    async handle({ options }) {
      await options.store.callerOf(""); // nobody's, and the cheapest question there is
      return jsonAnswer(200, { status: "ok" });
    },
  }),
];
