/**
 * What must hold of every decision (docs/conflicts.md, "Proof"). A law looks at a world and says how often it had
 * something to say; tests/engine/laws/ has the same natively.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Decision, FieldDecision } from "@penguinmails/crm-sync";
import { root } from "../package/support.js";
import {
  applied,
  type Field,
  type Input,
  type Json,
  other,
  type Row,
  type SideName,
  sides,
  type World,
} from "./world.js";

export type Law = (world: World) => number;

const reasons = new Set(
  [...readFileSync(new URL("docs/reasons.md", root), "utf8").matchAll(/^\| `(\w+)`/gm)].map(([, reason]) => reason),
);

const of = ({ fields }: Decision, { index }: Field) => fields[index] as FieldDecision;
const patchOf = (decision: Decision, side: SideName) => decision[side] as Row;
const writes = (decision: Decision, { name }: Field) => sides.some((side) => name in decision[side]);
const count = (world: World, check: (field: Field) => boolean) => world.fields.filter(check).length;

/** With the members of all objects in the opposite order. */
function reversed(value: Json): Json {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(reversed);
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, one]) => [key, reversed(one)]),
  );
}

/** The hash of a runtime's bytes is compared in tests/enumeration; here: no state, no order of keys, no batch. */
function deterministic({ rules, input, decision }: World): number {
  const bytes = JSON.stringify(decision);
  assert.equal(JSON.stringify(rules.resolve(input)), bytes);
  assert.equal(JSON.stringify(rules.resolve(reversed(input as unknown as Json) as unknown as Input)), bytes);
  return 1;
}

function total({ decision, fields }: World): number {
  assert.deepEqual(
    decision.fields.map(({ id }) => id),
    fields.map(({ name }) => name),
  );
  for (const field of fields) {
    const { reason, status } = of(decision, field);
    assert.ok(reasons.has(reason), reason);
    // Consent is written also where an error or a review stands.
    if (!field.suppression) assert.equal(writes(decision, field), status === "propagated" || status === "resolved");
  }
  return fields.length;
}

/** Not of always_*, which say so; not of consent, which follows no change; a group counts as one field. */
function oneSidedChanges(world: World): number {
  return count(world, (field) => {
    const by = world.onlyChangedBy(field);
    if (by === undefined || field.always || world.same(field)) return false;
    const { status, winner } = of(world.decision, field);
    // Of a group those that it has changed.
    if (!world.changed(field, by)) return false;
    assert.deepEqual({ status, winner }, { status: "propagated", winner: by });
    assert.equal(field.meaning(patchOf(world.decision, other(by))[field.name]), world.meaning(field, by));
    assert.ok(!(field.name in world.decision[by]));
    return true;
  });
}

function noInvention(world: World): number {
  return count(world, (field) => {
    for (const side of sides) {
      const value = patchOf(world.decision, side)[field.name];
      if (value !== undefined) assert.ok(mayBe(world, field, value), `${side}: ${JSON.stringify(value)}`);
    }
    return writes(world.decision, field);
  });
}

function mayBe({ input }: World, field: Field, value: Json): boolean {
  const given = sides.map((side) => input[side].record[field.name]);
  if (field.suppression) return typeof value === "boolean";
  if (given.some((one) => field.meaning(one) === field.meaning(value))) return true;
  if (field.strategy === "union" && Array.isArray(value)) {
    return value.every((one) => given.some((list) => Array.isArray(list) && list.includes(one)));
  }
  const [local, crm, base] = [...given, input.base?.local[field.name]].map(Number) as [number, number, number];
  if (field.strategy === "add_deltas") return value === local + crm - base;
  // What neither side has any more was taken away.
  return field.strategy === "union" && value === null;
}

function nothingToDoAgain({ again }: World): number {
  assert.deepEqual([again.local, again.crm], [{}, {}]);
  return 1;
}

function agreement(world: World): number {
  return count(world, (field) => {
    const { status } = of(world.decision, field);
    if (!field.bidirectional || !["propagated", "resolved", "converged"].includes(status)) return false;
    const [local, crm] = sides.map((side) => field.meaning(world.after[side].record[field.name]));
    assert.equal(local, crm);
    return true;
  });
}

function mirror({ rules, input, decision, fields }: World): number {
  const { base } = input;
  const swapped = rules.mirror.resolve({
    ...input,
    local: input.crm,
    crm: input.local,
    base: base && { ...base, local: base.crm, crm: base.local },
  });
  assert.deepEqual([swapped.crm, swapped.local], [decision.local, decision.crm]);
  const winner = { local: "crm", crm: "local", both: "both", none: "none" };
  for (const field of fields) {
    const [one, another] = [of(decision, field), of(swapped, field)];
    assert.deepEqual([another.status, winner[another.winner]], [one.status, one.winner]);
  }
  return 1;
}

/** What is decided of a field alone. */
export function compareAlone(field: Field, together: Decision, alone: Decision): void {
  assert.deepEqual(of(together, field), alone.fields[0]);
  for (const side of sides) {
    assert.deepEqual(patchOf(together, side)[field.name], patchOf(alone, side)[field.name]);
    const held = ({ base }: Decision) => (base as Record<SideName, Row>)[side][field.name];
    assert.deepEqual(held(together), held(alone));
  }
}

/** Over the enumeration, whose worlds have one field, each field is paired with another in enumeration.test.ts. */
function independent(world: World): number {
  return count(world, (field) => {
    if (field.group || world.fields.length === 1) return false;
    compareAlone(field, world.decision, world.rules.alone(field).resolve(world.input));
    return true;
  });
}

function nothingStaysApart(world: World): number {
  return count(world, (field) => {
    const { status, winner, reason } = of(world.decision, field);
    if (field.bidirectional && !world.known(field)) {
      assert.deepEqual([status, reason], ["skipped", "not_fetched"]);
      assert.ok(!writes(world.decision, field));
      return true;
    }
    if (field.suppression || !writes(world.decision, field) || (winner !== "local" && winner !== "crm")) return false;
    const value = world.input[winner].record[field.name];
    const blank = value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
    if (!blank) return false;
    // A clear is null in the patch, not a member that is lacking. A blank that is kept is a blank; so is an empty list.
    const kept = Array.isArray(value) || (field.keepsBlanks && value === "");
    assert.deepEqual(patchOf(world.decision, other(winner))[field.name], kept ? value : null);
    return true;
  });
}

const shift = (time: string, by: number) => new Date(Date.parse(time) + by).toISOString();
const skew = 2000;

/** Every time of the input, moved by as much. */
function shifted(value: unknown, by: number): unknown {
  if (typeof value === "string" && /^\d{4}-\d\d-\d\dT.*Z$/.test(value)) return shift(value, by);
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((one) => shifted(one, by));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shifted(one, by)]));
}

function clocks(world: World): number {
  const { rules, input, decision } = world;
  const told = ({ local, crm, fields }: Decision) => ({ local, crm, fields });
  if (!world.fields.some(({ strategy }) => strategy === "newest_wins")) return 0;
  for (const by of [-86_400_500, 3_600_000]) {
    assert.deepEqual(told(rules.resolve(shifted(input, by) as Input)), told(decision));
  }
  return count(world, (field) => {
    if (field.strategy !== "newest_wins" || field.group || !world.inConflict(field)) return false;
    const time = (side: SideName) => input[side].field_times?.[field.name] ?? input[side].updated_at;
    const [local, crm] = [time("local"), time("crm")];
    if (local && crm && Math.abs(Date.parse(local) - Date.parse(crm)) > skew) return true;
    assert.match(of(decision, field).reason, /^tie_(within_skew|unknown_time)$/);
    // Nor does it matter then which of the two is the later one.
    const swap = (side: SideName, at?: string) => ({
      ...input[side],
      field_times: { ...input[side].field_times, ...(at && { [field.name]: at }) },
    });
    const swapped = rules.resolve({ ...input, local: swap("local", crm), crm: swap("crm", local) });
    for (const side of sides) {
      assert.deepEqual(patchOf(swapped, side)[field.name], patchOf(decision, side)[field.name]);
    }
    return true;
  });
}

/** Another value of the field's type. */
const another = ({ type }: Field, value: Json | undefined): Json =>
  type === "number"
    ? Number(value ?? 0) + 1000
    : type === "multi_enum"
      ? [...(Array.isArray(value) ? value : []), "stale"]
      : `${value} stale`;

function manual(world: World): number {
  const { rules, input, decision } = world;
  return count(world, (field) => {
    if (field.strategy !== "manual" || field.group || !world.inConflict(field)) return false;
    assert.equal(of(decision, field).status, "review");
    assert.ok(!writes(decision, field));
    const review = decision.reviews.find((one) => one.field === field.name);
    assert.ok(review);
    for (const choose of sides) {
      const reviews = [{ ...review, answer: { choose, by: "eve", at: input.now } }];
      const answered = rules.resolve({ ...input, reviews });
      assert.equal(of(answered, field).reason, "answered");
      assert.ok(!(field.name in answered[choose]));
      assert.equal(field.meaning(patchOf(answered, other(choose))[field.name]), world.meaning(field, choose));
      for (const moved of sides) {
        const record = { ...input[moved].record, [field.name]: another(field, input[moved].record[field.name]) };
        const late = rules.resolve({ ...input, reviews, [moved]: { ...input[moved], record } });
        assert.equal(of(late, field).reason, "stale_answer");
        assert.ok(!writes(late, field));
      }
    }
    return true;
  });
}

function echo(world: World): number {
  const { rules, decision, after, fields } = world;
  // The CRM tells of our own write before it is acknowledged, at its own time.
  const late = { updated_at: "2026-02-28T00:00:00Z" };
  const base = decision.base as Input["base"];
  const heard = rules.resolve({ ...after, base, crm: { ...after.crm, ...late }, local: { ...after.local, ...late } });
  assert.deepEqual([heard.local, heard.crm], [{}, {}]);
  // A CRM that makes something else of whatever it takes; of consent and of what is computed it must not.
  const respelt = world.written(decision, (patch) => {
    const free = fields.filter(({ name, bidirectional }) => bidirectional && (patch[name] ?? null) !== null);
    return { ...patch, ...Object.fromEntries(free.map((one) => [one.name, another(one, patch[one.name])])) };
  });
  const then = rules.resolve(respelt);
  assert.deepEqual([then.local, then.crm], [{}, {}]);
  return Object.keys(decision.crm).length + Object.keys(decision.local).length > 0 ? 1 : 0;
}

/**
 * A wake-up is a resolve of what both sides hold. One may come late, with the base from before, or between the two
 * writes of another. There add_deltas is left out: half its write is an edit like any other.
 */
function wakeUps(world: World): number {
  const { rules, input, decision, after } = world;
  const ends = (from: Input, one: Decision) =>
    world.fields.map((field) =>
      sides.map((side) => field.meaning(applied(from[side].record, patchOf(one, side))[field.name])),
    );
  const final = ends(input, decision);
  const late = rules.resolve({ ...after, base: input.base });
  assert.deepEqual([late.local, late.crm], [{}, {}]);
  // The same writes once more.
  assert.deepEqual(ends(after, decision), final);
  if (world.fields.some(({ strategy }) => strategy === "add_deltas")) return 1;
  for (const side of sides) {
    const half = { ...input, [side]: after[side] };
    assert.deepEqual(ends(half, rules.resolve(half)), final);
  }
  return 1;
}

/** Of always_* the other side's edit is lost on purpose. */
function noEditIsLost(world: World): number {
  return count(world, (field) => {
    const by = world.onlyChangedBy(field);
    if (by === undefined || field.always || !world.changed(field, by)) return false;
    for (const side of sides) {
      assert.equal(field.meaning(world.after[side].record[field.name]), world.meaning(field, by));
    }
    return true;
  });
}

const acted = (input: Input, name: string) =>
  sides.some((side) => (input[side].acts?.[name] as { by?: string } | undefined)?.by === "subject");

/** Whether anything that is known says that the person opted out. */
export function optedOut({ base, suppressions, ...input }: Input, name: string): boolean {
  const told = sides.some((side) => (input[side].fetched?.includes(name) ?? true) && input[side].record[name] === true);
  return told || sides.some((side) => base?.[side][name] === true) || (suppressions ?? []).length > 0;
}

/** Whatever stands there afterwards, and whatever either side says next: suppressed it is, also of what is unknown. */
function suppression(world: World): number {
  return count(world, (field) => {
    const { input, after, rules } = world;
    if (!field.suppression || acted(input, field.name) || !optedOut(input, field.name)) return false;
    const holds = (state: Input) => {
      for (const side of sides) {
        if (state[side].fetched?.includes(field.name) === false) continue;
        assert.equal(state[side].record[field.name], true, side);
      }
    };
    holds(after);
    for (const said of [undefined, null, "", false]) {
      const say = (side: SideName) => ({
        ...after[side],
        record: { ...after[side].record, [field.name]: said as Json },
      });
      for (const next of [
        { ...after, local: say("local") },
        { ...after, crm: say("crm") },
        { ...after, local: say("local"), crm: say("crm") },
      ]) {
        const step = JSON.parse(JSON.stringify(next)) as Input;
        const decision = rules.resolve(step);
        for (const side of sides) {
          if (step[side].fetched?.includes(field.name) === false) continue;
          assert.equal(applied(step[side].record, patchOf(decision, side))[field.name], true, side);
        }
      }
    }
    return true;
  });
}

/** How often the law had something to say; what it fails on stands in the message. */
export function tried(law: Law, world: World): number {
  try {
    return law(world);
  } catch (error) {
    const { message } = error as Error;
    const { rules, input } = world;
    throw new Error(`${message}\n${JSON.stringify(rules.file)}\n${JSON.stringify(input)}`, { cause: error });
  }
}

export const laws: Record<string, Law> = {
  "1: deterministic": deterministic,
  "2: total, with one reason per field": total,
  "3: a one-sided change propagates whatever the strategy": oneSidedChanges,
  "4: no invention": noInvention,
  "5: apply, acknowledge, resolve again: nothing to do": nothingToDoAgain,
  "6: after both patches both sides agree": agreement,
  "7: mirror": mirror,
  "8: fields are independent": independent,
  "9: absent, null and blank stay apart": nothingStaysApart,
  "10: newest_wins is unmoved by shifting both clocks": clocks,
  "11: a manual field writes nothing, and a stale answer is refused": manual,
  "12: an echo of our own write causes no write": echo,
  "13: any order and duplication of wake-ups ends in the same state": wakeUps,
  "14: a merge with base never loses a non-conflicting edit": noEditIsLost,
  "15: nothing but the person's own act turns suppressed into mailable": suppression,
};
