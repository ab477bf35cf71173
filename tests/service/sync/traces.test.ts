/** From a request to what came of it: the trace is on what is decided, on what is written for that, and in the log. */
import assert from "node:assert/strict";
import { newTrace } from "../../../web/service/trace.js";
import { agreed, eachCrm, isWrite, openReviews } from "./cases.js";
import { expire, start, type World } from "./world.js";

const parent = "00f067aa0ba902b7";

/** As `w.call`, within a caller's trace; gives the trace of the answer. */
async function ask(w: World, trace: string, method: string, path: string, body: unknown): Promise<string | null> {
  const response = await w.app.request(path, {
    method,
    headers: {
      ...{ authorization: `Bearer ${w.key}`, "content-type": "application/json" },
      traceparent: `00-${trace}-${parent}-01`,
    },
    body: JSON.stringify(body),
  });
  assert.equal(response.status, 202);
  return response.headers.get("x-trace-id");
}

const changeOf = (w: World, id: string, patch: object) => ({
  changes: [{ id, patch, updatedAt: new Date(w.clock.now()).toISOString() }],
});

async function madeFor(w: World, trace: string) {
  const { status, body } = await w.call("GET", `/api/audit?trace=${trace}`);
  assert.equal(status, 200);
  return body.entries as { id: string; contact: string; run: string | null; trace: string }[];
}

const logged = (w: World, event: string) =>
  w.log.filter((one) => one.event === event).map(({ detail }) => detail.trace);

eachCrm("a change's trace is at its decision, through a refusal of the CRM and the death of the process", async (w) => {
  const { contact } = await agreed(w);
  const trace = newTrace();
  w.standIn.faults.next("unavailable", isWrite);
  assert.equal(await ask(w, trace, "POST", "/contacts/changes", changeOf(w, contact, { city: "Bonn" })), trace);
  assert.ok(logged(w, "request").includes(trace));
  await w.service.drain();
  const [planned] = await madeFor(w, trace);
  assert.equal(planned?.contact, contact);
  const { store, jobs, clock, standIn } = w;
  Object.assign(w, await start({ store, jobs, clock, fetch: (request) => standIn.handle(request) }));
  await expire(w.sql);
  // What the CRM says of the write is looked at for the same request.
  await w.settle();
  const made = await madeFor(w, trace);
  assert.deepEqual(new Set(made.map((one) => one.trace)), new Set([trace]));
  const intents = await w.sql.query<{ state: string }>(
    "select i.state from crm_sync.intent i join crm_sync.audit a on a.tenant = i.tenant and a.id = i.audit where a.trace = $1",
    [trace],
  );
  assert.deepEqual(
    intents.map(({ state }) => state).sort(),
    ["acknowledged", "dropped"],
    "not sent while the CRM could not be had, and decided once more",
  );
});

eachCrm("a webhook's trace is at the decision, and another's is not", async (w) => {
  const { id, contact } = await agreed(w);
  w.hands.edit(id, { city: "Bonn" });
  await w.settle();
  const given = logged(w, "request").filter((one) => typeof one === "string");
  const entries = (await w.call("GET", `/api/audit?contact=${contact}`)).body.entries as { trace: string }[];
  assert.ok(entries.length > 0 && entries.every(({ trace }) => given.includes(trace)));
  assert.ok(new Set(entries.map(({ trace }) => trace)).size > 1, "each of its own");
  assert.deepEqual(await madeFor(w, newTrace()), []);
});

eachCrm("an answer's and a run's are at what they lead to; a job that fails says for whom", async (w) => {
  const { id, contact } = await agreed(w);
  w.hands.edit(id, { note: "theirs" });
  await w.change(contact, { note: "ours" });
  await w.settle();
  const [review] = await openReviews(w);
  const answered = newTrace();
  const path = `/api/reviews/${w.ref.id}/${encodeURIComponent(review?.id as string)}/answer`;
  await ask(w, answered, "POST", path, { choose: "local" });
  await w.settle();
  assert.equal((await madeFor(w, answered))[0]?.contact, contact);

  w.portal.webhook = null;
  w.organisation.webhook = null;
  w.hands.edit(id, { city: "Bonn" });
  const ran = newTrace();
  await ask(w, ran, "POST", "/api/runs", { integration: w.ref.id, kind: "reconcile" });
  await w.settle();
  const [found] = await madeFor(w, ran);
  assert.equal(found?.contact, contact);
  assert.ok(found?.run);

  const failed = newTrace();
  const { read } = w.context.client(await w.integration());
  w.context.client(await w.integration()).read = () => Promise.reject(new TypeError("broken"));
  await ask(w, failed, "POST", "/contacts/changes", changeOf(w, contact, { city: "Ulm" }));
  await w.service.drain();
  w.context.client(await w.integration()).read = read;
  assert.ok(logged(w, "job_failed").includes(failed));
});
