import { z } from "@hono/zod-openapi";
import { jsonAnswer } from "./body.js";
import { sameHash, sha256 } from "./hash.js";
import { Problem } from "./problem.js";
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
  route({
    method: "get",
    path: "/metrics",
    summary: "Figures of all integrations in Prometheus' text format, with the token of the configuration",
    roles: null,
    answer: [200, null],
    problems: ["unauthenticated", "not-found"],
    retry: true,
    async handle({ options: { metrics }, request }) {
      if (metrics === undefined) throw new Problem("not-found");
      const token = /^Bearer (\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
      if (!sameHash(await sha256(token), metrics.tokenHash)) throw new Problem("unauthenticated");
      return new Response(await metrics.text(), {
        headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" },
      });
    },
  }),
];
