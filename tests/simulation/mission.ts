/**
 * The sample code of the PenguinMails design document ("Sync Logic & Conflict Resolution"), as it stands there:
 * `CRMSyncService` and `ConflictResolver`, with their names, without a base. Where it leaves something open it gets the
 * kinder reading: addresses are compared without case, what changes nothing changes no `updatedAt`, `lastSyncAt` is the
 * start of the last run, and a failed write to a record that is gone does not end the run.
 */
import { type Field, fields, fromWire, optOut, type SideName, score, toWire, units, type Values } from "./fields.js";
import { inConflict, type Judge, type Known } from "./judge.js";
import type { Stored } from "./store.js";
import type { Syncs, World } from "./world.js";

export const missionStrategies = ["newest_wins", "field_level", "crm_wins", "penguinmails_wins", "manual"] as const;
export type MissionStrategy = (typeof missionStrategies)[number];

/** `applyFieldLevelResolution`'s table, with the simulation's fields beside its own in their spirit. */
const fieldRules: Record<string, string> = {
  email: "crm_wins",
  first_name: "crm_wins",
  company: "newest_wins",
  job_title: "penguinmails_wins",
  "custom_fields.note": "manual",
  "custom_fields.plan": "manual",
  "address.street": "newest_wins",
  "address.city": "newest_wins",
  "address.code": "newest_wins",
  tags: "newest_wins",
  [score.name]: "penguinmails_wins",
  [optOut.name]: "newest_wins",
};

const toCrm = (values: Values): Values =>
  Object.fromEntries(fields.map((one) => [one.name, toWire(one, values[one.name])]));
/** PenguinMails' counts are its own. */
const toLocal = (values: Values): Values =>
  Object.fromEntries(
    fields.filter((one: Field) => one !== score).map((one) => [one.name, fromWire(one, values[one.name])]),
  );

export class MissionSync implements Syncs {
  lastSyncAt = 0;
  readonly crmIds = new Map<string, string>();

  constructor(
    readonly world: World,
    readonly judge: Judge,
    readonly conflictResolution: MissionStrategy,
  ) {}

  /** It asks nobody, and takes no answers. */
  look(): () => void {
    return () => {};
  }

  /** `syncBidirectional` */
  wake(): void {
    if (this.world.fails(0.05)) return;
    const start = this.world.clock();
    this.syncFromCRM();
    this.world.call();
    this.syncToCRM();
    this.lastSyncAt = start;
  }

  private syncFromCRM(): void {
    const updatedContacts = this.world.crm.live().filter(({ updatedAt }) => updatedAt > this.lastSyncAt);
    for (const read of updatedContacts) {
      const crmContact = {
        record: read,
        values: { ...read.values },
        versions: new Map(read.versions),
        updatedAt: read.updatedAt,
      };
      this.world.call();
      const localContact = this.findByEmail(crmContact.values.email);
      this.seen("crm", read);
      if (localContact) {
        if (!this.crmIds.has(localContact.id)) this.crmIds.set(localContact.id, read.id);
        this.handleConflict(localContact, crmContact);
      } else {
        const created = this.create("local", toLocal(crmContact.values), crmContact);
        this.crmIds.set(created.id, read.id);
      }
    }
  }

  private syncToCRM(): void {
    for (const contact of this.world.local.live().filter(({ updatedAt }) => updatedAt > this.lastSyncAt)) {
      this.seen("local", contact);
      const values = { ...contact.values };
      const versions = new Map(contact.versions);
      this.world.call();
      const crmId = this.crmIds.get(contact.id);
      if (crmId === undefined) {
        const created = this.create("crm", toCrm(values), { values, versions });
        // The answer to the create is lost: the next run makes it again.
        if (!this.world.fails(0.15)) this.crmIds.set(contact.id, created.id);
        continue;
      }
      const record = this.world.crm.get(crmId);
      if (record && record.deleted === undefined) this.write("crm", record, toCrm(values), { values, versions });
    }
  }

  private handleConflict(localContact: Stored, crmContact: Known & { updatedAt: number; record: Stored }): void {
    const newer = crmContact.updatedAt > localContact.updatedAt;
    const applyToLocal = () => this.write("local", localContact, toLocal(crmContact.values), crmContact);
    const applyToCRM = () => this.write("crm", crmContact.record, toCrm(localContact.values), localContact);
    switch (this.conflictResolution) {
      case "crm_wins":
        applyToLocal();
        break;
      case "penguinmails_wins":
        applyToCRM();
        break;
      case "newest_wins":
        if (newer) applyToLocal();
        else applyToCRM();
        break;
      case "manual":
        this.flagForManualReview(localContact, crmContact);
        break;
      case "field_level":
        this.write("local", localContact, this.fieldLevelResolution(localContact, crmContact, newer), crmContact);
    }
  }

  /** Of penguinmails_wins, and of what it does not know, the local value is kept. */
  private fieldLevelResolution(localContact: Stored, crmContact: Known, newer: boolean): Values {
    const updates: Values = {};
    const mapped = toLocal(crmContact.values);
    for (const [name, strategy] of Object.entries(fieldRules)) {
      if (strategy === "crm_wins") updates[name] = mapped[name];
      else if (strategy === "newest_wins") updates[name] = newer ? mapped[name] : localContact.values[name];
    }
    return updates;
  }

  private flagForManualReview(local: Stored, crm: Known): void {
    this.judge.reported++;
    if (units.some((unit) => inConflict(this.world, unit, { local, crm }))) this.judge.trulyReported++;
  }

  private findByEmail(email: unknown): Stored | undefined {
    const wanted = String(email).toLowerCase();
    return this.world.local.live().find(({ values }) => String(values.email).toLowerCase() === wanted);
  }

  private create(side: SideName, values: Values, source: Known): Stored {
    const store = this.world.store(side);
    if (store.live().length > 0) this.judge.duplicates++;
    else if (
      [...store.records.values()].some(({ deleted, mergedInto }) => deleted !== undefined && mergedInto === undefined)
    )
      this.judge.resurrected++;
    const record = store.create(values, this.world.now);
    record.versions = new Map(source.versions);
    this.judge.writes++;
    if (side === "crm") this.world.echo();
    return record;
  }

  private write(side: SideName, record: Stored, values: Values, source: Known): void {
    const store = this.world.store(side);
    const taken = { ...values };
    for (const name of Object.keys(taken)) {
      if (side === "crm" && name !== optOut.name && this.world.fails(0.05)) delete taken[name];
    }
    const before = { ...record.values };
    this.judge.writes++;
    if (!store.put(record, taken, this.world.now)) this.judge.idleWrites++;
    if (record.values[optOut.name] !== before[optOut.name]) delete record.act;
    for (const unit of units) this.judge.overwrote(unit, side, record, before, source);
    if (side === "crm") this.world.echo();
  }

  private seen(side: SideName, record: Stored): void {
    if (record.values[optOut.name] !== true) return;
    for (const consent of this.world.consents) if (consent.side === side) consent.seen ||= consent.out;
  }
}
