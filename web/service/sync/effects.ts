/** What a decision does to each side, in numbers and names: what brakes count and reports show. Never a value. */
import type { Decision } from "@penguinmails/crm-sync";
import { encode } from "../../../bindings/package/encode.js";
import type { Effect, Effects, FieldEffects } from "../store/model.js";
import type { Work } from "./context.js";
import type { Known } from "./decide.js";
import { at, mergePatch, patchedPaths } from "./merge-patch.js";

export const nothing: Effects = { pairs: {}, fields: [] };

/** So many ids are shown of each field. */
const examples = 5;

export const isEmpty = (value: unknown) => value === null || value === undefined || value === "";

export function effectsOf({ active }: Pick<Work, "active">, { pair, read, crmId }: Known, decision: Decision): Effects {
  const { outcome, local, crm } = decision;
  const [ours, theirs] = [pair.contact?.record ?? {}, read?.record ?? {}];
  const who = pair.contact?.id ?? crmId ?? "";
  const after = mergePatch(ours, local);
  const consent = active.consent.map((one) => ({ ...one, optsOut: at(after, one.local) === true }));
  // An opt-out is nothing that a brake may hold back.
  const fields = [
    ...patchedPaths(local)
      .filter((path) => !consent.some((one) => one.local === path && one.optsOut))
      .map((path) => fieldEffect("local", path, at(ours, path), at(local, path), who)),
    ...Object.entries(crm)
      .filter(([field]) => !consent.some((one) => one.crm === field && one.optsOut))
      .map(([field, value]) => fieldEffect("crm", field, theirs[field], value, who)),
  ];
  const creates = outcome === "create_local" || outcome === "create_crm";
  const optsIn = consent.some(
    (one) =>
      !one.optsOut &&
      fields.some(({ side, field, filled }) => filled === 0 && field === (side === "crm" ? one.crm : one.local)),
  );
  const does: Record<Effect, boolean> = {
    created: creates,
    deleted: outcome === "delete_local" || outcome === "delete_crm",
    crm_changed: !creates && fields.some(({ side }) => side === "crm"),
    local_changed: !creates && fields.some(({ side }) => side === "local"),
    cleared: fields.some(({ cleared }) => cleared > 0),
    opted_in: !creates && optsIn,
  };
  const pairs = Object.fromEntries(Object.entries(does).flatMap(([effect, is]) => (is ? [[effect, 1]] : [])));
  return { pairs, fields };
}

function fieldEffect(
  side: FieldEffects["side"],
  field: string,
  before: unknown,
  after: unknown,
  who: string,
): FieldEffects {
  const clears = isEmpty(after) && !isEmpty(before);
  const fills = isEmpty(before) && !isEmpty(after);
  return {
    ...{ side, field, filled: Number(fills), cleared: Number(clears), changed: Number(!fills && !clears) },
    examples: [who],
  };
}

export function added(one: Effects, other: Effects): Effects {
  const pairs = { ...one.pairs };
  for (const [effect, count] of Object.entries(other.pairs) as [Effect, number][])
    pairs[effect] = (pairs[effect] ?? 0) + count;
  const fields = new Map(one.fields.map((field) => [encode([field.side, field.field], "a name"), field]));
  for (const field of other.fields) {
    const key = encode([field.side, field.field], "a name");
    const known = fields.get(key);
    fields.set(
      key,
      known === undefined
        ? field
        : {
            ...known,
            filled: known.filled + field.filled,
            changed: known.changed + field.changed,
            cleared: known.cleared + field.cleared,
            examples: [...new Set([...known.examples, ...field.examples])].slice(0, examples),
          },
    );
  }
  return { pairs, fields: [...fields.values()] };
}
