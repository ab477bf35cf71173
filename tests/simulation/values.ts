/** What people type: every edit another value, that says which edit it was even where the CRM cuts it. */
import { type Field, type SideName, spelledByCrm, type Unit, type Values } from "./fields.js";

const rest = ["", "a", "Lovelace and Daughters Limited ", " x "];

export function newValue({ kind }: Field, side: SideName, serial: number): unknown {
  switch (kind) {
    case "email":
      return serial % 2 ? `Ada.${serial}@X.org` : `ada.${serial}@x.org`;
    case "tags": {
      const tags = [`t${serial % 3}`, `t${3 + (serial % 4)}`, `t${serial}`].sort();
      return side === "crm" ? tags.join(";") : tags;
    }
    default:
      return `${serial % 5 === 0 ? " " : ""}${serial} ${rest[serial % rest.length]}`;
  }
}

/** A group is not always edited as a whole. */
export function newValues(unit: Unit, side: SideName, serial: number): Values {
  const edited = unit.fields.filter((_, index) => unit.fields.length === 1 || serial % (index + 2) === 0);
  return Object.fromEntries(
    (edited.length > 0 ? edited : unit.fields).map((one) => [one.name, newValue(one, side, serial)]),
  );
}

/** The same in another spelling of that side's, which for an address is no change and for a text is one. */
export function recased(unit: Unit, side: SideName, values: Values): Values {
  const spelled = (text: string) => (side === "local" ? text.toUpperCase() : text.toLowerCase());
  const swap = (value: unknown) => (typeof value === "string" ? spelled(value) : value);
  return Object.fromEntries(unit.fields.map((one) => [one.name, swap(values[one.name])]));
}

/** What the other side holds, where this one can hold it too. */
export function copied(unit: Unit, values: Values, from: SideName): Values | null {
  const copy: Values = {};
  for (const one of unit.fields) {
    const value = values[one.name] ?? null;
    if (one.kind === "tags") return null;
    if (from === "local" && spelledByCrm(one, value) !== value) return null;
    copy[one.name] = value;
  }
  return copy;
}
