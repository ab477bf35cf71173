import assert from "node:assert/strict";
import { test } from "node:test";
import { loadEngine } from "@penguinmails/crm-sync";
import { compiled, failing, utf8 } from "./support.js";

const engine = await loadEngine();
const mapping = compiled(
  engine,
  `
field_mapping:
  opens: {crm_field: Opens__c, formula: "SUM(opens + clicks)", over: engagements, where: "type == 'email'", direction: to_crm}
  rate: {crm_field: Rate__c, formula: "AVG(rate)", over: engagements, direction: to_crm}
  last: {crm_field: Last__c, formula: "MAX(id)", over: engagements, direction: to_crm}
  kinds: {crm_field: Kinds__c, formula: "COUNT_DISTINCT(type)", over: engagements, direction: to_crm}
  first: {crm_field: First__c, formula: "FIRST(clicks)", over: engagements, direction: to_crm}
  latest: {crm_field: Latest__c, formula: "LAST(clicks)", over: engagements, order_by: id, direction: to_crm}
  score: {crm_field: Score__c, formula: "SUM(engagements, opens) + lead_score", direction: to_crm}
`,
);

const types = ["email", "sms"];
const rows = Array.from({ length: 50 }, (_, i) => ({
  opens: i % 7 === 0 ? null : i / 10,
  clicks: i,
  type: types[i % 3 === 0 ? 1 : 0],
  rate: i % 2 === 0 ? 0.1 : 1e15 + i,
  id: 9007199254740993n + BigInt((i * 7) % 50),
}));
const { record } = mapping.toCrm({ engagements: rows });
const fields = {
  opens: "Opens__c",
  rate: "Rate__c",
  last: "Last__c",
  kinds: "Kinds__c",
  first: "First__c",
  latest: "Latest__c",
};

test("parts of any size come to what all rows come to", () => {
  for (const [entry, field] of Object.entries(fields)) {
    for (const size of [1, 7, 25, 50]) {
      const parts = [];
      for (let i = 0; i < rows.length; i += size)
        parts.push(mapping.aggregate.accumulate(entry, null, rows.slice(i, i + size)));
      const fromLeft = parts.reduce((a, b) => mapping.aggregate.merge(entry, a, b));
      const fromRight = parts.reduceRight((b, a) => mapping.aggregate.merge(entry, a, b));
      assert.deepEqual(fromLeft, fromRight);
      assert.deepEqual(mapping.aggregate.finish(entry, fromLeft), record[field]);
    }
  }
});

test("a state survives JSON, and rows may be bytes", () => {
  const text = JSON.stringify(rows, (_, value) => (typeof value === "bigint" ? Number(value) : value));
  const state = mapping.aggregate.accumulate("rate", null, utf8(text));
  assert.deepEqual(state, mapping.aggregate.accumulate("rate", null, rows));
  assert.equal(mapping.aggregate.finish("rate", JSON.parse(JSON.stringify(state))), record.Rate__c);
});

test("no rows at all", () => {
  assert.equal(mapping.aggregate.finish("opens", null), 0);
  assert.equal(mapping.aggregate.finish("rate", mapping.aggregate.merge("rate", null, null)), null);
});

test("misuse is said", () => {
  assert.throws(
    () => mapping.aggregate.accumulate("score", null, rows),
    failing("API004", /beside the rows of its aggregates/),
  );
  assert.throws(() => mapping.aggregate.accumulate("oepns", null, rows), failing("API004", /"oepns"/));
  assert.throws(() => mapping.aggregate.finish("opens", { aggregates: [] }), failing("API004", /no state/));
  assert.throws(() => mapping.aggregate.accumulate("opens", null, {} as never), failing("API004", /JSON array/));
  assert.throws(() => mapping.aggregate.accumulate("opens", null, [() => 1] as never), failing("API006"));
  assert.throws(() => mapping.aggregate.accumulate(1 as never, null, rows), failing("API006", /entry/));
});
