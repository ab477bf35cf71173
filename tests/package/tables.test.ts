/** What the host hands in: ids for lookups, and what its normalisers make of texts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadEngine } from "@penguinmails/crm-sync";
import { normalizers } from "@penguinmails/crm-sync/normalizers";
import fc from "fast-check";
import { compiled, failing, text, utf8 } from "./support.js";

const engine = await loadEngine();

const owners = `
crm: salesforce
field_mapping:
  - {crm_field: OwnerId, penguinmails_field: owner_email, normalize: [trim], lookup: {object: User, by: Email}}
  - {crm_field: AccountId, penguinmails_field: company, direction: to_crm, lookup: {object: Account, by: Name}}
`;
const ada = "005000000000001AAA";

test("a batch says once what it would look up, and finds it in what is handed in", () => {
  const mapping = compiled(engine, owners);
  const records = utf8(
    '[{"owner_email": " ada@example.org", "company": "B"}, {"owner_email": "ada@example.org", "company": "A"}, {}]',
  );
  const wanted = mapping.wantedLookups("to_crm", records);
  assert.deepEqual(wanted, { Account: { Name: ["A", "B"] }, User: { Email: ["ada@example.org"] } });
  const lookups = { User: { Email: { "ada@example.org": ada } }, Account: { Name: { A: null } } };
  assert.deepEqual(mapping.wantedLookups("to_crm", records, { lookups }), { Account: { Name: ["B"] } });
  const lines = text(mapping.mapMany("to_crm", records, { lookups }))
    .trimEnd()
    .split("\n");
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)),
    [{ OwnerId: ada }, { OwnerId: ada }, {}],
  );
  // An id of which nothing is known stands under its object's "".
  assert.deepEqual(mapping.wantedLookups("from_crm", utf8(`[{"OwnerId": "${ada}"}]`)), { User: { "": [ada] } });
  mapping.dispose();
});

test("a pair takes its own lookups, else those of the call", () => {
  const mapping = compiled(engine, owners);
  const input = {
    local: { record: { owner_email: "ada@example.org" } },
    crm: { record: { OwnerId: "005000000000002AAA" } },
    base: {
      local: { owner_email: "bo@example.org" },
      crm: { OwnerId: "005000000000002AAA" },
      agreed_at: "2026-01-01T00:00:00Z",
    },
    now: "2026-03-01T00:00:00Z",
  };
  const lookups = { User: { Email: { "bo@example.org": "005000000000002AAA", "ada@example.org": ada } } };
  const bytes = utf8(JSON.stringify(input));
  assert.deepEqual(mapping.wantedLookups("resolve", bytes), { User: { "": ["005000000000002AAA"] } });
  const bo = { User: { Email: { "bo@example.org": "005000000000002AAA" } } };
  assert.deepEqual(mapping.wantedLookups("resolve", bytes, { lookups: bo }), {
    User: { Email: ["ada@example.org"] },
  });
  assert.deepEqual(mapping.resolve(input, { lookups }).crm, { OwnerId: ada });
  assert.deepEqual(mapping.resolve({ ...input, lookups }).crm, { OwnerId: ada });
  const own = { User: { Email: { "ada@example.org": "005000000000003AAA" } } };
  assert.deepEqual(mapping.resolve({ ...input, lookups: own }, { lookups }).crm, { OwnerId: "005000000000003AAA" });
  assert.deepEqual(JSON.parse(text(mapping.resolveMany(bytes, { lookups }))).crm, { OwnerId: ada });
  mapping.dispose();
});

test("tables of another shape are refused", () => {
  const mapping = compiled(engine, owners);
  for (const lookups of [[], { User: [] }, { User: { Email: "x" } }, { User: { Email: { a: 5 } } }]) {
    assert.throws(() => mapping.toCrm({}, { lookups } as never), failing("API004", /lookups/));
    const input = { local: { record: {} }, crm: { record: {} }, base: null, now: "2026-03-01T00:00:00Z", lookups };
    assert.throws(() => mapping.resolve(input as never), failing("CNF001"));
  }
  mapping.dispose();
});

const phones = `
field_mapping:
  - {crm_field: Phone, penguinmails_field: phone, normalize: [trim, phone_e164], phone_region: DE}
  - {crm_field: Mail, penguinmails_field: mail, normalize: [unicode_nfc, domain_ascii, email]}
`;

test("the library for telephone numbers is loaded when a file asks for it", async () => {
  const fresh = await loadEngine();
  const { mapping, diagnostics } = fresh.compile(phones);
  assert.equal(mapping, null);
  assert.deepEqual([diagnostics.length, diagnostics[0]?.code], [1, "API008"]);
  assert.match(diagnostics[0]?.message ?? "", /phone_e164$/);
  await fresh.prepare(phones);
  const prepared = compiled(fresh, phones);
  assert.deepEqual(prepared.toCrm({ phone: " 030 1234567", mail: "Zoe\u0308@Mu\u0308ller.example" }).record, {
    Phone: "+49301234567",
    Mail: "zo\u00eb@xn--mller-kva.example",
  });
  // In comparison too: another spelling is no change.
  const decision = prepared.resolve({
    local: { record: { phone: "030 / 123 45 67" } },
    crm: { record: { Phone: "+49 (30) 1234567" } },
    base: null,
    now: "2026-03-01T00:00:00Z",
  });
  assert.equal(decision.outcome, "in_sync");
  prepared.dispose();
});

test("what the host gives goes before what the package brings, and its failure is said", async () => {
  const own = await loadEngine({ normalizers: { phone_e164: (number, region) => `${region}:${number}` } });
  const mapping = compiled(own, phones);
  assert.deepEqual(mapping.fromCrm({ Phone: "1" }).record, { phone: "DE:1" });
  mapping.dispose();
  const broken = await loadEngine({
    normalizers: {
      phone_e164: () => {
        throw new Error("no");
      },
    },
  });
  const failed = compiled(broken, phones);
  assert.throws(() => failed.toCrm({ phone: "1" }), failing("API008", /phone_e164/));
  assert.deepEqual(failed.toCrm({ mail: "a@x.org" }).record, { Mail: "a@x.org" });
  failed.dispose();
  const odd = await loadEngine({ normalizers: { phone_e164: () => 5 as never } });
  const unchanged = compiled(odd, phones);
  assert.deepEqual(unchanged.toCrm({ phone: "1" }).record, { Phone: "1" });
  unchanged.dispose();
});

test("objects, batches and tests of the file see the same normalisers", async () => {
  const withAll = await loadEngine({ normalizers });
  const mapping = compiled(
    withAll,
    `${phones}tests: [{name: a, given: {penguinmails: {phone: "030 1234567"}}, to_crm: {Phone: "+49301234567"}}]`,
  );
  assert.deepEqual([mapping.test().passed, mapping.test().failed], [1, 0]);
  fc.assert(
    fc.property(fc.array(fc.record({ phone: fc.string(), mail: fc.string() }), { maxLength: 5 }), (records) => {
      const lines = text(mapping.mapMany("to_crm", utf8(JSON.stringify(records))))
        .split("\n")
        .slice(0, -1);
      assert.deepEqual(
        lines.map((line) => JSON.parse(line)),
        records.map((record) => mapping.toCrm(record).record),
      );
    }),
    { numRuns: 300, seed: 20261124 },
  );
  mapping.dispose();
});
