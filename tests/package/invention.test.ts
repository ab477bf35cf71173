/** Nothing is invented: what a mapping sets is an input, a literal of its file, or a default. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { loadEngine } from "@penguinmails/crm-sync";
import { normalizers } from "@penguinmails/crm-sync/normalizers";
import fc from "fast-check";
import { bothWays, records } from "./both-ways.js";
import { at, meaning } from "./laws.js";
import { compiled, root } from "./support.js";

const engine = await loadEngine({ normalizers });
fc.configureGlobal({ includeErrorInReport: true });

const counts = fc.integer({ min: 0, max: 20 });
const row = fc.record(
  {
    opens: counts,
    clicks: counts,
    campaign_id: fc.integer({ min: 1, max: 4 }),
    campaign_name: fc.constantFrom("May", "June"),
  },
  { requiredKeys: [] },
);
/** What entries that only go to the CRM read. */
const more = fc.record(
  {
    lead_score: fc.oneof(fc.integer({ min: 0, max: 100 }), fc.constant(null)),
    owner_email: fc.constantFrom("owner@example.org", "nobody@example.org"),
    source: fc.constantFrom("web", "phone", "elsewhere"),
    engagements: fc.array(row, { maxLength: 4 }),
  },
  { requiredKeys: [] },
);
const owners = { "owner@example.org": "005000000000001AAA" };
const context = {
  now: "2026-06-10T00:00:00Z",
  lookups: { User: { Email: owners }, owners: { email: owners }, Account: { Name: {} } },
};

/** HubSpot's may be milliseconds. */
const moment = (text: string) => (/^-?\d+$/.test(text) ? Number(text) : Date.parse(text));

/** All texts, numbers and the like in a value, as texts. */
function scalars(value: unknown): string[] {
  if (value === null || value === undefined) return [];
  return typeof value === "object" ? Object.values(value).flatMap(scalars) : [String(value)];
}

for (const name of readdirSync(new URL("examples/", root)).filter((file) => file.endsWith(".yaml"))) {
  const source = readFileSync(new URL(`examples/${name}`, root), "utf8");
  const mapping = compiled(engine, source);
  const entries = bothWays(engine, mapping, source);
  const direct = new Map(entries.map((entry) => [entry.id, entry]));

  for (const side of ["local", "crm"] as const) {
    test(`${name}: nothing is invented of what the ${side} record lacks`, () => {
      fc.assert(
        fc.property(records(entries, side), more, (most, others) => {
          const input = side === "local" ? { ...most, ...others } : most;
          const options = { ...context, operation: "update" } as const;
          const { record, fields } = side === "local" ? mapping.toCrm(input, options) : mapping.fromCrm(input, options);
          const given = scalars(input);
          let written = 0;
          for (const { id, intent, reason, local_field, crm_field, inputs, rule } of fields) {
            const target = (side === "local" ? crm_field : local_field) ?? "";
            const value = at(record, target);
            if (intent === "skip") {
              assert.equal(value, undefined, id);
              continue;
            }
            written++;
            if (intent === "clear") {
              assert.deepEqual(scalars(value).filter(Boolean), [], id);
              continue;
            }
            const story = `${id}: ${JSON.stringify(scalars(value))} of ${JSON.stringify(given)}`;
            // Something that the entry reads must be there.
            assert.ok(inputs.some((path) => at(input, path) !== undefined) || rule === "aggregation", story);
            const entry = direct.get(id);
            if (reason === "default_used" || rule === "conditional") {
              for (const text of scalars(value)) assert.ok(source.includes(text), story);
            } else if (entry && entry.verdict === "lossless" && entry.map.length === 0) {
              const read = at(input, side === "local" ? entry.local_field : entry.crm_field);
              assert.deepEqual(
                meaning(entry, side === "local" ? "crm" : "local", value),
                meaning(entry, side, read),
                story,
              );
            } else if (rule === "direct") {
              const known = [...given, ...Object.values(owners)];
              for (const text of scalars(value).flatMap((one) => one.split(";"))) {
                const cut = known.some((one) => one.includes(text));
                const day = known.some((one) => Math.abs(moment(one) - moment(text)) < 86_400_000 * 2);
                assert.ok(cut || day || source.includes(text), story);
              }
            } else if (rule === "formula") {
              let rest = String(value);
              const parts = inputs.map((path) => at(input, path)).filter((part) => part !== null && part !== undefined);
              for (const part of parts.map(String).sort((a, b) => b.length - a.length)) rest = rest.replace(part, "");
              assert.ok(
                [...rest].every((letter) => " Dearfind,.".includes(letter)),
                story,
              );
            } else {
              const rows = scalars((input as { engagements?: unknown }).engagements);
              const sum = rows.map(Number).reduce((total, number) => total + (Number.isNaN(number) ? 0 : number), 0);
              assert.ok(rows.includes(String(value)) || (Number(value) >= 0 && Number(value) <= sum), story);
            }
          }
          // And no field that no entry answers for.
          const leaves = (part: unknown): number =>
            typeof part === "object" && part !== null && !Array.isArray(part)
              ? Object.values(part).reduce((total: number, one) => total + leaves(one), 0)
              : 1;
          assert.equal(leaves(record), written);
        }),
        { numRuns: 500, seed: 20260301 },
      );
    });
  }
}
