/** What the stand-in says of itself: how each behaviour is known. The counts stand in the report. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { behaviours } from "../../../web/stand-in/behaviours.js";
import "../../../web/stand-in/stand-in.js";
import { sampleFiles, skip } from "../support.js";

test("how the stand-in's behaviours are known", (t) => {
  for (const crm of ["hubspot", "salesforce"] as const) {
    const own = behaviours.filter((one) => one.crm === crm);
    const counts = (["documented", "recorded", "assumed"] as const).map(
      (ground) => `${own.filter((one) => one.ground === ground).length} ${ground}`,
    );
    t.diagnostic(`${crm}: ${counts.join(", ")}`);
    assert.ok(own.length > 20, crm);
  }
  assert.equal(
    new Set(behaviours.map(({ crm, what }) => `${crm} ${what}`)).size,
    behaviours.length,
    "each is said once",
  );
  for (const { what, source } of behaviours) {
    assert.match(what, /^\S.*\.$/, "a sentence");
    assert.notEqual(source, "", what);
  }
});

test("what is said to be recorded names a sample that there is, or where it can be read", { skip }, () => {
  const files = sampleFiles();
  for (const { ground, source, what } of behaviours) {
    const named = source.match(/\b(?:hs|sf)-[\w.-]+\.(?:json|xml)/g) ?? [];
    for (const file of named) assert.ok(files.includes(file), `${what} ${file}`);
    if (ground === "recorded") assert.ok(named.length > 0 || /github\.com|public issue/.test(source), what);
  }
});
