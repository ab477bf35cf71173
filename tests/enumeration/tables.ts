/** The enumeration for people: a sign for each decision, in a table per strategy. */
import type { Decision, Engine } from "@penguinmails/crm-sync";
import { circumstancesOf, directions, firstContacts, kindOf, mappingOf, type Rules, strategies } from "./groups.js";
import { type Base, bases, type Circumstance, inputsOf, kinds, none, signs, withoutBase } from "./inputs.js";

export interface Table {
  /** Of a file in tests/cases/enumeration/. */
  name: string;
  text: string;
}

interface Page {
  title: string;
  rules: Rules;
  circumstance: Circumstance;
  /** Only where a side has no base. */
  firstContactOnly?: true;
}

const legend = `=  nothing is written: in sync, or as both agreed
>  the CRM gets PenguinMails' value       <  PenguinMails gets the CRM's value
:  both hold the same, only the base moves
C  a conflict, which the CRM wins         L  a conflict, which PenguinMails wins
B  a conflict, and both get a third value
*  both get the opt-out that they agreed on, or that is kept by address
?  a review                               -  skipped         !  an error

A block is a base: what PenguinMails and the CRM held when both agreed. In it a row is what PenguinMails holds now, a
column what the CRM holds.
`;

function sign({ fields: [field] }: Decision): string {
  if (field === undefined) return "*";
  const { status, winner } = field;
  if (status === "propagated") return winner === "crm" ? "<" : ">";
  if (status === "resolved") return { crm: "C", local: "L", both: "B", none: "*" }[winner];
  return { unchanged: "=", converged: ":", review: "?", skipped: "-", error: "!" }[status];
}

/** Seven lines of equal length: the base, what the CRM holds, and five rows. */
function block(decisions: string, { local, crm, none: noBase }: Base): string[] {
  const marks = decisions
    .split("\n")
    .filter(Boolean)
    .map((line) => sign(JSON.parse(line)));
  const rows = signs.map((one, i) => `  ${one} | ${marks.slice(5 * i, 5 * i + 5).join(" ")}`);
  return [noBase ? "no base" : `base ${local} ${crm}`, `    | ${signs.join(" ")}`, ...rows].map((line) =>
    line.padEnd(17),
  );
}

function page(engine: Engine, { title, rules, circumstance, firstContactOnly }: Page): string {
  const { mapping, diagnostics } = engine.compile(mappingOf(rules, circumstance));
  if (mapping === null) throw new Error(JSON.stringify(diagnostics));
  const kind = kindOf(rules.strategy);
  const utf8 = new TextEncoder();
  const text = new TextDecoder();
  const blockOf = (base: Base) =>
    block(text.decode(mapping.resolveMany(utf8.encode(inputsOf(kind, circumstance, base)))), base);
  // No base at all, then a strip for each value of PenguinMails' base.
  const shown = firstContactOnly ? bases.slice(0, withoutBase) : bases;
  const strips = [undefined, ...signs]
    .map((local) => shown.filter((base) => (base.none ? undefined : base.local) === local).map(blockOf))
    .filter((strip) => strip.length > 0);
  mapping.dispose();
  const lines = strips.map((strip) =>
    (strip[0] ?? [])
      .map((_, i) =>
        strip
          .map((one) => one[i])
          .join("   ")
          .trimEnd(),
      )
      .join("\n"),
  );
  return `## ${title}\n\n${lines.join("\n\n")}\n`;
}

function table(engine: Engine, name: string, kind: keyof typeof kinds, pages: Page[]): Table {
  const { x, y } = kinds[kind];
  const values = `-  not in the record (or base)   0  null   "  ""   x  ${JSON.stringify(x)}   y  ${JSON.stringify(y)}\n`;
  return { name, text: [`# ${name}\n\n${legend}\n${values}`, ...pages.map((one) => page(engine, one))].join("\n") };
}

export function tables(engine: Engine): Table[] {
  const rules = (strategy: string): Rules => ({ strategy, direction: "bidirectional", first_contact: "strategy" });
  const under = (of: Rules, circumstance: Circumstance): Page => ({
    title: circumstance.name,
    rules: of,
    circumstance,
  });
  const perStrategy = Object.entries(strategies).map(([strategy, kind]) => {
    const shown = circumstancesOf(rules(strategy)).filter((one) => strategy === "newest_wins" || one === none);
    return table(
      engine,
      strategy,
      kind,
      shown.map((one) => under(rules(strategy), one)),
    );
  });
  const consent = circumstancesOf(rules("suppression")).map((one) => under(rules("suppression"), one));
  const newest = rules("newest_wins");
  const oneWay = directions.filter((direction) => direction !== "bidirectional");
  return [
    ...perStrategy,
    table(engine, "suppression", "consent", consent),
    table(
      engine,
      "one_way",
      "text",
      oneWay.map((direction) => ({ title: direction, rules: { ...newest, direction }, circumstance: none })),
    ),
    table(
      engine,
      "first_contact",
      "text",
      firstContacts.map((first_contact) => ({
        title: `first_contact: ${first_contact}`,
        rules: { ...newest, first_contact },
        circumstance: none,
        firstContactOnly: true,
      })),
    ),
    table(engine, "blanks_kept", "text", [
      { ...under({ ...newest, keepsBlanks: true }, none), title: "on_blank: keep" },
    ]),
  ];
}
