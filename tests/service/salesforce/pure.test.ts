/** Ids, SOQL and errors: what needs no organisation. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { errorsOf, namedIn, outcomeOf } from "../../../web/service/crm/salesforce/errors.js";
import { longId } from "../../../web/service/crm/salesforce/ids.js";
import { alike } from "../../../web/service/crm/salesforce/records.js";
import { distinct, isName, isPath, literal, soql } from "../../../web/service/crm/salesforce/soql.js";

test("an id of 15 characters gets the vendor's three", () => {
  // From recorded answers of organisations.
  for (const long of ["0015f00002J9YYEAA3", "003ak00000luKU1AAM", "0055e000005DtchAAC", "00000000000000000A"]) {
    const expected = long === "00000000000000000A" ? null : long;
    assert.equal(longId(long), expected);
    if (expected !== null) assert.equal(longId(long.slice(0, 15)), long);
  }
  assert.equal(longId("003ak00000luKU1aam"), "003ak00000luKU1AAM");
});

test("what is no id is none, and neither is one whose case was lost", () => {
  const wrong = ["", "003", "003ak00000luKU", "003ak00000luKU1AA", "003AK00000LUKU1AAM", "003ak00000luKU1'--", 3, null];
  for (const id of wrong) assert.equal(longId(id), null, String(id));
});

test("no text ends a literal: what is unescaped is the text again", () => {
  const unescaped = (text: string) =>
    text.replace(/\\(.)/g, (_, sign: string) => ({ n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" })[sign] ?? sign);
  const texts = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom("'", "\\", '"', "\n", "a", " ", "%") }));
  fc.assert(
    fc.property(texts, (text) => {
      const quoted = literal(text);
      if (quoted === null) return;
      assert.match(quoted, /^'(?:[^'\\\n\r]|\\.)*'$/);
      assert.equal(unescaped(quoted.slice(1, -1)), text);
    }),
  );
});

test("texts that no field holds find nothing, instead of all records without a value", () => {
  for (const text of ["", " ", "\t\n", "\ud800", "a\u0000b", "a\u0085b"]) assert.equal(literal(text), null);
  assert.equal(literal("O'Neil\\"), "'O\\'Neil\\\\'");
});

test("names are names", () => {
  for (const name of ["Email", "Level__c", "ns__Level__c"]) assert.ok(isName(name) && isPath(name));
  assert.ok(isPath("Account.Owner.Name") && !isName("Account.Owner.Name"));
  for (const name of ["", "1a", "a b", "a,b", "a'", "(SELECT Id FROM Account)", "__proto__", "a.", ".a", "a..b"]) {
    assert.ok(!isPath(name), name);
  }
  assert.deepEqual(distinct(["Email", "email", "Id"]), ["Email", "Id"]);
  const limited = { fields: ["Id"], object: "Contact", where: "Id > 'a'", orderBy: "Id", limit: 2 };
  assert.equal(soql(limited), "SELECT Id FROM Contact WHERE Id > 'a' ORDER BY Id LIMIT 2");
});

test("an error names codes and fields, and nothing of its message", () => {
  const said = errorsOf([
    {
      errorCode: "INVALID_EMAIL_ADDRESS",
      message: "Email: invalid email address: zq@canary",
      fields: ["Email", "zq@canary"],
    },
    { errorCode: "zq canary!", message: "zq" },
    null,
    "zq",
  ]);
  const outcome = outcomeOf(400, said, ["Email"]);
  assert.deepEqual(outcome, {
    state: "refused",
    code: "INVALID_EMAIL_ADDRESS",
    fields: ["Email"],
    hint: "the address is not one that Salesforce takes",
  });
  assert.equal(said[1]?.code, "UNKNOWN");
  assert.deepEqual(errorsOf({ error: "zq" }), []);
});

test("an unknown field is known by the words around it, not by a value that the query repeats", () => {
  const message =
    "\nLevel__c,Phone FROM Contact WHERE Email IN ('Phone','x\\'No such column \\'Phone\\'')\n^\nERROR at Row:1:Column:8\n" +
    "No such column 'Level__c' on entity 'Contact'. If you are attempting to use a custom field, be sure to append the '__c'.";
  const error = { code: "INVALID_FIELD", message, fields: [], matches: [] };
  assert.deepEqual(namedIn(error, ["Phone", "Level__c", "Contact", "Account.Level__c"]), [
    "Level__c",
    "Account.Level__c",
  ]);
  assert.deepEqual(namedIn({ ...error, code: "MALFORMED_QUERY" }, ["Level__c"]), []);
});

test("what a status and a code mean for one write", () => {
  const of = (status: number, ...codes: string[]) =>
    outcomeOf(status, errorsOf(codes.map((errorCode) => ({ errorCode }))), []);
  assert.equal(of(412, "PRECONDITION_FAILED").state, "changed");
  assert.equal(of(404, "ENTITY_IS_DELETED").state, "gone");
  assert.equal(of(200, "ENTITY_IS_DELETED").state, "gone");
  assert.equal(of(500, "UNKNOWN_EXCEPTION").state, "unknown");
  assert.equal(of(0).state, "unknown");
  for (const code of ["UNABLE_TO_LOCK_ROW", "REQUEST_LIMIT_EXCEEDED", "SERVER_UNAVAILABLE", "QUERY_TIMEOUT"]) {
    const outcome = of(400, code);
    assert.ok(outcome.state === "later" && outcome.after > 0, code);
  }
  for (const code of [
    "REQUIRED_FIELD_MISSING",
    "FIELD_CUSTOM_VALIDATION_EXCEPTION",
    "INVALID_FIELD_FOR_INSERT_UPDATE",
    "STRING_TOO_LONG",
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
    "DUPLICATE_EXTERNAL_ID",
    "SOMETHING_NEW",
  ]) {
    const outcome = of(400, code);
    assert.ok(outcome.state === "refused" && outcome.code === code);
    if (code !== "SOMETHING_NEW") assert.notEqual(outcome.hint, "", code);
  }
});

test("values are alike by what they mean", () => {
  assert.ok(alike("", null) && alike(80, 80.0) && alike({ a: 1, b: [2] }, { b: [2], a: 1 }));
  assert.ok(alike("2026-03-01T10:00:00Z", "2026-03-01T11:00:00.000+0100"));
  assert.ok(!alike("80", 80) && !alike(0, null) && !alike(false, null) && !alike("2026-03-01", "2026-03-02"));
  assert.ok(alike(9007199254740993n, 9007199254740993n) && !alike(9007199254740993n, 9007199254740992));
});
