/** The goldens of the language, which Catch2 reads too: mistakes in mapping files, expressions and templates. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type CrmSyncError, type Diagnostic, loadEngine } from "@penguinmails/crm-sync";
import { parse } from "yaml";
import { diagnosticCases, failureCases } from "./golden.js";
import { root } from "./support.js";

const engine = await loadEngine();

interface Evaluated {
  name: string;
  expression?: string;
  template?: string;
  variables?: Record<string, unknown>;
  dialect?: "cel" | "crm";
  container?: string;
  now?: string;
  over?: string;
  where?: string;
  order_by?: string;
  open?: boolean;
  result?: unknown;
  error?: { code: string; column: number; in?: string };
}

/** As the package gives integers: a bigint only where a number would not be exact. */
function exact(value: unknown): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (Array.isArray(value)) return value.map(exact);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, exact(member)]));
}

function cases<T>(file: string): T[] {
  const text = readFileSync(new URL(`tests/cases/${file}`, root), "utf8");
  return exact(parse(text, { intAsBigInt: true })) as T[];
}

/** Through `evaluate`, where the variables are all the names there are. */
function evaluated({ expression = "", variables, dialect, container, now, result, error }: Evaluated) {
  const options = { ...(dialect && { dialect }), ...(container && { container }), ...(now && { now }) };
  try {
    const value = engine.evaluate(expression, variables, options);
    assert.equal(error, undefined, `gave ${String(value)}`);
    assert.deepEqual(value, result);
  } catch (thrown) {
    if (error === undefined) throw thrown;
    const { code, diagnostics } = thrown as CrmSyncError;
    assert.deepEqual([code, diagnostics?.[0]?.column], [error.code, error.column]);
  }
}

/** As the formula of a mapping, where names are the record's fields and aggregates have their rows. */
function mapped({ expression, template, variables = {}, now, over, where, order_by, result, error }: Evaluated) {
  const formula = template ?? expression;
  const entry = { crm_field: "out", formula, over, where, order_by, direction: "to_crm", on_blank: "keep" };
  const { mapping, diagnostics } = engine.compile(JSON.stringify({ field_mapping: [entry] }));
  if (mapping === null) {
    assert.deepEqual([diagnostics[0]?.code], [error?.code], JSON.stringify(diagnostics));
    return;
  }
  const { record, fields } = mapping.toCrm(variables, now ? { now } : {});
  const reads = mapping.fields[0]?.reads ?? [];
  // Nothing is calculated of a record that has none of the inputs: they were most likely not loaded.
  const unloaded = reads.length > 0 && !reads.some((path) => (path.split(".")[0] ?? "") in variables);
  if (unloaded) assert.equal(fields[0]?.reason, "absent");
  else if (error) assert.equal(fields[0]?.diagnostic?.code, "REC006");
  else assert.deepEqual(record.out ?? null, result ?? null);
  mapping.dispose();
}

for (const one of cases<Evaluated>("expressions.yaml")) {
  const needsMapping = one.over || one.where || one.open;
  if (needsMapping && one.dialect === "cel") continue; // mapping files speak crm
  test(`expressions: ${one.name}: ${one.expression}`, () => (needsMapping ? mapped(one) : evaluated(one)));
}

for (const one of cases<Evaluated>("templates.yaml")) {
  if (!one.template?.includes("{{")) continue; // in a mapping file a formula without {{ is an expression
  test(`templates: ${one.name}: ${one.template}`, () => mapped(one));
}

const shownIn = (file: string) => readFileSync(new URL(`tests/cases/${file}`, root), "utf8").split(/^(?==== )/m);
const rendered = shownIn("diagnostics.expected.txt");
const mistaken = diagnosticCases(engine);

test("diagnostics: every case has its golden", () => {
  assert.equal(rendered.length, mistaken.length);
});

for (const [at, { name, expect, diagnostics, shown }] of mistaken.entries()) {
  test(`diagnostics: ${name}`, () => {
    const found = diagnostics();
    const told = (list: Partial<Diagnostic>[]) => list.map(({ code, line, column }) => `${line}:${column} ${code}`);
    assert.deepEqual(told(found), told(expect));
    for (const [i, { message = "", hint = "", suggestion }] of expect.entries()) {
      assert.ok(found[i]?.message.includes(message), found[i]?.message);
      assert.ok((found[i]?.hint ?? "").includes(hint), found[i]?.hint);
      if (suggestion !== undefined) assert.equal(found[i]?.suggestion ?? "", suggestion);
    }
    assert.equal(shown(), rendered[at]);
  });
}

test("failures: what people see of them", () => {
  assert.deepEqual(
    failureCases(engine).map((one) => one.shown()),
    shownIn("failures.expected.txt"),
  );
});
