import { z } from "@hono/zod-openapi";
import { encode } from "../../../bindings/package/encode.js";
import type { AuditEntry } from "../store/model.js";
import { jsonText } from "./body.js";
import { id, limit, route } from "./route.js";
import { auditEntry } from "./schemas.js";

export const auditRoutes = [
  route({
    method: "get",
    path: "/api/audit",
    summary: "Decisions and who caused them, the latest first",
    roles: ["reader"],
    query: z.strictObject({
      ...{ contact: id.optional(), integration: id.optional(), before: id.optional(), limit },
      trace: z
        .string()
        .regex(/^[0-9a-f]{32}$/)
        .optional()
        .openapi({ description: "What came of one request, by the x-trace-id that its answer had" }),
    }),
    answer: [
      200,
      z.object({
        entries: z.array(auditEntry),
        before: z.string().nullable().openapi({ description: "For the next page; null after the last one" }),
      }),
    ],
    async handle({ options, caller, query: { contact, integration, trace, before, limit } }) {
      const entries = await options.store.audit(caller.tenant, {
        ...(contact !== undefined && { contact }),
        ...(integration !== undefined && { integration }),
        ...(trace !== undefined && { trace }),
        ...(before !== undefined && { before }),
        limit,
      });
      const next = entries.length < limit ? null : (entries.at(-1)?.id ?? null);
      return jsonText(200, `{"entries":[${entries.map(written).join(",")}],"before":${JSON.stringify(next)}}`);
    },
  }),
];

/** Input and decision byte by byte as they were, since a replay compares them; null once they are erased or too old. */
function written({ input, decision, ...rest }: AuditEntry): string {
  return `${encode(rest, "the entry").slice(0, -1)},"input":${input ?? "null"},"decision":${decision ?? "null"}}`;
}
