/** Sessions of people at the admin page: a key is shown once, and what the browser keeps instead no script can read. */
import { z } from "@hono/zod-openapi";
import { iso } from "../clock.js";
import { jsonAnswer } from "./body.js";
import { randomSecret, sha256 } from "./hash.js";
import { Problem } from "./problem.js";
import { allRoles, route } from "./route.js";
import { role, time } from "./schemas.js";
import { clearedCookie, cookieOf, csrfOf, sessionCookie } from "./session-cookie.js";

const hours = 8;

const session = z
  .object({
    actor: z.string(),
    roles: z.array(role),
    csrf: z.string().nullable().openapi({
      description: "To be sent as x-crm-sync-csrf with every request that changes something; null of an API key",
    }),
  })
  .openapi("Session");

export const sessionRoutes = [
  route({
    method: "post",
    path: "/api/session",
    summary: "Signs in with an API key; the cookie that it sets stands for the key, for eight hours",
    roles: null,
    body: z.strictObject({ key: z.string().regex(/^[\x21-\x7e]{1,512}$/) }),
    maximumBytes: 2048,
    answer: [200, session.extend({ expiresAt: time })],
    problems: ["unauthenticated", "too-many"],
    async handle({ options, attempts, request, body }) {
      const address = options.addressOf?.(request) ?? "";
      if (!attempts.may(address)) throw new Problem("too-many");
      const keyHash = await sha256(body.key);
      const caller = await options.store.callerOf(keyHash);
      if (caller === null) {
        attempts.failed(address);
        throw new Problem("unauthenticated");
      }
      const token = randomSecret();
      const expiresAt = iso(options.clock.now() + hours * 3_600_000);
      await options.store.addSession({ hash: await sha256(token), tenant: caller.tenant, keyHash, expiresAt });
      const { actor, roles } = caller;
      const answer = jsonAnswer(200, { actor, roles, csrf: await csrfOf(token), expiresAt });
      answer.headers.set("set-cookie", sessionCookie(token, hours * 3600));
      return answer;
    },
  }),
  route({
    method: "get",
    path: "/api/session",
    summary: "Who is calling",
    roles: allRoles,
    answer: [200, session],
    async handle({ request, caller: { actor, roles } }) {
      const token = cookieOf(request);
      return jsonAnswer(200, { actor, roles, csrf: token === null ? null : await csrfOf(token) });
    },
  }),
  route({
    method: "delete",
    path: "/api/session",
    summary: "Signs out",
    roles: allRoles,
    answer: [204, null],
    async handle({ options, request }) {
      const token = cookieOf(request);
      if (token !== null) await options.store.endSession(await sha256(token));
      return new Response(null, { status: 204, headers: { "set-cookie": clearedCookie } });
    },
  }),
];
