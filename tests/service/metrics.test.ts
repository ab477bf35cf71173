/** What Prometheus is told: figures of every integration, by names and ids, to who has the token. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openService } from "../../web/service/node/open-service.js";
import { keyring } from "./store/support.js";

const token = "the-token-of-metrics";
const opened: { close(): Promise<void> }[] = [];
after(async () => {
  for (const each of opened) await each.close();
});

async function service(metricsToken?: string) {
  const made = await openService({ keyring, ...(metricsToken !== undefined && { metricsToken }) });
  opened.push(made);
  return made;
}

const ask = (of: Awaited<ReturnType<typeof service>>, authorization?: string) =>
  of.app.fetch(
    new Request("http://localhost/metrics", { headers: authorization === undefined ? {} : { authorization } }),
  ) as Promise<Response>;

/** By name and labels; what is in no line is undefined. */
function samplesOf(text: string): Map<string, number> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ")))]),
  );
}

test("without a token there are none, and with another one neither", async () => {
  assert.equal((await ask(await service(), `Bearer ${token}`)).status, 404);
  const real = await service(token);
  for (const wrong of [undefined, "Bearer another-token-of-metrics", token, "Bearer "])
    assert.equal((await ask(real, wrong)).status, 401, wrong);
});

test("they tell what was asked, what waits, and what stands", async () => {
  const of = await service(token);
  const { store, jobs } = of;
  const ref = { tenant: "acme", id: "hubspot" };
  await store.addTenant("acme");
  const settings = { baseUrl: "https://api.hubapi.com", keyField: "penguinmails_id" };
  await store.addIntegration(ref, { crm: "hubspot", account: "62515", file: "name: a\n", settings, state: "active" });
  await store.wake(ref, [{ subject: "crm:1" }, { subject: "crm:2", lane: "bulk" }]);
  await store.advance(ref, "crm", { at: 1 }, []);
  await store.alert(ref, "fight", { field: "city", contact: "jane@example.com" });
  await of.app.fetch(new Request("http://localhost/nothing?email=jane@example.com"));

  const answer = await ask(of, `Bearer ${token}`);
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
  const text = await answer.text();
  const samples = samplesOf(text);
  const own = 'tenant="acme",integration="hubspot"';
  for (const [name, wanted] of [
    [`crm_sync_integration_state{${own},crm="hubspot",state="active"}`, 1],
    [`crm_sync_jobs_waiting{${own},lane="live"}`, 1],
    [`crm_sync_jobs_waiting{${own},lane="bulk"}`, 1],
    [`crm_sync_jobs_dead{${own}}`, 0],
    [`crm_sync_reviews_open{${own}}`, 0],
    [`crm_sync_opt_out_age_seconds{${own}}`, 0],
    [`crm_sync_alerts{${own},kind="fight"}`, 1],
    ['crm_sync_http_request_duration_seconds_count{route="unknown",status="404"}', 1],
  ] as const)
    assert.equal(samples.get(name), wanted, name);
  assert.ok((samples.get(`crm_sync_feed_age_seconds{${own},stream="crm"}`) ?? -1) >= 0);
  assert.ok([...samples.keys()].some((name) => name.startsWith("process_resident_memory_bytes")));
  assert.ok(!text.includes("jane"), "no value of a contact");

  const batch = await jobs.take(10);
  assert.ok(batch);
  await jobs.done(batch, batch.jobs);
  const later = samplesOf(await (await ask(of, `Bearer ${token}`)).text());
  assert.equal(later.get(`crm_sync_jobs_waiting{${own},lane="live"}`), undefined, "what waits no more is not told of");
});
