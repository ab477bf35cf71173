/** Versions of a mapping: none is replaced unseen, an old one is put back, and each decision ends by its own. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { agreed, bothHold, eachCrm, isWrite } from "./cases.js";
import { mappingOf, names } from "./hands.js";
import { type World, world } from "./world.js";

const path = (w: World, rest = "") => `/api/integrations/${w.ref.id}/mapping${rest}`;

/** As `call`, with If-Match; gives the ETag as well. */
async function matched(w: World, method: string, to: string, ifMatch: string | null, body?: unknown) {
  const response = await w.app.request(to, {
    method,
    headers: {
      ...{ authorization: `Bearer ${w.key}`, "content-type": "application/json" },
      ...(ifMatch !== null && { "if-match": ifMatch }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, etag: response.headers.get("etag"), body: JSON.parse(await response.text()) };
}

test("a version that somebody else has replaced meanwhile is not replaced unseen", async () => {
  const w = await world();
  const file = mappingOf("hubspot", "# mine\n");
  const { etag } = await matched(w, "GET", path(w), null);
  assert.equal(etag, '"1"');
  const saved = await matched(w, "PUT", path(w), etag, { file });
  assert.deepEqual([saved.status, saved.etag, saved.body.version], [200, '"2"', 2]);
  for (const stale of ['"1"', '"3"', 'W/"2"', "2", ""]) {
    const refused = await matched(w, "PUT", path(w), stale, { file: mappingOf("hubspot") });
    assert.deepEqual([refused.status, refused.body.type], [412, "urn:crm-sync:problem:not-as-expected"], stale);
  }
  assert.equal((await w.integration()).mapping.file, file);
  const both = await Promise.all(
    ["# one\n", "# other\n"].map((more) => matched(w, "PUT", path(w), '"2"', { file: mappingOf("hubspot", more) })),
  );
  assert.deepEqual(both.map(({ status }) => status).toSorted(), [200, 412]);
  assert.equal((await matched(w, "PUT", path(w), "*", { file })).body.version, 4);
});

eachCrm("a bad version is put back, and what is decided from then on is decided as before", async (w) => {
  const { id, contact } = await agreed(w);
  const { city, phone } = names[w.ref.id as "hubspot"];
  const good = (await w.integration()).mapping.file;
  const bad = good.replace(`{crm_field: ${city}, penguinmails_field: city}`, "").replace(/^ {2}- *\n/m, "");
  assert.ok(!bad.includes(city) && bad.includes(phone));
  assert.equal((await w.call("PUT", path(w), { file: bad })).status, 200);
  await w.change(contact, { city: "Bonn" });
  await w.settle();
  assert.equal(w.hands.get(id)?.city, "Ulm");
  const restored = await matched(w, "POST", path(w, "/versions/1/activate"), '"2"');
  assert.deepEqual([restored.status, restored.body], [200, { version: 3, file: good }]);
  const { versions } = (await w.call("GET", path(w, "/versions"))).body;
  assert.deepEqual(
    versions.map(({ version, by, restores }: Record<string, unknown>) => [version, by, restores]),
    [
      [3, "the test", 1],
      [2, "the test", null],
      [1, null, null],
    ],
  );
  assert.equal((await w.call("GET", path(w, "/versions/2"))).body.file, bad);
  for (const version of ["9", "0", "x"])
    assert.equal((await w.call("POST", path(w, `/versions/${version}/activate`))).status, 404);
  assert.equal((await matched(w, "POST", path(w, "/versions/2/activate"), '"1"')).status, 412);
  await w.run("reconcile");
  await bothHold(w, id, contact, { city: "Bonn" });
});

eachCrm("a write that was planned by a version is acknowledged by it, whatever is in force by then", async (w) => {
  const { contact } = await agreed(w);
  const { city, note } = names[w.ref.id as "hubspot"];
  const { handle } = w.standIn;
  w.standIn.handle = async (request) => {
    if (!isWrite({ method: request.method, path: new URL(request.url).pathname })) return handle(request);
    // Saved while the write is on its way: the same entry is for another field.
    w.standIn.handle = handle;
    const file = mappingOf(w.ref.id as "hubspot")
      .replace(`crm_field: ${note},`, "crm_field: SWAP,")
      .replace(`crm_field: ${city},`, `crm_field: ${note},`)
      .replace("crm_field: SWAP,", `crm_field: ${city},`);
    assert.equal((await w.call("PUT", path(w), { file })).status, 200);
    await handle(request);
    throw new TypeError("fetch failed", { cause: Object.assign(new Error(), { code: "ECONNRESET" }) });
  };
  await w.change(contact, { city: "Bonn" });
  await w.service.drain();
  assert.equal((await w.integration()).mapping.version, 2);
  const [open] = (await w.store.loadPairs(w.ref, [`local:${contact}`])) ?? [];
  assert.deepEqual(
    open?.intents.map(({ state, mappingVersion }) => [state, mappingVersion]),
    [["unknown", 1]],
  );
  const { settle } = w.store;
  const bases: (Record<string, unknown> | null)[] = [];
  w.store.settle = (ref, settlements) => {
    for (const { settled } of settlements) if (settled !== undefined) bases.push(settled.base);
    return settle(ref, settlements);
  };
  try {
    await w.pass(61_000);
    await w.settle();
  } finally {
    w.store.settle = settle;
  }
  const { local, crm } = (bases[0] ?? {}) as Record<string, Record<string, unknown>>;
  assert.deepEqual([local?.city, crm?.[city]], ["Bonn", "Bonn"], "agreed on, as the version that wrote it has it");
});

/** What the CRM does not take at the moment is planned, and waits. */
async function plannedUnder(w: World, contact: string, patch: Record<string, unknown>): Promise<void> {
  w.standIn.faults.next("rate_limited", isWrite, 1000);
  await w.change(contact, patch);
  await w.service.drain();
  const [pair] = await w.store.loadPairs(w.ref, [`local:${contact}`]);
  assert.deepEqual(
    pair?.intents.map(({ state, mappingVersion }) => [state, mappingVersion]),
    [["planned", (await w.integration()).mapping.version]],
  );
}

for (const [name, goesBack] of [
  ["that somebody goes back from is not sent, and decided anew", true],
  ["that another one follows is sent as it was planned", false],
] as const) {
  eachCrm(`a write that waits of a version ${name}`, async (w) => {
    const { id, contact } = await agreed(w);
    const { city, note } = names[w.ref.id as "hubspot"];
    const good = (await w.integration()).mapping.file;
    const bad = good.replace(
      `{crm_field: ${note}, penguinmails_field: note}`,
      `{crm_field: ${note}, penguinmails_field: city, direction: to_crm}`,
    );
    const without = bad.replace(
      `{crm_field: ${city}, penguinmails_field: city}`,
      `{crm_field: ${city}, penguinmails_field: c}`,
    );
    assert.equal((await w.call("PUT", path(w), { file: without })).status, 200);
    await plannedUnder(w, contact, { city: "Bonn" });
    const to = goesBack
      ? await w.call("POST", path(w, "/versions/1/activate"))
      : await w.call("PUT", path(w), { file: good });
    assert.equal(to.status, 200);
    w.standIn.faults.clear();
    await w.settle();
    assert.equal(w.hands.get(id)?.note ?? "", goesBack ? "" : "Bonn");
    if (goesBack) await bothHold(w, id, contact, { city: "Bonn" });
  });
}
