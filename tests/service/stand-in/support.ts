/** A portal of the stand-in, asked by plain requests or by the client. */
import { createHubSpotClient, type HubSpotOptions } from "../../../web/service/crm/hubspot/client.js";
import { createStandIn } from "../../../web/stand-in/stand-in.js";
import { handClock } from "../crm/support.js";

const origin = "https://api.hubapi.com";
export const root = "/crm/objects/2026-09/contacts";

// biome-ignore lint/suspicious/noExplicitAny: answers, whose form is what is tested
export type Body = any;

export function portalOf(more: Partial<HubSpotOptions> = {}) {
  const clock = handClock();
  const standIn = createStandIn({ clock, random: () => 1 });
  const portal = standIn.hubspot("44237313");
  let token = portal.connect().access;

  async function ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: Body }> {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const url = origin + (path.startsWith("/crm/") || path.startsWith("/comm") ? path : root + path);
    const given = body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) };
    const response = await standIn.handle(new Request(url, { method, headers, ...given }));
    const text = await response.text();
    return { status: response.status, body: text === "" ? null : JSON.parse(text) };
  }

  const renew = async () => {
    token = portal.connect().access;
    return token;
  };
  const client = createHubSpotClient({
    settings: {
      baseUrl: origin,
      keyField: "penguinmails_id",
      ourself: portal.appId,
      subscriptions: { hs_email_optout_777: "777" },
    },
    credentials: { token: async () => token, renew },
    clock,
    fetch: async (input, init) => standIn.handle(new Request(input, init)),
    ...more,
  });
  return { clock, standIn, portal, ask, client };
}

/** Names and types, whatever the values; of a list those of its first. */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (typeof value !== "object" || value === null) return value === null ? "string" : typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, held]) => held !== undefined)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, held]) => [name, name === "properties" ? "object" : shapeOf(held)]),
  );
}
