/** What people do in the CRM: at once, as the clock stands. */

import type { HandClock } from "../crm/support.js";
import type { Person as Row } from "../sync/hands.js";
import { type Edited, editedFields, meaning, newValue } from "./fields.js";
import type { Ledger } from "./ledger.js";
import { changesAddress, fieldOf, type Person } from "./person.js";
import type { Tenant } from "./tenant.js";

/** Salesforce's transactions take up to so long. */
const late = 20_000;

export class CrmActs {
  constructor(
    readonly tenant: Tenant,
    readonly clock: HandClock,
    readonly ledger: Ledger,
    /** While nothing fails. */
    readonly isQuiet: () => boolean,
  ) {}

  create(person: Person): void {
    const { random, name } = person;
    const { tenant, ledger, clock } = this;
    const fields: Partial<Record<Edited, string>> = { email: `${name}@example.com` };
    for (const field of editedFields)
      if (field !== "email" && random.chance(0.6)) fields[field] = this.value(field, person);
    tenant.know(person, tenant.hands.create({ ...fields, last_name: name }));
    ledger.acts++;
    for (const field of editedFields) {
      const value = fields[field];
      if (value !== undefined) person.history(field).edit("crm", meaning(field, value), clock.now(), { early: true });
    }
  }

  value = (field: Edited, { name }: Person): string => newValue(field, name, ++this.ledger.serial);

  /** `meanwhile`: in the middle of the service's work, when what HubSpot shows may be about to be put back. */
  edit(person: Person, id: string, meanwhile: boolean): void {
    const { tenant, clock, ledger } = this;
    const { hands, crm } = tenant;
    const row = this.#row(person, id);
    // Whose contact is gone by now: a deletion has no condition in either CRM.
    if (row === null || (meanwhile && person.gone.local !== undefined)) return;
    const field = fieldOf(person);
    const history = person.history(field);
    const shown = meaning(field, row[field]);
    const unsettled = meanwhile && crm === "hubspot";
    const pending = clock.now() < person.pendingUntil;
    // What is shown while something is pending or unsettled may be wrong, but is no breach.
    const wrong = pending || unsettled ? history.seen("crm", shown) : ledger.look(tenant, person, field, "crm", shown);
    const unsure = (unsettled && wrong !== null) || (crm === "salesforce" && person.unanswered);
    const typed = this.typed(person, field, shown);
    if (typed === null) return;
    this.#late(person, () => hands.edit(id, { [field]: typed }));
    if (field === "email") changesAddress(person);
    history.edit("crm", meaning(field, typed), clock.now(), { unsure, early: !person.linked });
    person.editedAt.crm = clock.now();
    ledger.edits++;
  }

  /** What PenguinMails holds, as far as the simulation has seen, is sometimes typed here too. */
  typed(person: Person, field: Edited, shown: string): string | null {
    const draw = person.random.next();
    if (draw < 0.12 && field !== "email") return shown === "" ? null : "";
    if (draw < 0.22 && field !== "email") {
      const other = person.history(field).held.local.value;
      return other === shown || other === "" ? null : other;
    }
    return this.value(field, person);
  }

  optOut(person: Person, id: string): void {
    const row = this.#row(person, id);
    if (row === null || String(row.unsubscribed) === "true") return;
    this.#late(person, () => this.tenant.hands.optOut(id));
    person.outs.push({ side: "crm", at: this.clock.now() });
    this.ledger.optOuts++;
  }

  /** Staff take an opt-out off, which lifts nothing. */
  optIn(person: Person, id: string): void {
    if (String(this.#row(person, id)?.unsubscribed) === "true") this.tenant.hands.optIn(id);
  }

  remove(person: Person, id: string): void {
    if (this.#row(person, id) === null) return;
    this.#late(person, () => this.tenant.hands.remove(id));
    person.gone.crm = { at: this.clock.now(), privacy: false };
    this.ledger.deletions++;
  }

  restore(person: Person, id: string): void {
    this.tenant.hands.restore(id);
    delete person.gone.crm;
    person.restored = true;
    for (const history of person.histories.values()) history.unsure = true;
  }

  forget(person: Person, id: string): void {
    if (this.#row(person, id) === null) return;
    this.tenant.hands.forget(id);
    person.gone.crm = { at: this.clock.now(), privacy: true };
    this.ledger.deletions++;
  }

  merge(winner: Person, loser: Person): void {
    const { hands } = this.tenant;
    const [kept, lost] = [winner.crmId as string, loser.crmId as string];
    const before = this.#row(winner, kept);
    if (before === null || this.#row(loser, lost) === null) return;
    for (const field of editedFields)
      this.ledger.look(this.tenant, winner, field, "crm", meaning(field, before[field]));
    const survivor = hands.merge(kept, lost);
    loser.merged = winner;
    loser.isLoser = true;
    // A record of its own is neither person's more than the other's: either's contact may get it.
    if (survivor !== kept) winner.merged = loser;
    this.ledger.merges++;
  }

  /** A deletion may not be committed yet, and of the service's own the record is in Salesforce's recycle bin. */
  #row(person: Person, id: string): Row | null {
    const { hands, organisation, crm } = this.tenant;
    const isDeleted = crm === "salesforce" && organisation.get(id)?.IsDeleted === true;
    return person.gone.crm !== undefined || isDeleted ? null : hands.get(id);
  }

  #late(person: Person, act: () => void): void {
    const { organisation, crm } = this.tenant;
    const isLate = crm === "salesforce" && !this.isQuiet() && person.random.chance(0.2);
    organisation.lateCommits = isLate ? person.random.between(1_000, late) : 0;
    act();
    person.pendingUntil = this.clock.now() + organisation.lateCommits;
    organisation.lateCommits = 0;
  }
}
