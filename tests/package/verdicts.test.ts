/**
 * Of random entries with every key that touches values: what compiles as lossless obeys both laws of a round trip,
 * what loses says so (and does), nothing is invented on the way, and objects and bytes give the same.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type CrmSyncError, type Direction, loadEngine } from "@penguinmails/crm-sync";
import { normalizers } from "@penguinmails/crm-sync/normalizers";
import fc from "fast-check";
import { decode } from "../../bindings/package/decode.js";
import { encode } from "../../bindings/package/encode.js";
import { type Side, stands, textOf } from "./equivalence.js";
import { type Compiled, compiledPlan, fileOf, lookups, type Plan, plans, values } from "./random-entries.js";
import { roundTrip, type Trial } from "./round-trip.js";
import { text, utf8 } from "./support.js";

const engine = await loadEngine({ normalizers });
const seed = 20260301;
const sides: Side[] = ["local", "crm"];

/** Runs `check` on every entry that compiles, with some values for each side. */
function forEntries(
  count: number,
  check: (plan: Plan, compiled: Compiled, side: Side, given: unknown[]) => void,
): void {
  for (const [i, plan] of fc.sample(plans, { numRuns: count, seed }).entries()) {
    const compiled = compiledPlan(engine, plan, normalizers);
    if (!compiled) continue;
    for (const side of sides) {
      const type = side === "local" ? compiled.entry.terms.local : compiled.entry.terms.crmType;
      check(plan, compiled, side, fc.sample(values(type), { numRuns: 25, seed: i }));
    }
    compiled.mapping.dispose();
  }
}

const shown = (plan: Plan, trial: Trial) => `${fileOf(plan, true)}\n${encode({ ...trial }, "the trial")}`;

test("the laws hold for what is lossless, and break for what is lossy", () => {
  const kept: Record<string, number> = {};
  const losses = new Map<string, { entries: number; broken: Set<Plan> }>();
  forEntries(6000, (plan, { mapping, entry, field }, side, given) => {
    for (const value of given) {
      const trial = roundTrip(mapping, entry, side, value, lookups);
      if (field.verdict === "lossy") {
        const loss = losses.get(String(field.loss)) ?? { entries: 0, broken: new Set() };
        losses.set(String(field.loss), loss);
        loss.entries++;
        if (trial.outcome === "lost") loss.broken.add(plan);
      } else {
        assert.notEqual(trial.outcome, "lost", shown(plan, trial));
        const kind = `${entry.terms.local} and ${entry.terms.crmType}`;
        if (trial.outcome === "kept") kept[kind] = (kept[kind] ?? 0) + 1;
      }
    }
  });
  for (const type of ["string", "number", "integer", "boolean", "date", "datetime", "multi_enum", "currency", "map"])
    assert.ok((kept[`${type} and ${type}`] ?? 0) > 100, `${type}: ${kept[`${type} and ${type}`]}`);
  assert.ok(losses.size >= 10, [...losses.keys()].join("\n"));
  for (const [loss, { broken }] of losses) assert.ok(broken.size > 0, `nothing was lost of "${loss}"`);
});

test("an entry that loses compiles only if it says so", () => {
  for (const plan of fc.sample(plans, { numRuns: 1500, seed: seed + 1 })) {
    const verdict = compiledPlan(engine, plan, normalizers)?.field.verdict;
    const { mapping, diagnostics } = engine.compile(fileOf(plan, false));
    const codes = diagnostics.filter(({ severity }) => severity === "error").map(({ code }) => code);
    if (verdict === "lossy") assert.deepEqual(codes, ["MAP027"], fileOf(plan, false));
    else assert.equal(mapping !== null, verdict !== undefined, fileOf(plan, false));
    mapping?.dispose();
  }
});

/** What an entry may give for a value: the value itself, a literal of the file, a line of a table, or the default. */
function isGiven(plan: Plan, { entry }: Compiled, side: Side, { given, there, story }: Trial): boolean {
  const other = side === "local" ? "crm" : "local";
  const { terms } = entry;
  if (story.startsWith("set default_used")) return textOf(there) === "1";
  const outputs: (string | undefined)[] = [];
  for (const [local, crm] of Object.entries(plan.valueMap ?? {}))
    outputs.push(...(side === "local" ? [[crm].flat()[0]] : [local]));
  if (plan.lookup || "to_crm" in plan.more) {
    for (const [value, id] of Object.entries(lookups.User.Email)) {
      if (id !== null) outputs.push(...(side === "local" ? [id, `${id}AAA`] : [value]));
    }
  }
  if (plan.onUnmapped === "keep")
    outputs.push(...(Array.isArray(given) ? given : String(given).split(";")).map((part) => textOf(part)?.trim()));
  const parts = Array.isArray(there) ? there : terms.crmType === "multi_enum" ? String(there).split(";") : [there];
  if (outputs.length > 0 && parts.every((part) => outputs.some((output) => output?.trim() === textOf(part)?.trim())))
    return true;
  const [was, is] = [stands(given, side, terms, true), stands(there, other, terms, true)];
  if (plan.tooLong === "truncate" && typeof there === "string") return was.startsWith(is);
  if (textOf(there)?.toLowerCase() === textOf(given)?.trim().toLowerCase()) return true;
  const hasDayAndMoment = was.startsWith("day") !== is.startsWith("day");
  return was === is || (hasDayAndMoment && /^(day|moment)/.test(was) && /^(day|moment)/.test(is));
}

test("nothing is invented", () => {
  let checked = 0;
  forEntries(3000, (plan, compiled, side, given) => {
    // What formats write is read back in the laws above.
    if (plan.format !== undefined) return;
    for (const value of given) {
      const trial = roundTrip(compiled.mapping, compiled.entry, side, value, lookups);
      if (trial.outcome === "impossible" || trial.outcome === "refused" || trial.there === undefined) continue;
      if (!trial.story.startsWith("set")) continue;
      checked++;
      assert.ok(isGiven(plan, compiled, side, trial), shown(plan, trial));
    }
  });
  assert.ok(checked > 5000, `${checked}`);
});

test("a condition's values are those of the file, with what stands in them", () => {
  const { mapping } = engine.compile(`
field_mapping:
  - {crm_field: A, condition: "n > 3", value_if_true: Hot, value_if_false: "cold {{x}}", direction: to_crm}
  - {crm_field: B, cases: [{when: "n > 3", value: 1}, {when: "n < 0", value: "{{x}}!"}], otherwise: null, value_if_unknown: "?", direction: to_crm}
`);
  assert.ok(mapping);
  fc.assert(
    fc.property(fc.option(fc.integer()), fc.oneof(fc.string(), fc.integer()), (n, x) => {
      const { record } = mapping.toCrm({ n, x });
      assert.equal(record.A, n !== null && n > 3 ? "Hot" : `cold ${x}`);
      assert.equal(record.B, n === null ? "?" : n > 3 ? 1 : n < 0 ? `${x}!` : null);
    }),
    { numRuns: 2000, seed },
  );
});

const orCode = (call: () => unknown) => {
  try {
    return call();
  } catch (error) {
    return (error as CrmSyncError).code;
  }
};

test("objects and bytes give the same", () => {
  const context = { now: "2026-03-01T10:00:00Z", lookups, includeValues: true };
  const codeOf = (line: unknown) => (line as { error?: { code: string } }).error?.code ?? line;
  forEntries(1500, (plan, { mapping }, side, given) => {
    const direction: Direction = side === "local" ? "to_crm" : "from_crm";
    const name = side === "local" ? "probe" : "Probe__x";
    const records = given.map((value, i) => (i === 0 ? {} : { [name]: value, more: { [name]: value } }));
    const bytes = utf8(encode(records, "records"));
    const lines = text(mapping.mapMany(direction, bytes, { ...context, trace: true }))
      .trimEnd()
      .split("\n");
    const bare = text(mapping.mapMany(direction, bytes, context))
      .trimEnd()
      .split("\n");
    assert.equal(lines.length, records.length);
    for (const [i, record] of records.entries()) {
      const fromObject = orCode(() => {
        const mapped = side === "local" ? mapping.toCrm(record, context) : mapping.fromCrm(record, context);
        return { record: mapped.record, fields: mapped.fields };
      });
      const fromBytes = decode(lines[i] ?? "");
      assert.deepEqual(codeOf(fromBytes), fromObject, fileOf(plan, true));
      if (typeof fromObject !== "string")
        assert.deepEqual(decode(bare[i] ?? ""), (fromObject as { record: object }).record);
    }
    const inputs = given.map((value, i) => ({
      local: { record: { probe: value }, updated_at: "2026-02-01T00:00:00Z" },
      crm: { record: { Probe__x: given[(i + 1) % given.length] }, updated_at: "2026-02-02T00:00:00Z" },
      base: i % 3 === 0 ? null : { local: { probe: given[0] }, crm: { Probe__x: given[1] } },
      now: context.now,
    }));
    const decisions = text(mapping.resolveMany(utf8(encode(inputs, "inputs")), { lookups }))
      .trimEnd()
      .split("\n");
    for (const [i, input] of inputs.entries()) {
      const fromObject = orCode(() => mapping.resolve(input, { lookups }));
      assert.deepEqual(codeOf(decode(decisions[i] ?? "")), fromObject, fileOf(plan, true));
      assert.deepEqual(
        orCode(() => mapping.resolve(utf8(encode(input, "input")), { lookups })),
        fromObject,
      );
    }
  });
});

// --- computed fields that come back ---

const constants = ["1", "3", "10", "0.5", "2.5"];
const formulas = fc
  .array(fc.tuple(fc.constantFrom("+", "-", "*", "/", "from", "negate"), fc.constantFrom(...constants)), {
    minLength: 1,
    maxLength: 3,
  })
  .map((steps) =>
    steps.reduce((formula, [operator, constant]) => {
      if (operator === "negate") return `-(${formula})`;
      return operator === "from" ? `${constant} - (${formula})` : `(${formula}) ${operator} ${constant}`;
    }, "probe"),
  );

/** The value that comes back through a computed field; undefined where it does not arrive. */
function computed(formula: string, type: string, given: unknown) {
  const catalog = { penguinmails: { probe: type } };
  const entry = { crm_field: "Probe__x", formula, direction: "bidirectional", lossy: "acknowledged" };
  const { mapping } = engine.compile(JSON.stringify({ catalog, field_mapping: [entry] }));
  if (!mapping) return { verdict: "none", back: undefined };
  const there = mapping.toCrm({ probe: given });
  const verdict = mapping.fields[0]?.verdict;
  const back = there.fields[0]?.intent === "set" ? mapping.fromCrm(there.record).record.probe : undefined;
  mapping.dispose();
  return { verdict, back };
}

test("affine formulas of integers come back exactly, within what doubles hold; others are lossy", () => {
  let exact = 0;
  fc.assert(
    fc.property(formulas, fc.integer(), fc.double({ min: -1e6, max: 1e6, noNaN: true }), (formula, whole, fraction) => {
      const { verdict, back } = computed(formula, "integer", whole);
      if (verdict === "lossless") {
        exact++;
        assert.equal(back, whole, formula);
      }
      const { verdict: other, back: near } = computed(formula, "number", fraction);
      assert.notEqual(other, "lossless", formula);
      // The last digits are those beside the constants.
      if (typeof near === "number") assert.ok(Math.abs(near - fraction) < 1e-6, `${formula} of ${fraction}: ${near}`);
    }),
    { numRuns: 2000, seed },
  );
  assert.ok(exact > 200, `${exact}`);
});

test("a template of one name gives every text back, one of two names says that it may not", () => {
  const literals = fc.constantFrom("", "Dear ", "!", " - ", "é", '"');
  fc.assert(
    fc.property(literals, literals, fc.string({ unit: "binary", maxLength: 12 }), (prefix, suffix, given) => {
      const { verdict, back } = computed(`${prefix}{{probe}}${suffix}`, "string", given);
      assert.equal(verdict, "lossless");
      assert.equal((back ?? "").toString().trim() === "" ? "" : back, given.trim() === "" ? "" : given);
    }),
    { numRuns: 2000, seed },
  );
  const entry = { crm_field: "N", formula: "{{a}} {{b}}", direction: "bidirectional", lossy: "acknowledged" };
  const { mapping } = engine.compile(JSON.stringify({ field_mapping: [entry] }));
  assert.equal(mapping?.fields[0]?.verdict, "lossy");
  const through = (a: string, b: string) => mapping?.fromCrm(mapping.toCrm({ a, b }).record).record;
  assert.deepEqual(through("Ada", "King"), { a: "Ada", b: "King" });
  assert.deepEqual(through("Ada Maria", "King"), { a: "Ada", b: "Maria King" });
});
