import { z } from "@hono/zod-openapi";
import { CrmSyncError } from "../../../bindings/package/errors.js";
import { iso } from "../clock.js";
import { jsonAnswer } from "./body.js";
import { Problem } from "./problem.js";
import { route } from "./route.js";

export const previewRoutes = [
  route({
    method: "post",
    path: "/api/preview",
    summary: "What a mapping would decide; nothing is stored",
    roles: ["reader"],
    body: z.strictObject({
      mapping: z.string().max(1 << 20),
      inputs: z
        .array(z.record(z.string(), z.unknown()))
        .min(1)
        .max(100)
        .openapi({ description: "As `resolve` takes them; `now` is the service's time unless given" }),
    }),
    maximumBytes: 1 << 22,
    answer: [200, z.object({ decisions: z.array(z.record(z.string(), z.unknown())) })],
    problems: ["mapping-refused", "input-refused"],
    async handle({ options, body }) {
      const now = iso(options.clock.now());
      const preview = await options.operations.preview(body.mapping, body.inputs, now).catch(refused);
      if ("diagnostics" in preview) throw new Problem("mapping-refused", preview);
      return jsonAnswer(200, preview);
    },
  }),
];

/** The engine's messages quote what they refuse; codes and places do not. */
function refused(error: unknown): never {
  if (!(error instanceof CrmSyncError)) throw error;
  const places = (error.diagnostics ?? []).map(({ code, path }) => ({ code, path }));
  throw new Problem("input-refused", { code: error.code, places });
}
