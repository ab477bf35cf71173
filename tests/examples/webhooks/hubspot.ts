/** A stand-in for HubSpot, as far as the examples ask it: a contact read, written, and opted out. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface HubSpot {
  url: string;
  /** By id. */
  contacts: Record<string, { properties: Record<string, string | null>; updatedAt: string }>;
  /** "GET 123", in the order in which it was asked. */
  asked: string[];
  /** Every write is answered with 429. */
  refusing: boolean;
  /** What happens once while the next answer is on its way. */
  meanwhile?: (() => Promise<void> | void) | undefined;
  /** As a person does it there, so many seconds ago. */
  edit(id: number, properties: Record<string, string>, ago?: number): void;
  close(): Promise<void>;
}

export async function startHubSpot(): Promise<HubSpot> {
  const server = createServer(async (request, response) => {
    const { status, body } = await answer(request);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const hubspot: HubSpot = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    contacts: {},
    asked: [],
    refusing: false,
    edit(id, properties, ago = 0) {
      hubspot.contacts[id] ??= { properties: {}, updatedAt: "" };
      Object.assign(hubspot.contacts[id].properties, properties);
      hubspot.contacts[id].updatedAt = new Date(Date.now() - ago * 1_000).toISOString();
    },
    async close() {
      server.closeAllConnections();
      await once(server.close(), "close");
    },
  };
  return hubspot;

  function optOut(email: string) {
    hubspot.asked.push(`POST ${email}`);
    for (const [id, { properties }] of Object.entries(hubspot.contacts)) {
      if (properties.email === email) hubspot.edit(Number(id), { hs_email_optout: "true" });
    }
    return { status: 200, body: {} };
  }

  async function answer(request: IncomingMessage): Promise<{ status: number; body: object }> {
    const { pathname, searchParams } = new URL(request.url ?? "", hubspot.url);
    assert.equal(request.headers.authorization, "Bearer token");
    const address = pathname.match(/^\/communication-preferences\/2026-03\/statuses\/(.+)\/unsubscribe-all$/)?.[1];
    if (address !== undefined) return optOut(decodeURIComponent(address));
    const id = pathname.match(/^\/crm\/objects\/2026-09\/contacts\/(\d+)$/)?.[1] ?? "";
    const sent = await text(request);
    hubspot.asked.push(`${request.method} ${id}`);
    const contact = hubspot.contacts[id];
    if (contact === undefined) return { status: 404, body: { status: "error" } };
    if (request.method === "PATCH" && hubspot.refusing) return { status: 429, body: { status: "error" } };
    const written = request.method === "PATCH" ? JSON.parse(sent).properties : {};
    if ("hs_email_optout" in written) return { status: 400, body: { status: "error" } };
    if (request.method === "PATCH") hubspot.edit(Number(id), written);
    const wanted = searchParams.get("properties")?.split(",") ?? Object.keys(written);
    const properties = Object.fromEntries(wanted.map((name) => [name, contact.properties[name] ?? null]));
    const body = { id, properties, updatedAt: contact.updatedAt, archived: false };
    const happening = hubspot.meanwhile;
    hubspot.meanwhile = undefined;
    await happening?.();
    return { status: 200, body };
  }
}
