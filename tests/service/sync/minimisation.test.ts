/** Only what is mapped is asked of a CRM, and only that is kept: every request is read, and the whole database. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ann, withoutWebhooks } from "./cases.js";
import { type Crm, crms, names } from "./hands.js";
import { type World, world } from "./world.js";

/** Filled in every record, and in no mapping. */
const unmapped = {
  hubspot: ["company", "mobilephone", "message", "date_of_birth"],
  salesforce: ["MobilePhone", "Description", "Department", "AssistantName"],
};
const canary = "canary-4e1b";

/** Beside the mapped fields and our key: ids, times, and what says who is who. */
const needed = {
  hubspot: ["hs_object_id", "lastmodifieddate", "hs_merged_object_ids", "hs_additional_emails"],
  salesforce: ["Id", "IsDeleted", "MasterRecordId", "LastModifiedDate", "LastModifiedById", "SystemModstamp"],
};

/** The fields that a request asks for. */
function askedFor(crm: Crm, url: URL, body: string): string[] {
  if (crm === "salesforce") {
    const texts = [url, ...[...body.matchAll(/"url":"([^"]+)"/g)].map(([, at]) => new URL(at as string, url))];
    return texts.flatMap(({ searchParams }) => {
      const text = searchParams.get("q") ?? "";
      const [, selected = ""] = /^SELECT (.+?) FROM /.exec(text) ?? [];
      const compared = [...text.matchAll(/(?:WHERE|AND|ORDER BY) (\w+)/g)].map(([, name]) => name as string);
      return [...selected.split(","), ...compared, ...(searchParams.get("fields") ?? "").split(",")].filter(Boolean);
    });
  }
  const inQuery = ["properties", "propertiesWithHistory", "idProperty"].flatMap((name) =>
    url.searchParams.getAll(name).flatMap((list) => list.split(",")),
  );
  if (!body.startsWith("{")) return inQuery;
  const { properties = [], propertiesWithHistory = [], idProperty = [], sorts = [], ...rest } = JSON.parse(body);
  const compared = [...JSON.stringify(rest).matchAll(/"propertyName":"(\w+)"/g)].map(([, name]) => name as string);
  const sorted = sorts.map((one: { propertyName?: string } | string) =>
    typeof one === "string" ? one : one.propertyName,
  );
  return [properties, propertiesWithHistory, idProperty, inQuery, compared, sorted].flat();
}

/** Every text of every table of the service and of its jobs. */
async function kept(w: World): Promise<string> {
  const tables = await w.sql.query<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_schema in ('crm_sync', 'crm_sync_jobs') and table_type = 'BASE TABLE' order by 1`,
  );
  assert.ok(tables.length > 20);
  const rows: string[] = [];
  for (const { name } of tables) {
    for (const { row } of await w.sql.query<{ row: string }>(`select t::text as row from ${name} t`)) rows.push(row);
  }
  return rows.join("\n");
}

for (const crm of crms) {
  test(`${crm}: only mapped fields are asked for, and kept`, async () => {
    const w = await world({ crm });
    const requests: { url: URL; body: string }[] = [];
    const { handle } = w.standIn;
    w.standIn.handle = async (request) => {
      requests.push({ url: new URL(request.url), body: await request.clone().text() });
      return handle(request);
    };
    const more = Object.fromEntries(unmapped[crm].map((name) => [name, canary]));
    const edit = (id: string, fields: Record<string, unknown>) =>
      crm === "hubspot" ? w.portal.edit(id, fields) : w.organisation.edit(id, fields);

    const ids = ["a", "b", "c"].map((name) => w.hands.create({ ...ann, email: `${name}@example.com` }));
    for (const id of ids) edit(id, more);
    await w.settle();
    const [one, two, three] = ids as [string, string, string];
    await w.change("ours", { email: "d@example.com", first_name: "Dee", last_name: "Lee" });
    await w.settle();
    await w.pass(61_000);
    w.hands.edit(one, { city: "Bonn" });
    edit(one, Object.fromEntries(unmapped[crm].map((name) => [name, `${canary}-2`])));
    const contact = (await w.contactOf(two))?.id as string;
    await w.change(contact, { phone: "+49 2" });
    w.hands.optOut(two);
    await w.settle();
    w.hands.edit(two, { note: "theirs" });
    await w.change(contact, { note: "ours" });
    await w.settle();
    w.hands.merge(one, three);
    await w.settle();
    w.standIn.faults.next("no_answer", ({ method }) => method !== "GET", 1);
    await w.change("ours", { city: "Ulm" });
    await w.settle();
    w.hands.remove(two);
    await w.settle();
    await w.run("incremental");
    await w.run("reconcile");
    withoutWebhooks(w);
    w.hands.create({ ...ann, email: "e@example.com" });
    await w.run("reconcile", true);

    const { key, ...mapped } = names[crm];
    const may = new Set<string>([...Object.values(mapped), key, ...needed[crm]]);
    const asked = requests.flatMap(({ url, body }) => askedFor(crm, url, body));
    for (const field of Object.values(mapped)) assert.ok(asked.includes(field), `${field} is asked for`);
    assert.deepEqual([...new Set(asked)].filter((field) => !may.has(field)).toSorted(), []);
    assert.deepEqual(
      needed[crm].filter((field) => !asked.includes(field)),
      [],
      "none is allowed that is not needed",
    );
    const held = (await w.contactOf(one)) ?? (await w.contact("ours"));
    assert.ok(held, "records came in");
    // What is sealed in the database is looked at as it is told.
    const runs = (await w.store.runs(w.tenant)).map(({ run }) => `/api/runs/${w.ref.id}/${run}/items?limit=200`);
    const paths = ["/api/audit?limit=200", "/api/reviews", "/api/dead-letters", ...runs];
    const told = await Promise.all(paths.map(async (path) => JSON.stringify((await w.call("GET", path)).body)));
    assert.ok(told[0]?.includes("Bonn") && told.some((text, at) => at > 2 && text.includes("e@example.com")));
    const all = [await kept(w), ...told].join("\n");
    assert.ok(all.includes("d@example.com"), "what is mapped is found by this");
    assert.ok(!all.includes(canary), "what is not mapped is not");
    assert.ok(!JSON.stringify(w.log).includes(canary));
    for (const fields of requests.map(({ body }) => body)) assert.ok(!fields.includes(canary));
  });
}
