/** A stand-in for PostgREST over the one table of examples/webhooks/vercel-edge.js, as far as it is asked. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import type { KeptContact } from "@penguinmails/crm-sync/webhooks";

interface Row {
  id: string;
  version: number;
  kept: KeptContact;
}

export interface Supabase {
  url: string;
  rows: Map<string, Row>;
  close(): Promise<void>;
}

export async function startSupabase(): Promise<Supabase> {
  const rows = new Map<string, Row>();
  const server = createServer(async (request, response) => {
    const [status, found] = await answer(request);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(found));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    rows,
    async close() {
      server.closeAllConnections();
      await once(server.close(), "close");
    },
  };

  async function answer(request: IncomingMessage): Promise<[number, Row[]]> {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://supabase");
    assert.equal(pathname, "/rest/v1/crm_sync_contacts");
    assert.equal(request.headers.apikey, "sb_secret_key");
    assert.equal(request.headers.prefer, "return=representation,resolution=ignore-duplicates");
    if (request.method === "POST") {
      const row = (await json(request)) as Row;
      if (rows.has(row.id)) return [200, []];
      rows.set(row.id, row);
      return [201, [row]];
    }
    // Read before the row is looked for: from there on nothing else happens until it is written.
    const changes = request.method === "PATCH" ? ((await json(request)) as Partial<Row>) : {};
    const wanted = (name: string) => searchParams.get(name)?.replace(/^eq\./, "");
    const row = rows.get(wanted("id") ?? "");
    if (row === undefined || (wanted("version") ?? String(row.version)) !== String(row.version)) return [200, []];
    const changed = { ...row, ...changes };
    rows.set(row.id, changed);
    return [200, [changed]];
  }
}
