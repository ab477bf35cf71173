/** What must hold of a contact once everything has come to rest. */
import { agrees, optOut, score, units } from "./fields.js";
import type { Host } from "./host.js";
import { inConflict, type Judge } from "./judge.js";
import { survivorOf } from "./reading.js";
import type { World } from "./world.js";

/** The last opt-out that anybody but the side itself could know of is lifted by the person's own later act alone. */
export function judgeConsent(world: World, judge: Judge, mailable: boolean): void {
  const outs = world.consents.filter(({ out, seen }) => out && seen);
  const last = Math.max(...outs.map(({ at }) => at));
  const lifted = world.consents.some(({ out, evidence, at }) => !out && evidence && at > last);
  if (outs.length > 0 && !lifted && mailable) judge.breach("opt-out lifted", JSON.stringify(world.consents));
  if (outs.length > 0 && lifted && !mailable && !world.consents.some(({ out, at }) => out && at > last))
    judge.heldBack++;
}

export function judgeHost(world: World, judge: Judge, host: Host): void {
  const local = survivorOf(world.local, host.ids.local);
  const crm = survivorOf(world.crm, host.ids.crm);
  const dead = [local, crm].filter((record) => record?.deleted !== undefined);
  if (dead.some((record) => record?.deleted === "privacy") && host.ended !== "unlinked") {
    if (dead.length < 2 || host.base !== null || host.reviews.length > 0) judge.breach("privacy ignored", "");
  }
  if (host.ended) return;
  if (!local || !crm) {
    judge.breach("edit not delivered", "a record was not created");
    return;
  }
  if (dead.length > 0) {
    if (host.reviews.length !== 1 || host.reviews[0]?.field !== null) judge.breach("missing review", "of a deletion");
    return;
  }
  for (const unit of units) {
    const open = host.reviews.some((review) => review.field === unit.name);
    if (unit.strategy === "manual" && inConflict(world, unit, { local, crm })) {
      if (!open) judge.breach("missing review", unit.name);
      continue;
    }
    if (open) judge.breach("false review", `${unit.name} at the end`);
    if (!agrees(unit, local.values, crm.values)) {
      const values = unit.fields.map(({ name }) => [local.values[name], crm.values[name]]);
      judge.breach("sides differ", `${unit.name}: ${JSON.stringify(values)}`);
    }
  }
  // Of a contact that came from the CRM nothing was counted yet, and nothing never beats a value.
  const counted = local.values[score.name] !== null;
  if (counted && local.values[score.name] !== crm.values[score.name]) judge.breach("sides differ", score.name);
  if ((local.values[optOut.name] === true) !== (crm.values[optOut.name] === true))
    judge.breach("sides differ", optOut.name);
  judgeConsent(world, judge, local.values[optOut.name] !== true);
}

/** The sample code has no reviews and forgets who belongs together, so that less can be asked of it. */
export function judgeMission(world: World, judge: Judge): void {
  const [local, crm] = [world.record("local"), world.record("crm")];
  if (!local || !crm) return;
  for (const unit of units) {
    if (!agrees(unit, local.values, crm.values)) judge.breach("sides differ", unit.name);
  }
  judgeConsent(world, judge, local.values[optOut.name] !== true);
}
