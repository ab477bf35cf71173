/** What a host of the engine does, put before the judge. */
import type { FieldDecision } from "@penguinmails/crm-sync";
import {
  agrees,
  type Field,
  meaning,
  optOut,
  otherSide,
  type SideName,
  type Unit,
  unitMeaning,
  units,
  type Values,
} from "./fields.js";
import type { Intent } from "./host.js";
import { inConflict, isOf, type Judge } from "./judge.js";
import type { Version } from "./lineage.js";
import type { Stored } from "./store.js";
import type { World } from "./world.js";

const settled = ["unchanged", "converged", "propagated", "resolved"];
const tagsOf = (one: Field, values: Values) => new Set(meaning(one, values[one.name]).split(";").filter(Boolean));

export class HostJudge {
  readonly #reported = new Set<string>();

  constructor(
    readonly world: World,
    readonly judge: Judge,
  ) {}

  /** A review is opened where both sides contradict each other, and nowhere else. */
  reviews({ decision, readings }: Intent): void {
    for (const review of decision.reviews) {
      const unit = units.find(({ name, strategy }) => name === review.field && strategy === "manual");
      if (!unit || this.#reported.has(review.id)) continue;
      this.#reported.add(review.id);
      this.judge.reported++;
      if (inConflict(this.world, unit, readings)) this.judge.trulyReported++;
      else this.judge.breach("false review", `${unit.name}: ${JSON.stringify(review)}`);
    }
  }

  created(side: SideName, record: Stored, { readings }: Intent): void {
    const source = readings[otherSide(side)];
    for (const unit of units) {
      const version = source.versions.get(unit.name);
      if (version && isOf(unit, side, record.values, source.values)) record.versions.set(unit.name, version);
    }
  }

  written(side: SideName, record: Stored, before: Values, patch: Values, intent: Intent): void {
    const { readings, known } = intent;
    for (const unit of units) {
      if (!unit.fields.some(({ name }) => name in patch)) continue;
      const from = readings[otherSide(side)];
      const held = record.versions.get(unit.name) as Version;
      const unseen = readings[side].versions.get(unit.name) !== held;
      if (unseen) this.judge.breach("edit lost", `${unit.name} of ${side} was overwritten unseen`);
      if (isOf(unit, side, record.values, from.values)) {
        const source = from.versions.get(unit.name) as Version;
        const refills = ({ id, reason }: FieldDecision) =>
          reason === "merged" && unit.fields.some(({ name }) => name === id);
        if (intent.decision.fields.some(refills)) this.judge.refilled(unit, held, source);
        this.judge.wrote({ unit, to: side, target: record, held, source }, () =>
          this.mayWin(unit, side, held, source, intent),
        );
      } else if (unitMeaning(unit, record.values) !== unitMeaning(unit, before) && unit.fields.length === 1) {
        // A value that neither side held, made of both.
        this.third(unit, side, record, intent);
        const knownVersion = known.local.versions.get(unit.name);
        const merged: Version =
          side === "crm" && this.wroteThird(unit, "local", intent) && knownVersion
            ? knownVersion
            : { side: "both", at: this.world.now, knows: this.asRead(unit, intent) };
        this.judge.wrote({ unit, to: side, target: record, held, source: merged });
      }
    }
  }

  private asRead = ({ name }: Unit, { readings }: Intent) =>
    [readings.local.versions.get(name), readings.crm.versions.get(name)].filter((version) => version !== undefined);

  private wroteThird(unit: Unit, side: SideName, { known, readings }: Intent): boolean {
    return unitMeaning(unit, known[side].values) !== unitMeaning(unit, readings[side].values);
  }

  private decisionOn = (unit: Unit, { decision }: Intent) =>
    decision.fields.find(({ id }) => id === unit.fields[0]?.name) as FieldDecision;

  private mayWin(unit: Unit, side: SideName, held: Version, source: Version, intent: Intent): boolean {
    switch (unit.strategy) {
      case "crm_wins":
        return side === "local";
      case "penguinmails_wins":
        return side === "crm";
      case "manual":
        return this.answered(unit, intent);
      case "newest_wins": {
        const surely = unit.fields.some(
          ({ name }) => intent.decision.fields.find(({ id }) => id === name)?.reason === "newer_by_field_time",
        );
        return !surely || held.side === "both" || source.side === "both" || source.at > held.at;
      }
      case "union":
        return true;
    }
  }

  /** Whether a person who saw what both sides held has decided. */
  private answered(unit: Unit, intent: Intent): boolean {
    const [one] = unit.fields;
    const review = intent.reviews.find((open) => open.field === unit.name && open.answer !== undefined);
    if (!one || !review || this.decisionOn(unit, intent).reason !== "answered") return false;
    const asSeen = (side: SideName) =>
      meaning(one, review[side]) === meaning(one, intent.readings[side].values[one.name]);
    if (asSeen("local") && asSeen("crm")) return true;
    this.judge.breach("stale answer used", unit.name);
    return true;
  }

  private third(unit: Unit, side: SideName, record: Stored, intent: Intent): void {
    const [one] = unit.fields;
    if (!one) return;
    if (unit.strategy === "manual" && this.answered(unit, intent)) return;
    if (unit.strategy === "union") {
      const result = tagsOf(one, record.values);
      const [ours, theirs] = [tagsOf(one, intent.readings.local.values), tagsOf(one, intent.readings.crm.values)];
      const fromEither = [...result].every((tag) => ours.has(tag) || theirs.has(tag));
      if (fromEither && [...ours].every((tag) => !theirs.has(tag) || result.has(tag))) return;
    }
    this.judge.breach("value invented", `${unit.name} of ${side}: ${JSON.stringify(record.values[one.name])}`);
  }

  finished(intent: Intent, taken: boolean): void {
    const { decision, known, readings } = intent;
    const statuses = new Map(decision.fields.map(({ id, status }) => [id, status]));
    const creates = decision.outcome.startsWith("create_");
    for (const unit of units) {
      const decided = unit.fields.every(({ name }) => settled.includes(statuses.get(name) ?? ""));
      const local = known.local.versions.get(unit.name);
      const crm = known.crm.versions.get(unit.name);
      if (
        decided &&
        crm &&
        this.wroteThird(unit, "local", intent) &&
        !agrees(unit, known.local.values, known.crm.values)
      ) {
        // The CRM did not take what was made of both: what it held is no news any more.
        this.judge.agreed(unit, crm, readings.local.values, readings.crm.values);
      }
      if ((!decided && !creates) || !local || !crm || !agrees(unit, known.local.values, known.crm.values)) continue;
      this.judge.same(local, crm);
      this.judge.agreed(unit, crm, known.local.values, known.crm.values);
    }
    if (taken) for (const side of ["local", "crm"] as const) this.seen(side, readings[side]);
  }

  /** An opt-out that a finished decision had before its eyes. */
  private seen(side: SideName, { side: given, values, fetched, at }: Intent["readings"][SideName]): void {
    if (!given?.record || values[optOut.name] !== true || !fetched.has(optOut.name)) return;
    for (const consent of this.world.consents)
      if (consent.side === side && consent.at <= at) consent.seen ||= consent.out;
  }

  removed(record: Stored, gone: Stored | undefined, { reviews }: Intent): void {
    const asked = reviews.some((review) => review.field === null && review.answer !== undefined);
    if (!asked && gone?.deleted !== "privacy") this.judge.removed(record, gone?.reallyDeletedAt ?? 0, gone);
  }
}
