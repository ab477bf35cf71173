/** Read, compare, write, verify: what edits of others do to our writes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { CrmWrite } from "../../../web/service/crm/client.js";
import { type Body, batch, contact, given, type Held, json, reads, settings } from "./support.js";

const readAt = Date.UTC(2026, 2, 1, 10);
const seenAt = "2026-03-01T09:00:00.000Z";
const time = (seconds: number) => new Date(readAt + seconds * 1000).toISOString();
const update = (values: Record<string, unknown>, seen: Record<string, unknown>, more: object = {}): CrmWrite => ({
  ref: "a",
  kind: "update",
  id: "1",
  values,
  seen: { updatedAt: seenAt, values: seen, readAt, ...more },
});

/**
 * One record with its history. `edits` come in before each update, in turn; the app's own updates are kept as HubSpot
 * keeps them.
 */
function portal(start: Record<string, string>, edits: Record<string, string>[] = [], app = "54321") {
  const history: NonNullable<Held["history"]> = Object.fromEntries(
    Object.entries(start).map(([name, value]) => [name, [[value, seenAt]]]),
  );
  let seconds = 0;
  const put = (values: Record<string, string>, source: string) => {
    seconds++;
    for (const [name, value] of Object.entries(values)) {
      history[name] = [[value, time(seconds), source], ...(history[name] ?? [])];
    }
  };
  const all = given({
    "/batch/read": reads(() => [{ id: "1", history }]),
    "/batch/update": (body: Body) => {
      put(edits.shift() ?? {}, "userId:8");
      put(body.inputs[0].properties, app);
      return batch([contact({ id: "1", history })]);
    },
  });
  return { ...all, history, put, now: (name: string) => history[name]?.[0]?.[0] };
}

test("nobody else wrote: written, as it left the record", async () => {
  const { client, calls, now } = portal({ phone: "1" });
  const [result] = await client.write([update({ phone: "2" }, { phone: "1" })]);
  assert.deepEqual(result, { ref: "a", state: "written", id: "1", record: { phone: "2" }, updatedAt: seenAt });
  assert.equal(now("phone"), "2");
  assert.deepEqual(calls(), ["/batch/update", "/batch/read"]);
});

test("a reading that is old by now is compared first, and an edit since then is not overwritten", async () => {
  for (const [age, called] of [
    [1001, ["/batch/read"]],
    [1000, ["/batch/update", "/batch/read"]],
  ] as const) {
    const { client, clock, calls } = portal({ phone: "1" });
    clock.time = readAt + age;
    const write = update({ phone: "2" }, { phone: age > 1000 ? "0" : "1" });
    assert.equal((await client.write([write]))[0]?.state, age > 1000 ? "changed" : "written");
    assert.deepEqual(calls(), called);
  }
});

test("empty is empty, as null, as text or not there; other fields' edits are nobody's business", async () => {
  for (const empty of [null, ""]) {
    const { client, put } = portal({ phone: "", city: "Bonn" });
    put({ city: "Ulm" }, "userId:8");
    const [result] = await client.write([update({ phone: "2" }, { phone: empty, city: "Bonn" }, { readAt: 0 })]);
    assert.equal(result?.state, "written");
  }
});

test("gone before the write", async () => {
  const { client } = given({
    "/batch/read": () => batch([contact({ id: "9", properties: { hs_merged_object_ids: "1" } })]),
  });
  assert.deepEqual(await client.write([update({ phone: "2" }, { phone: "1" }, { readAt: 0 })]), [
    { ref: "a", state: "gone" },
  ]);
});

test("an edit between the reading and the write is put back, and the pair decided anew", async () => {
  const { client, history, now, calls } = portal({ phone: "1", city: "Bonn" }, [{ phone: "edited" }]);
  const [result] = await client.write([update({ phone: "2", city: "Ulm" }, { phone: "1", city: "Bonn" })]);
  assert.deepEqual(result, { ref: "a", state: "changed" });
  assert.equal(now("phone"), "edited");
  assert.equal(now("city"), "Ulm", "which nobody had edited");
  assert.deepEqual(
    history.phone?.map(([value]) => value),
    ["edited", "2", "edited", "1"],
  );
  assert.deepEqual(calls(), ["/batch/update", "/batch/read", "/batch/update", "/batch/read"]);
});

test("a value that was cleared meanwhile is cleared again", async () => {
  const { client, now } = portal({ phone: "1" }, [{ phone: "" }]);
  assert.equal((await client.write([update({ phone: "2" }, { phone: "1" })]))[0]?.state, "changed");
  assert.equal(now("phone"), "");
});

test("an edit that the putting back overwrote is put back in its turn", async () => {
  const { client, now } = portal({ phone: "1" }, [{ phone: "first" }, { phone: "second" }]);
  assert.equal((await client.write([update({ phone: "2" }, { phone: "1" })]))[0]?.state, "changed");
  assert.equal(now("phone"), "second");
});

test("an edit to the very value that we wrote, or back to what we had seen, was not overwritten", async () => {
  for (const edit of ["2", "1"]) {
    const { client, calls } = portal({ phone: "1" }, [{ phone: edit }]);
    assert.equal((await client.write([update({ phone: "2" }, { phone: "1" })]))[0]?.state, "written");
    assert.equal(calls().filter((path) => path === "/batch/update").length, 1);
  }
});

test("an edit after our write stays, and our write was taken", async () => {
  const { client, put, now, asked } = portal({ phone: "1" });
  const search = asked.push.bind(asked);
  asked.push = (...requests) => {
    if (requests[0]?.path.endsWith("/batch/read")) put({ phone: "later" }, "userId:8");
    return search(...requests);
  };
  const [result] = await client.write([update({ phone: "2" }, { phone: "1" })]);
  assert.deepEqual(result?.state === "written" && result.record, { phone: "2" });
  assert.equal(now("phone"), "later");
});

test("an edit is found also where HubSpot keeps another form of what we wrote", async () => {
  const versions: [string, string, string?][] = [
    ["x", time(1)],
    ["1", seenAt],
  ];
  const held = { id: "1", history: { phone: versions } };
  const { client } = given({
    "/batch/read": reads(() => [held]),
    "/batch/update": (body: Body) => {
      versions.unshift([body.inputs[0].properties.phone.replaceAll(" ", ""), time(versions.length), "54321"]);
      return batch([contact(held)]);
    },
  });
  assert.equal((await client.write([update({ phone: "+49 1" }, { phone: "1" })]))[0]?.state, "changed");
  assert.equal(versions[0]?.[0], "x");
});

test("another integration's edit is an edit; an earlier write of our own is none", async () => {
  for (const [source, state] of [
    ["999", "changed"],
    ["54321", "written"],
  ] as const) {
    const { client, put, calls } = portal({ phone: "1" });
    put({ phone: "between" }, source);
    const [result] = await client.write([update({ phone: "2" }, { phone: "1" })]);
    assert.equal(result?.state, state, source);
    assert.equal(calls().filter((path) => path === "/batch/update").length, state === "changed" ? 2 : 1);
  }
});

test("versions from before the reading are no unseen edits, whatever form they have", async () => {
  const { client } = portal({ phone: "a form of its own" });
  const write = update({ phone: "2" }, { phone: "1" }, { updatedAt: "2026-03-01T09:00:01.000Z" });
  assert.equal((await client.write([write]))[0]?.state, "written");
});

test("an edit that could not be put back leaves the outcome open, and lookUp puts it back", async () => {
  const { client, history, put, now } = portal({ phone: "1" });
  put({ phone: "edited" }, "userId:8");
  put({ phone: "2" }, "54321");
  const failing = given({ "/batch/read": reads(() => [{ id: "1", history }]), "/batch/update": () => json({}, 503) });
  const write = update({ phone: "2" }, { phone: "1" });
  assert.equal((await failing.client.lookUp([write], []))[0]?.state, "unknown");
  assert.equal(now("phone"), "2");
  assert.equal((await client.lookUp([write], []))[0]?.state, "changed");
  assert.equal(now("phone"), "edited");
});

test("a write that could not be verified is looked up later", async () => {
  const { client } = given({
    "/batch/update": () => batch([contact({ id: "1", properties: { phone: "2" } })]),
    "/batch/read": () => json({}, 502),
  });
  const [result] = await client.write([update({ phone: "2" }, { phone: "1" })]);
  assert.deepEqual(result, { ref: "a", state: "unknown", why: "not verified: HTTP 502" });
});

const histories: [string, [string, string, string?][], string][] = [
  [
    "our version is the latest",
    [
      ["2", time(1), "54321"],
      ["1", seenAt],
    ],
    "written",
  ],
  [
    "ours by another way round",
    [
      ["1", seenAt],
      ["2", time(1), "54321"],
    ],
    "written",
  ],
  ["it was never taken", [["1", seenAt]], "changed"],
  [
    "somebody has edited since",
    [
      ["3", time(2)],
      ["2", time(1), "54321"],
      ["1", seenAt],
    ],
    "written",
  ],
  [
    "somebody has edited, and the latest that is ours is of an earlier write",
    [
      ["3", time(2)],
      ["2", seenAt, "54321"],
    ],
    "changed",
  ],
  [
    "somebody else wrote the same",
    [
      ["2", time(1)],
      ["1", seenAt],
    ],
    "changed",
  ],
  [
    "another app wrote the same",
    [
      ["2", time(1), "999"],
      ["1", seenAt],
    ],
    "changed",
  ],
  [
    "an edit was put back, and nobody heard of it",
    [
      ["x", time(3), "54321"],
      ["2", time(2), "54321"],
      ["x", time(1)],
      ["1", seenAt],
    ],
    "changed",
  ],
  [
    "a cleared value was put back, and somebody has edited since",
    [
      ["3", time(4)],
      ["", time(3), "54321"],
      ["2", time(2), "54321"],
      ["", time(1)],
      ["1", seenAt],
    ],
    "changed",
  ],
  [
    "an earlier write of ours was put back, and this one is taken",
    [
      ["2", time(1), "54321"],
      ["x", seenAt, "54321"],
      ["0", "2026-03-01T08:59:59.000Z", "54321"],
      ["x", "2026-03-01T08:59:58.000Z"],
    ],
    "written",
  ],
  [
    "what somebody had before we wrote something else is what we write now",
    [
      ["2", time(1), "54321"],
      ["1", seenAt, "54321"],
      ["2", "2026-03-01T08:59:59.000Z"],
    ],
    "written",
  ],
  [
    "ours stands on an edit that nobody had seen",
    [
      ["2", time(2), "54321"],
      ["x", time(1)],
      ["1", seenAt],
    ],
    "changed",
  ],
];
for (const [what, versions, state] of histories) {
  test(`lookUp of an update: ${what}: ${state}`, async () => {
    const held = { id: "1", history: { phone: versions }, properties: { city: "Bonn" } };
    const { client } = given({
      "/batch/read": reads(() => [held]),
      "/batch/update": (body: Body) => {
        versions.unshift([body.inputs[0].properties.phone, time(3), "54321"]);
        return batch([contact(held)]);
      },
    });
    const [result] = await client.lookUp([update({ phone: "2" }, { phone: "1" })], ["city"]);
    assert.equal(result?.state, state);
    if (result?.state !== "written") return;
    // What our write left, whatever the record holds by now.
    assert.deepEqual([result.record.phone, result.record.city], ["2", "Bonn"]);
  });
}

test("lookUp of an update of a record that is gone", async () => {
  const { client } = given({ "/batch/read": () => batch([]) });
  assert.deepEqual(await client.lookUp([update({ phone: "2" }, { phone: "1" })], []), [{ ref: "a", state: "gone" }]);
});

test("without the app's id any integration that wrote the same is us", async () => {
  const { ourself: _, ...own } = settings;
  const { client } = given(
    { "/batch/read": reads(() => [{ id: "1", history: { phone: [["2", time(1), "999"]] } }]) },
    { settings: own },
  );
  assert.equal((await client.lookUp([update({ phone: "2" }, { phone: "1" })], []))[0]?.state, "written");
});
