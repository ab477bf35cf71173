/** Who is to be backfilled, on which side, and what is to come of them: by number alone, so that both processes know. */
import type { Field } from "../sync/hands.js";

/** keyed: the record has the contact's id. matched: the same address. ambiguous: two contacts of one address, one record. */
export type Kind = "keyed" | "matched" | "only_crm" | "only_local" | "ambiguous";
export type Fields = { [field in Exclude<Field, "key" | "unsubscribed">]?: string };

export interface Person {
  kind: Kind;
  /** Their ids in PenguinMails; none where they are in the CRM only. */
  contacts: string[];
  crm: Fields | null;
  local: Fields | null;
  optedOut: { crm: boolean; local: boolean };
  /** Which of the two city is the later. */
  later: "crm" | "local";
  /** Edited on both sides while the backfill goes on. */
  edited: boolean;
}

const many = (kind: Kind, count: number) => Array.from({ length: count }, () => kind);
/** Of fifty people: so that forty are in the CRM, and forty-one in PenguinMails. */
const kinds: readonly Kind[] = [
  ...many("keyed", 5),
  ...many("matched", 24),
  ...many("only_crm", 10),
  ...many("only_local", 10),
  ...many("ambiguous", 1),
];
const round = kinds.length;
const inCrm = 40;

/** How many people there are where so many are to be in the CRM. */
export const peopleOf = (contacts: number) => Math.ceil((contacts * round) / inCrm);

export function personOf(number: number): Person {
  const place = number % round;
  const turn = Math.floor(number / round);
  const kind = kinds[place] as Kind;
  const email = `p${number}@example.com`;
  const name = { email, first_name: "Ann", last_name: `L${number}` };
  const both = kind === "keyed" || kind === "matched";
  const crm = kind === "only_local" ? null : { ...name };
  const local = kind === "only_crm" ? null : { ...name };
  // A quarter is the same on both sides, a quarter has to be filled on either side, half is contradictory.
  const variant = turn % 4;
  if (crm !== null && variant !== 0)
    Object.assign(crm, variant === 1 ? { phone: `7${number}` } : { city: `C${number}` });
  if (local !== null && variant !== 0) Object.assign(local, { city: `H${number}` });
  return {
    kind,
    contacts: local === null ? [] : kind === "ambiguous" ? [`c${number}`, `d${number}`] : [`c${number}`],
    ...{ crm, local },
    optedOut: {
      crm: crm !== null && kind !== "ambiguous" && number % 19 === 3,
      local: local !== null && kind !== "ambiguous" && number % 37 === 5,
    },
    later: variant === 2 ? "crm" : "local",
    edited: both && place === 0,
  };
}

/** What both sides are to hold in the end, but for what is edited meanwhile. */
export function expectedOf(number: number): Fields {
  const { crm, local, later } = personOf(number);
  return { ...(later === "crm" ? { ...local, ...crm } : { ...crm, ...local }) };
}
