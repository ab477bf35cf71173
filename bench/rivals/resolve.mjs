/**
 * The rules of docs/conflicts.md by hand, as far as the pairs of ../pairs.mjs need them: complete sides, texts, a base.
 * It computes no hashes.
 */
import { entries } from "../pairs.mjs";
import { mapLines } from "./lines.mjs";

/** What a value is compared as: absent and blank texts are null. */
function meaning(value) {
  if (value === undefined || value === null) return null;
  return value.charCodeAt(0) > 32 || value.trim() !== "" ? value : null;
}

const skew = 2000;

function newest(input, entry) {
  const localTime = input.local.field_times[entry.local];
  const crmTime = input.crm.field_times[entry.crm];
  const later = Date.parse(crmTime ?? input.crm.updated_at) - Date.parse(localTime ?? input.local.updated_at);
  if (Math.abs(later) <= skew) return ["crm", "tie_within_skew"];
  const known = localTime !== undefined && crmTime !== undefined;
  return [later > 0 ? "crm" : "local", known ? "newer_by_field_time" : "newer_by_record_time"];
}

function contest(input, entry) {
  switch (entry.strategy) {
    case "crm_wins":
      return ["crm", "crm_wins"];
    case "penguinmails_wins":
      return ["local", "penguinmails_wins"];
    default:
      return newest(input, entry);
  }
}

function decide(input) {
  const { local, crm, base, now } = input;
  const writes = { local: {}, crm: {} };
  const agreed = { local: {}, crm: {}, sent: {}, agreed_at: {} };
  const fields = [];
  let written = false;
  for (const entry of entries) {
    const localValue = local.record[entry.local];
    const crmValue = crm.record[entry.crm];
    const baseLocal = base.local[entry.local];
    const baseCrm = base.crm[entry.crm];
    const [ours, theirs] = [meaning(localValue), meaning(crmValue)];
    const localChanged = ours !== meaning(baseLocal);
    const crmChanged = theirs !== meaning(baseCrm);
    let [status, winner, rule, reason] = ["unchanged", "none", null, "in_sync"];
    if (ours === theirs) {
      if (localChanged || crmChanged) [status, winner, reason] = ["converged", "both", "converged"];
    } else if (localChanged && crmChanged) {
      status = "resolved";
      rule = entry.strategy;
      [winner, reason] = contest(input, entry);
    } else if (localChanged) {
      [status, winner, reason] = ["propagated", "local", "local_changed"];
    } else if (crmChanged) {
      [status, winner, reason] = ["propagated", "crm", "crm_changed"];
    }
    const values = { local: ours, crm: theirs, base_local: baseLocal, base_crm: baseCrm };
    const moved = status !== "unchanged";
    agreed.local[entry.local] = moved ? localValue : baseLocal;
    agreed.crm[entry.crm] = moved ? crmValue : baseCrm;
    agreed.agreed_at[entry.local] = moved ? now : base.agreed_at;
    if (winner === "local") {
      values.result = agreed.crm[entry.crm] = writes.crm[entry.crm] = ours;
      written = true;
    } else if (winner === "crm") {
      values.result = agreed.local[entry.local] = writes.local[entry.local] = theirs;
      written = true;
    }
    fields.push({
      id: entry.local,
      local_field: entry.local,
      crm_field: entry.crm,
      status,
      winner,
      rule,
      reason,
      values,
    });
  }
  return {
    outcome: written ? "merged" : "in_sync",
    local: writes.local,
    crm: writes.crm,
    base: agreed,
    expect: { local: local.updated_at, crm: crm.updated_at },
    fields,
    reviews: [],
  };
}

export const tuned = (bytes) => mapLines(bytes, (line) => JSON.stringify(decide(JSON.parse(line))));
