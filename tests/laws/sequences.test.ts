/** The laws that are about more than one decision. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadEngine } from "@penguinmails/crm-sync";
import fc from "fast-check";
import { lossy } from "./generated.js";
import { laws, tried } from "./laws.js";
import { type Input, Rules, type Side, type SideName, sides, World } from "./world.js";

const engine = await loadEngine();

test("law 12: ping-pong ends within one round, with lossy pairs too", () => {
  const again = laws["5: apply, acknowledge, resolve again: nothing to do"];
  assert.ok(again);
  fc.assert(
    fc.property(lossy, fc.constantFrom(...sides), ({ file, input }, side) => {
      const rules = new Rules(engine, file);
      const world = new World(rules, input);
      tried(again, world);
      // The other side's next edit goes its way once, too.
      const text = side === "crm" ? "Carl" : "Carlotta";
      const after = { ...world.after, [side]: { record: { ...world.after[side].record, text } } };
      tried(again, new World(rules, after));
      rules.dispose();
    }),
    { numRuns: 3000, seed: 20260301, includeErrorInReport: true },
  );
});

type Step = [kind: "says" | "operator" | "before" | "unknown" | "lost" | "anew", side: SideName, said: unknown];

const steps = fc.array(
  fc.tuple(
    fc.constantFrom("says", "says", "operator", "before", "unknown", "lost", "anew"),
    fc.constantFrom(...sides),
    fc.constantFrom(undefined, null, "", false, "nonsense"),
  ) as fc.Arbitrary<Step>,
  { minLength: 1, maxLength: 12 },
);

const at = (second: number) => new Date(Date.UTC(2026, 1, 1, 0, 0, second)).toISOString();

/** One side says something else, on evidence that lifts nothing, or is read in part, or is made anew. */
function taken(state: Input, [kind, side, said]: Step, second: number): Input {
  const record = JSON.parse(JSON.stringify(kind === "anew" ? {} : { value: said }));
  const by = { operator: "operator", before: "subject" }[kind as string];
  const act = { by: by ?? "", at: kind === "before" ? at(-10) : at(second), source: "form" };
  const changed: Side = { record, updated_at: at(second), ...(by && { acts: { value: act } }) };
  if (kind === "unknown") return { ...state, [side]: { record: {}, fetched: [] } };
  // A base is lost, and a record made anew, while the other side still says what it said.
  return {
    ...state,
    [side]: changed,
    ...((kind === "lost" || kind === "anew") && { base: null }),
    now: at(second + 1),
  };
}

test("law 15: no sequence of inputs turns suppressed into mailable without the person's own act", () => {
  const rules = new Rules(engine, {
    conflict_resolution: {},
    catalog: { penguinmails: { value: "suppression" }, crm: { value: "suppression" } },
    field_mapping: [{ penguinmails_field: "value", crm_field: "value" }],
  });
  let lifted = 0;
  fc.assert(
    fc.property(fc.constantFrom(...sides), fc.boolean(), steps, (first, byAddress, steps) => {
      const out = { record: { value: true }, updated_at: at(0) };
      const none = { record: {} };
      let state: Input = {
        link: "1",
        local: first === "local" && !byAddress ? out : none,
        crm: first === "crm" && !byAddress ? out : none,
        base: null,
        ...(byAddress && { suppressions: [{ topic: "all", since: at(0), source: "form" }] }),
        now: at(1),
      };
      state = new World(rules, state).after;
      for (const [i, step] of steps.entries()) {
        const input = taken(state, step, 10 * (i + 1));
        const { after } = new World(rules, input);
        for (const side of sides) {
          if (input[side].fetched) continue;
          assert.equal(after[side].record.value, true, JSON.stringify(input));
        }
        // What was not read is as it was.
        state = {
          ...after,
          ...Object.fromEntries(sides.filter((side) => input[side].fetched).map((side) => [side, state[side]])),
        };
        state = { ...state, local: { record: state.local.record }, crm: { record: state.crm.record } };
      }
      // The person's own act does.
      const second = 10 * (steps.length + 1);
      const act = { value: { by: "subject", at: at(second), source: "form" } };
      const own = {
        ...state,
        [first]: { record: { value: false }, acts: act, updated_at: at(second) },
        now: at(second + 1),
      };
      if (sides.every((side) => new World(rules, own).after[side].record.value === false)) lifted += 1;
    }),
    { numRuns: 2000, seed: 20260301, includeErrorInReport: true },
  );
  assert.ok(lifted > 1000, `${lifted}`);
  rules.dispose();
});
