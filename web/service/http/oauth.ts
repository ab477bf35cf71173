/** Connecting a CRM's account by OAuth: a person is sent there, comes back with a code, and the tokens never leave here. */
import { z } from "@hono/zod-openapi";
import { iso } from "../clock.js";
import { type Crm, CrmUnavailable } from "../crm/client.js";
import { type OAuth, scopesOf, WrongAddress } from "../crm/oauth.js";
import type { Connecting, Integration } from "../store/model.js";
import { jsonAnswer } from "./body.js";
import { connected } from "./connected.js";
import { existing } from "./existing.js";
import { randomSecret, sha256 } from "./hash.js";
import type { HttpOptions } from "./options.js";
import { Problem } from "./problem.js";
import { allows, id, route } from "./route.js";
import { integration } from "./schemas.js";
import { connectingCookie, connectingCookieOf, cookieOf } from "./session-cookie.js";

const minutes = 10;
const roles = ["admin"] as const;
const params = z.object({ crm: z.string().regex(/^(?:hubspot|salesforce)$/) });
const fromVendor = z.string().max(4096).optional();

/** What the admin page is told, after `#health/`; it says each in words. */
type Outcome =
  | "connected"
  /** The person said no. */
  | "denied"
  /** Nobody was sent there by this session and this browser, or too long ago, or they have come back already. */
  | "expired"
  /** The CRM does not give tokens for the code. */
  | "refused"
  | "account-taken"
  | "another-account"
  | "another-address";

export const oauthRoutes = [
  route({
    method: "get",
    path: "/oauth/{crm}/start",
    summary: "Sends a person at the admin page to the CRM, to let the app in",
    roles,
    params,
    query: z.strictObject({ integration: id, environment: z.enum(["production", "sandbox"]).optional() }),
    answer: [303, null],
    problems: ["session-only", "not-configured"],
    async handle({ options, caller, request, params, query }) {
      const found = await ofCrm(options, caller, query.integration, params.crm);
      const session = cookieOf(request);
      if (session === null) throw new Problem("session-only");
      const { oauth, publicUrl } = configured(options, found.crm);
      const { consent, looksUp } = await options.operations.rule(found);
      const [state, cookie, environment] = [randomSecret(), randomSecret(), query.environment ?? null];
      await options.store.addConnecting({
        stateHash: await sha256(state),
        cookieHash: await sha256(cookie),
        sessionHash: await sha256(session),
        ...{ tenant: found.tenant, integration: found.id, environment },
        expiresAt: iso(options.clock.now() + minutes * 60_000),
      });
      const scopes = scopesOf(found.crm, { consent: consent.length > 0, looksUp });
      const asking = await askingOf(publicUrl, found.crm, cookie, environment);
      const { pathname } = new URL(`${publicUrl}/oauth`);
      return led(await oauth.authorizeUrl(found, { ...asking, state, scopes }), {
        "set-cookie": connectingCookie(cookie, minutes * 60, pathname),
      });
    },
  }),
  route({
    method: "get",
    path: "/oauth/{crm}/callback",
    summary: "Where the CRM sends the person back to; then the admin page says what came of it",
    roles: null,
    params,
    query: z.object({ code: fromVendor, state: fromVendor, error: fromVendor }),
    answer: [303, null],
    problems: ["not-configured"],
    async handle({ options, request, params, query }) {
      const crm = params.crm as Crm;
      const { oauth, publicUrl } = configured(options, crm);
      const cookie = connectingCookieOf(request);
      const back = (outcome: Outcome, integration?: string) => {
        const place = ["#health", outcome, ...(integration === undefined ? [] : [encodeURIComponent(integration)])];
        return led(`${publicUrl}/admin/${place.join("/")}`);
      };
      const asked = cookie !== null && query.state !== undefined ? await taken(options, query.state, cookie) : null;
      const found = asked && (await options.store.integration({ tenant: asked.tenant, id: asked.integration }));
      if (cookie === null || asked === null || found?.crm !== crm) return back("expired");
      if (query.error !== undefined) return back(query.error === "access_denied" ? "denied" : "refused", found.id);
      if (query.code === undefined) return back("refused", found.id);
      try {
        const asking = await askingOf(publicUrl, crm, cookie, asked.environment);
        const { account, tokens } = await oauth.grant(found, query.code, asking);
        if (account !== found.account) {
          // The tokens are forgotten, and not given back: the CRM may have ended the other integration's with them.
          const holder = await options.store.integrationOfAccount(crm, account);
          return back(holder === null ? "another-account" : "account-taken", found.id);
        }
        await connected(options, found, tokens);
        return back("connected", found.id);
      } catch (error) {
        if (error instanceof WrongAddress) return back("another-address", found.id);
        if (error instanceof CrmUnavailable) return back("refused", found.id);
        throw error;
      }
    },
  }),
  route({
    method: "post",
    path: "/oauth/{crm}/disconnect",
    summary: "Gives the CRM's tokens back and destroys them; what comes in is kept until it is connected anew",
    roles,
    params,
    body: z.strictObject({ integration: id }),
    answer: [
      200,
      z.object({
        state: integration.shape.state,
        revoked: z
          .boolean()
          .openapi({ description: "False: remove the app at the CRM, which has not said that it did" }),
      }),
    ],
    async handle({ options, caller, params, body }) {
      const found = await ofCrm(options, caller, body.integration, params.crm);
      // A pause that a person made stays theirs to end.
      const state = found.state === "paused" ? "paused" : "revoked";
      await options.store.setState(found, state);
      return jsonAnswer(200, { state, revoked: await options.disconnect(found) });
    },
  }),
];

/** Of the session that is still an administrator's; used up whatever comes of it. */
async function taken({ store, clock }: HttpOptions, state: string, cookie: string): Promise<Connecting | null> {
  const now = new Date(clock.now());
  const asked = await store.takeConnecting(await sha256(state), await sha256(cookie), now);
  const caller = asked && (await store.callerOfSession(asked.sessionHash, now));
  return caller !== null && caller.tenant === asked?.tenant && allows(roles, caller) ? asked : null;
}

async function ofCrm(
  options: HttpOptions,
  caller: Parameters<typeof existing>[1],
  id: string,
  crm: string | undefined,
): Promise<Integration> {
  const found = await existing(options, caller, id);
  if (found.crm !== crm) throw new Problem("not-found");
  return found;
}

function configured({ oauth, publicUrl }: HttpOptions, crm: Crm): { oauth: OAuth; publicUrl: string } {
  if (oauth?.knows(crm) && publicUrl !== undefined) return { oauth, publicUrl };
  const app = oauth?.knows(crm) ? [] : ["CLIENT_ID", "CLIENT_SECRET"].map((name) => `${crm.toUpperCase()}_${name}`);
  throw new Problem("not-configured", { needs: [...app, ...(publicUrl === undefined ? ["CRM_SYNC_PUBLIC_URL"] : [])] });
}

/** The verifier is made of what only the browser has, so that it is kept nowhere. */
async function askingOf(publicUrl: string, crm: Crm, cookie: string, environment: Connecting["environment"]) {
  return { environment, redirectUri: `${publicUrl}/oauth/${crm}/callback`, verifier: await sha256(`pkce.${cookie}`) };
}

const led = (location: string, headers: Record<string, string> = {}) =>
  new Response(null, { status: 303, headers: { location, ...headers } });
