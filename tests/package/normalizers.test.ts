/** The host's normalisers: what they make of a text, what they leave alone (null), and that nothing makes them throw. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { normalizers } from "@penguinmails/crm-sync/normalizers";
import fc from "fast-check";
import { root } from "./support.js";

const { unicode_nfc, phone_e164, domain_ascii } = normalizers;

const numbers: [text: string, region: string, expected: string | null][] = [
  ["030 1234567", "DE", "+49301234567"],
  ["030/1234567", "DE", "+49301234567"],
  ["030 1234567", "de", "+49301234567"],
  ["00 49 30 1234567", "DE", "+49301234567"],
  ["011 49 30 1234567", "US", "+49301234567"],
  ["+49 (0)30 1234567", "US", "+49301234567"],
  ["(201) 555-0123", "US", "+12015550123"],
  ["1 201 555 0123", "CA", "+12015550123"],
  ["+39 06 698 1234", "US", "+39066981234"], // of Italy's numbers the 0 is a part
  ["06 698 1234", "IT", "+39066981234"],
  ["07911 123456", "GB", "+447911123456"],
  ["+800 1234 5678", "US", "+80012345678"], // of no country
  [" \u202a+44 7911 123456\u202c ", "US", "+447911123456"],
  ["٠٣٠ ١٢٣٤٥٦٧", "DE", "+49301234567"],
  ["０３０ １２３４５６７", "DE", "+49301234567"],
  // Without a region that anyone knows only a number with its country's code is one.
  ["+49 30 1234567", "", "+49301234567"],
  ["+49 30 1234567", "XX", "+49301234567"],
  ["030 1234567", "XX", null],
  ["030 1234567", "constructor", null],
  // No numbers, or more than one.
  ["", "DE", null],
  ["+", "DE", null],
  ["12", "DE", null],
  ["110", "DE", null],
  ["+999 123456", "US", null],
  ["1-800-FLOWERS", "US", null],
  ["unknown", "DE", null],
  ["tel:+49-30-1234567", "DE", null],
  ["call 030 1234567", "DE", null],
  ["030 1234567 in the evening", "DE", null],
  ["030 1234567; 040 1234567", "DE", null],
  ["1".repeat(400), "US", null],
  ["\ud800030 1234567", "DE", null],
  // E.164 has no place for these.
  ["+1 201 555 0123 ext. 5", "US", null],
  ["+1 201 555 0123 x5", "US", null],
  ["tel:+1-201-555-0123;ext=5", "US", null],
];
for (const [text, region, expected] of numbers) {
  test(`phone_e164 of ${JSON.stringify(text).slice(0, 40)} in ${region || "no region"}`, () => {
    assert.equal(phone_e164(text, region), expected);
    if (expected !== null) assert.equal(phone_e164(expected, region), expected);
  });
}

const domains: [text: string, expected: string | null][] = [
  ["ada@example.org", "ada@example.org"],
  ["Ada@EXAMPLE.org", "Ada@example.org"],
  ["ada@Müller.example", "ada@xn--mller-kva.example"],
  ["ada@mu\u0308ller.example", "ada@xn--mller-kva.example"],
  ["ada@xn--mller-kva.example", "ada@xn--mller-kva.example"],
  ["müller.example", "xn--mller-kva.example"],
  ["用户@例え.テスト", "用户@xn--r8jz45g.xn--zckzah"],
  ["a@例え。テスト", "a@xn--r8jz45g.xn--zckzah"],
  ["a@straße.example", "a@xn--strae-oqa.example"], // UTS 46 without transition: ß is a letter of its own
  ["a@ｅｘａｍｐｌｅ.org", "a@example.org"],
  ['"a@b"@example.org', '"a@b"@example.org'],
  ["a@mail_1.example", "a@mail_1.example"],
  ["localhost", "localhost"],
  ["\ud800@müller.example", "\ud800@xn--mller-kva.example"],
  // What URL would take as something else.
  ["a@127.0.0.1", null],
  ["a@１２７.0.0.1", null],
  ["a@2130706433", null],
  ["a@0x7f.1", null],
  ["a@[::1]", null],
  ["a@example.org:443", null],
  ["a@example.org:80", null],
  ["a@example.org/path", null],
  ["a@example.org\\path", null],
  ["a@example.org?query", null],
  ["a@example.org#fragment", null],
  ["a@ex%61mple.org", null],
  ["a@ex％61mple.org", null],
  ["a@exa\nmple.org", null],
  ["a@exa\tmple.org", null],
  [" a@example.org ", null],
  ["https://example.org", null],
  // No domains.
  ["", null],
  ["@", null],
  ["a@", null],
  ["@example.org", null],
  ["a@example..org", null],
  ["a@.example.org", null],
  ["a@example.org.", null],
  ["a@\u00ad.org", null],
  ["a@xn--a.example", null],
  ["a@ex!ample.org", null],
  ["a@\ud800.example", null],
  [`a@${"x".repeat(64)}.org`, null],
  [`a@${"x.".repeat(130)}org`, null],
];
for (const [text, expected] of domains) {
  test(`domain_ascii of ${JSON.stringify(text).slice(0, 40)}`, () => {
    assert.equal(domain_ascii(text), expected);
    if (expected !== null) assert.equal(domain_ascii(expected), expected);
  });
}

test("unicode_nfc composes, and leaves lone surrogates", () => {
  assert.equal(unicode_nfc("Zoe\u0308"), "Zo\u00eb");
  assert.equal(unicode_nfc("\u1100\u1161"), "\uac00");
  assert.equal(unicode_nfc("\u212b"), "\u00c5");
  assert.equal(unicode_nfc("\ud800e\u0301"), "\ud800\u00e9");
});

test("no text makes them throw, and doing it twice is doing it once", () => {
  // Of any UTF-16 units, and of those that the normalisers look at.
  const units = fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes));
  const signs = fc.array(
    fc.constantFrom(..."019٣３+()-./;:x=@% aeü。\u0308\u00ad\u202a\ud800\udc00".split(""), "ext.", "xn--"),
  );
  const texts = fc.oneof(
    units,
    signs.map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(texts, fc.constantFrom("DE", "US", "IT", "", "\ud800"), (text, region) => {
      for (const once of [unicode_nfc, domain_ascii, (given: string) => phone_e164(given, region)]) {
        const result = once(text);
        if (result !== null) assert.equal(once(result), result);
      }
    }),
    { numRuns: 3000 },
  );
});

test("the file stands alone, and brings its licences", () => {
  const file = readFileSync(new URL("dist/normalizers.js", root), "utf8");
  assert.doesNotMatch(file, /\bfrom\s*"|\bimport\s*[("]|\brequire\(|\bprocess\./);
  const { devDependencies } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
  assert.ok(file.startsWith(`/*!\nlibphonenumber-js ${devDependencies["libphonenumber-js"]}, `), file.slice(0, 80));
  assert.match(file, /Permission is hereby granted, free of charge/);
});
