import { z } from "@hono/zod-openapi";
import { jsonAnswer } from "./body.js";
import { existing } from "./existing.js";
import { id, route } from "./route.js";

const check = z
  .object({
    code: z.string(),
    state: z.enum(["ok", "warning", "failed", "not_checked"]),
    fields: z.array(z.string()).openapi({ description: "The CRM's names of what is concerned" }),
    hint: z.string().openapi({ description: "What to do at the CRM, what was found, or why it was not checked" }),
  })
  .openapi("Check");

export const doctorRoutes = [
  route({
    method: "get",
    path: "/api/integrations/{id}/doctor",
    summary: "Whether the CRM is set up for what the mapping does; two or three calls that read",
    roles: ["editor", "admin"],
    params: z.object({ id }),
    answer: [200, z.object({ checks: z.array(check) })],
    handle: async ({ options, caller, params }) =>
      jsonAnswer(200, { checks: await options.operations.examine(await existing(options, caller, params.id)) }),
  }),
];
