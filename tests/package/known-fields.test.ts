/** Catalogs through the package: those that are built in, and those that are handed in. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Catalog, loadEngine } from "@penguinmails/crm-sync";
import { compiled, failing } from "./support.js";

const engine = await loadEngine();

test("the built-in catalogs are data in the shape that compile takes", () => {
  assert.deepEqual(engine.catalog("salesforce", "Lead").Company, {
    type: "string",
    max_length: 255,
    nullable: false,
    required: true,
  });
  assert.equal(engine.catalog("salesforce", "Contact").Company, undefined);
  // Of no certain kind of record both kinds' fields are given, and none is required.
  assert.deepEqual(engine.catalog("salesforce").Company, { type: "string", max_length: 255 });
  assert.deepEqual(engine.catalog("hubspot").hs_email_open, { type: "number", createable: false, updateable: false });
  assert.deepEqual(engine.catalog("penguinmails").external_key, {
    type: "id",
    unique: true,
    aliases: ["externalKey"],
  });
  for (const [crm, field] of [
    ["salesforce", "Email"],
    ["hubspot", "email"],
  ] as const) {
    const catalogs = { crm: engine.catalog(crm), penguinmails: engine.catalog("penguinmails") };
    const file = `crm: ${crm}\nfield_mapping: [{crm_field: ${field}, penguinmails_field: email}]`;
    assert.deepEqual(engine.compile(file, { catalogs }).diagnostics, []);
  }
  assert.throws(() => engine.catalog("pipedrive" as "hubspot"), failing("API004", /salesforce, hubspot/));
  assert.throws(() => engine.catalog(7 as unknown as "hubspot"), failing("API004", /crm is a string/));
});

test("an entry whose field is gone is quarantined, and the others run", () => {
  const file = `
crm: salesforce
field_mapping:
  - {crm_field: Email, penguinmails_field: email}
  - {crm_field: Gone__c, penguinmails_field: gone}
`;
  const crm: Catalog = { Email: "email" };
  const { mapping, diagnostics } = engine.compile(file, { catalogs: { crm } });
  assert.deepEqual(
    diagnostics.map(({ code, severity, line }) => [code, severity, line]),
    [["MAP025", "warning", 5]],
  );
  assert.ok(mapping);
  assert.deepEqual(
    mapping.fields.map(({ id, quarantined }) => [id, quarantined]),
    [
      ["email", undefined],
      ["gone", true],
    ],
  );
  const { record, fields } = mapping.toCrm({ email: "a@x.org", gone: 1 });
  assert.deepEqual(record, { Email: "a@x.org" });
  assert.equal(fields[1]?.reason, "quarantined");
  // With the field back the mapping decides otherwise, and says so.
  const back = compiled(engine, file, { catalogs: { crm: { ...crm, Gone__c: "string" } } });
  assert.notEqual(back.hash, mapping.hash);
});

test("what is no catalog is refused, or said with its place", () => {
  const file = "field_mapping: [{crm_field: a, penguinmails_field: b}]";
  const { diagnostics } = engine.compile(file, { catalogs: { crm: { a: "nubmer" } as unknown as Catalog } });
  assert.deepEqual(
    diagnostics.map(({ code, path, suggestion }) => [code, path, suggestion]),
    [["MAP003", "/catalogs/crm/a", "number"]],
  );
  assert.deepEqual(
    engine.compile(file, { catalogs: [] as object }).diagnostics.map(({ code, path }) => [code, path]),
    [["API004", "/catalogs"]],
  );
});

test("a file of 200 entries compiles in no time with large catalogs", () => {
  const crm = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`custom_property_${i}`, "string" as const]));
  const entries = Array.from(
    { length: 200 },
    (_, i) => `  - {crm_field: custom_property_${i}, penguinmails_field: f${i}}`,
  );
  const file = `crm: hubspot\nfield_mapping:\n${entries.join("\n")}`;
  const start = performance.now();
  compiled(engine, file, { catalogs: { crm } });
  assert.ok(performance.now() - start < 2000);
});
