/** Values of a field's type as PenguinMails holds them, and as each CRM spells them. */
import fc from "fast-check";

export type Wire = "json" | "salesforce" | "hubspot";

/** Texts that something on the way might take for something else. */
const odd = fc.constantFrom(
  ...[
    "",
    " ",
    "\t",
    "a;b",
    ";a",
    "a;",
    "null",
    "true",
    "NO",
    "0",
    "-0",
    "1e3",
    "2026-03-01",
    "\u0000",
    '"\\"',
    "'",
    "{{x}}",
    "<b>",
  ],
  ...[
    "  padded\u00a0",
    "line\r\nbreak",
    "e\u0301",
    "\ufeffx",
    "😀".repeat(3),
    "__proto__",
    "x".repeat(45),
    "é".repeat(41),
  ],
);
export const texts = fc.oneof(
  { weight: 3, arbitrary: fc.string({ maxLength: 12 }) },
  { weight: 3, arbitrary: fc.string({ unit: "binary", maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme-composite", minLength: 38, maxLength: 44 }) },
  { weight: 2, arbitrary: odd },
);

const emails = fc.oneof(
  fc.emailAddress(),
  fc.constantFrom("Ada@Example.ORG", " ada@example.org ", "ÄDA@example.org", "not one", "用户@例え.テスト"),
);
const phones = fc.oneof(
  fc.constantFrom(
    "030 1234567",
    "+49 30 1234567",
    "(201) 555-0123",
    "+12015550123",
    "ask",
    "00 44 7911 123456",
    " 110",
  ),
  fc.stringMatching(/^[+0-9 ()-]{1,16}$/),
);
const numbers = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -100_000, max: 100_000 }).map((cents) => cents / 100),
  fc.constantFrom(0, 1e21, 1e-7, 2 ** 53),
);
const digits = fc.stringMatching(/^-?[1-9][0-9]{0,24}$/);

const day = 86_400_000;
const iso = (milliseconds: number) => new Date(milliseconds).toISOString();
const days = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: -80_000, max: 80_000 }) },
  fc.constantFrom(-719_162, 2_932_896, 0, -1, 11_016), // 0001-01-01, 9999-12-31, …, 2000-02-29
);
const moments = fc.oneof(
  fc.integer({ min: -4e12, max: 4e12 }),
  fc.integer({ min: -4e9, max: 4e9 }).map((seconds) => seconds * 1000),
  days.map((count) => count * day),
  // Around the hour that Berlin had twice.
  fc.integer({ min: -3600, max: 3600 }).map((seconds) => Date.UTC(2026, 9, 25, 1) + seconds * 1000),
);

const inAnyOrder = (choices: readonly string[]) => fc.shuffledSubarray([...choices]);
const someWords = fc.uniqueArray(fc.stringMatching(/^[ ]?[a-zA-Z_][a-zA-Z_ ]{0,5}$/), { maxLength: 4 });

/** `choices` are what an enum, a multi-select or a value map's field may hold; without them any. */
export function valuesOf(type: string, wire: Wire, choices: readonly string[] = []): fc.Arbitrary<unknown> {
  const hubspot = wire === "hubspot";
  // HubSpot has texts only.
  switch (hubspot && /^(list|map|any)$/.test(type) ? "string" : type) {
    case "number":
    case "currency":
      return hubspot ? fc.oneof(numbers.map(String), digits) : fc.oneof(numbers, digits);
    case "integer":
      return hubspot ? digits : fc.oneof(fc.maxSafeInteger(), digits.map(BigInt), digits);
    case "boolean":
    case "suppression":
      return hubspot ? fc.constantFrom("true", "false", "True", "FALSE") : fc.oneof(fc.boolean(), fc.constant("true"));
    case "date": {
      const spelled = days.map((count) => iso(count * day).slice(0, 10));
      return hubspot
        ? fc.oneof(
            spelled,
            days.map((count) => String(count * day)),
          )
        : spelled;
    }
    case "datetime": {
      const spelled = moments.map(iso);
      if (hubspot) return fc.oneof(spelled, moments.map(String));
      const offset = fc.constantFrom("Z", "+0000", "+00:00", "-05:30");
      return fc.oneof(
        spelled,
        fc.tuple(spelled, offset).map(([text, zone]) => text.replace("Z", zone)),
        spelled.map((text) => text.replace("Z", "123456Z")),
      );
    }
    case "multi_enum": {
      const selected = choices.length > 0 ? inAnyOrder(choices) : someWords;
      const separator = fc.constantFrom(";", "; ", " ;");
      const joined = fc.tuple(selected, separator).map(([list, between]) => list.join(between));
      return wire === "json" ? fc.oneof({ weight: 3, arbitrary: selected }, joined) : joined;
    }
    case "email":
      return emails;
    case "phone":
      return phones;
    case "id":
    case "reference":
      return fc.oneof(fc.constantFrom("0015g00000AbCdE", "0015g00000AbCdEAAV", "003A00000012abc"), digits, texts);
    case "list":
      return fc.array(fc.jsonValue({ maxDepth: 1 }), { maxLength: 3 });
    case "map":
      return fc.dictionary(fc.string({ maxLength: 4 }), fc.jsonValue({ maxDepth: 1 }), {
        maxKeys: 3,
        noNullPrototype: true,
      });
    case "any":
      return fc.oneof(texts, numbers, fc.boolean());
    default: {
      const known = choices.length > 0 ? fc.constantFrom(...choices) : texts;
      return fc.oneof({ weight: 9, arbitrary: known }, { weight: 1, arbitrary: texts });
    }
  }
}

/** Of two fields' types the one that fewer values fit, whose values the other must be able to hold. */
export function tighter(a: string, b: string): string {
  const order = ["suppression", "boolean", "date", "datetime", "integer", "number", "currency", "multi_enum"];
  order.push("list", "map", "reference", "id", "email", "phone", "enum", "url", "string", "any");
  return order.indexOf(a) <= order.indexOf(b) ? a : b;
}
