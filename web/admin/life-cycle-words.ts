/** Drafts, reports and brakes in words. */
import { type Exceeded, exceeded } from "../service/sync/brakes.js";
import type { Brakes, Effect, MappingDraft, Run } from "./model.js";
import { crms } from "./words.js";

/** Behind "a mapping that", and before a share of the contacts. */
export const does: Record<Effect, string> = {
  crm_changed: "changes the CRM's record of",
  local_changed: "changes what PenguinMails holds of",
  cleared: "empties a field of",
  created: "creates",
  deleted: "deletes",
  opted_in: "lifts the opt-out of",
};

const wouldDo: Record<Effect, string> = {
  crm_changed: "change the CRM's record of",
  local_changed: "change what PenguinMails holds of",
  cleared: "empty a field of",
  created: "create",
  deleted: "delete",
  opted_in: "lift the opt-out of",
};

const number = (count: number) => count.toLocaleString("en");
const contacts = (count: number) => `${number(count)} ${count === 1 ? "contact" : "contacts"}`;
export const percent = (share: number) => `${Math.round(share * 1000) / 10} %`;

export function exceededInWords({ brake, count, of, limit }: Exceeded): string {
  return `would ${wouldDo[brake]} ${number(count)} of the ${contacts(of)} that were looked at (${percent(count / of)}); its brake allows ${percent(limit)}`;
}

/** Undefined: no brake would stop it. */
export function brakeOf({ progress: { seen, effects } }: Run, brakes: Brakes): string | undefined {
  const found = effects && exceeded(brakes, { effects, looked: seen, allowed: {}, whole: true });
  return found ? exceededInWords(found) : undefined;
}

export interface Sentence {
  text: string;
  /** What it is about, where it is a field. */
  field?: string;
  /** It destroys something, or has somebody mailed. */
  isGrave: boolean;
  examples: readonly string[];
}

/** By what becomes of a pair, besides the changes of its fields. */
const pairs: readonly [outcome: string, (crm: string, count: number) => string, grave: boolean][] = [
  ["delete_crm", (crm, count) => `Deletes the record of ${contacts(count)} in ${crm}`, true],
  ["delete_local", (_, count) => `Deletes ${contacts(count)} in PenguinMails`, true],
  ["unlink", (_, count) => `Ends the link of ${contacts(count)}, since one side was deleted`, true],
  ["create_crm", (crm, count) => `Creates a record in ${crm} for ${contacts(count)}`, false],
  ["create_local", (_, count) => `Creates ${contacts(count)} in PenguinMails`, false],
];

/** What a report says of whole contacts; `examplesOf` has some by their outcome. */
export function pairsInWords({ progress }: Run, crm: string, examplesOf: Record<string, string[]>): Sentence[] {
  const optedIn = progress.effects?.pairs.opted_in ?? 0;
  const lifted: Sentence[] =
    optedIn === 0 ? [] : [{ text: `Lifts the opt-out of ${contacts(optedIn)}`, isGrave: true, examples: [] }];
  return [
    ...lifted,
    ...pairs.flatMap(([outcome, words, isGrave]) => {
      const count = progress.outcomes[outcome] ?? 0;
      return count === 0
        ? []
        : [{ text: words(crms[crm] ?? crm, count), isGrave, examples: examplesOf[outcome] ?? [] }];
    }),
  ];
}

/** What a report says of the fields of a side, those that lose the most first. */
export function fieldsInWords({ progress }: Run, side: "crm" | "local"): Sentence[] {
  const fields = (progress.effects?.fields ?? []).filter((one) => one.side === side);
  const size = (one: (typeof fields)[number]) => one.cleared + one.changed + one.filled;
  return fields
    .toSorted((one, other) => other.cleared - one.cleared || size(other) - size(one))
    .map(({ field, cleared, changed, filled, examples }) => {
      const acts = [
        cleared > 0 && `clears it for ${contacts(cleared)}`,
        changed > 0 && `changes it for ${contacts(changed)}`,
        filled > 0 && `fills it for ${contacts(filled)}`,
      ].filter((act) => act !== false);
      return { field, text: acts.join(", "), isGrave: cleared > 0, examples };
    });
}

/** How far it is, and why it cannot be approved; null: it can. */
export function draftState({ version, impact, outdated }: MappingDraft): {
  name: string;
  badge: string;
  hindrance: string | null;
} {
  if (version !== null)
    return { name: `Approved: version ${version}`, badge: "good", hindrance: `It is version ${version}.` };
  if (impact === null)
    return {
      name: "No report yet",
      badge: "none",
      hindrance: "Find out first what it would do; then it can be approved.",
    };
  if (impact.state === "running")
    return { name: "Being found out", badge: "", hindrance: "It can be approved once the report is done." };
  if (outdated)
    return {
      ...{ name: "Report outdated", badge: "warning" },
      hindrance: "Another version has come into force since its report was begun: find out anew what it would do.",
    };
  if (impact.state !== "done")
    return {
      ...{ name: "No whole report", badge: "error" },
      hindrance: "Its report came to no end: find out anew what it would do.",
    };
  return { name: "Can be approved", badge: "good", hindrance: null };
}
