/** The laws over all conflicts of one field. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadEngine } from "@penguinmails/crm-sync";
import { groups, sets } from "../enumeration/groups.js";
import { compareAlone, laws, tried } from "./laws.js";
import { type File, type Input, Rules, type Side, World } from "./world.js";

const engine = await loadEngine();
const inputs = new Map(sets().map(({ name, first, rest }) => [name, (first + rest).split("\n").filter(Boolean)]));
const parts = groups().flatMap((group) => group.parts.filter(({ laws }) => laws));
const enumerated = parts.map(({ mapping, set }) => {
  const rules = new Rules(engine, JSON.parse(mapping) as File);
  return (inputs.get(set) ?? []).map((input) => new World(rules, JSON.parse(input) as Input));
});

for (const [name, law] of Object.entries(laws).filter(([name]) => !name.startsWith("8:"))) {
  test(`law ${name}`, () => {
    let times = 0;
    for (const world of enumerated.flat()) times += tried(law, world);
    assert.ok(times >= 50, `${times}`);
  });
}

const renamed = <T extends object>(members: T | undefined): T | undefined =>
  members && (Object.fromEntries(Object.values(members).map((one) => ["other", one])) as T);

/** Both inputs' field as one input. What is known of the records, their times, is the same of both. */
function together(one: Input, another: Input): Input {
  const side = (a: Side, b: Side): Side => ({
    ...a,
    record: { ...a.record, ...renamed(b.record) },
    ...(a.fetched && { fetched: [...a.fetched, ...(b.fetched ?? []).map(() => "other")] }),
    ...(a.field_times && { field_times: { ...a.field_times, ...renamed(b.field_times) } }),
    ...(a.acts && { acts: { ...a.acts, ...renamed(b.acts) } }),
  });
  const bases = [one.base, another.base];
  const base = {
    local: { ...bases[0]?.local, ...renamed(bases[1]?.local) },
    crm: { ...bases[0]?.crm, ...renamed(bases[1]?.crm) },
    agreed_at: "2026-01-01T00:00:00Z",
  };
  return { ...one, local: side(one.local, another.local), crm: side(one.crm, another.crm), base };
}

test("law 8: fields are independent", () => {
  for (const worlds of enumerated) {
    const { file } = (worlds[0] as World).rules;
    const { penguinmails, crm } = file.catalog;
    const [entry] = file.field_mapping;
    assert.ok(entry);
    const rules = new Rules(engine, {
      ...file,
      catalog: {
        penguinmails: { ...penguinmails, other: penguinmails.value ?? null },
        crm: { ...crm, other: crm.value ?? null },
      },
      field_mapping: [entry, { ...entry, penguinmails_field: "other", crm_field: "other" }],
    });
    for (const [i, world] of worlds.entries()) {
      const beside = worlds[(i * 37 + 11) % worlds.length] as World;
      const pair = new World(rules, together(world.input, beside.input));
      assert.ok(pair.fields[0]);
      compareAlone(pair.fields[0], pair.decision, world.decision);
    }
    rules.dispose();
  }
});
