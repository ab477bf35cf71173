/** What people do in PenguinMails, which hands it in over HTTP, several changes at a time. */
import assert from "node:assert/strict";
import type { HandClock } from "../crm/support.js";
import type { CrmActs } from "./crm-acts.js";
import { type Edited, editedFields, meaning } from "./fields.js";
import type { Edit } from "./history.js";
import type { Ledger } from "./ledger.js";
import { changesAddress, fieldOf, type Person } from "./person.js";
import type { Tenant } from "./tenant.js";

interface Change {
  id: string;
  patch: Record<string, unknown> | null | "privacy";
  acts?: Record<string, { by: string; at: string; source: string }>;
}

interface Pending {
  change: Change & { updatedAt: string };
  person: Person;
  /** The contact's version when its author looked. */
  version: number;
  edits: Edit[];
}

export type LocalAct = "edit" | "opt out" | "opt in" | "allow" | "remove" | "forget";

export class LocalActs {
  #pending: Pending[] = [];

  constructor(
    readonly tenant: Tenant,
    readonly clock: HandClock,
    readonly ledger: Ledger,
    readonly crm: CrmActs,
  ) {}

  create(person: Person): void {
    const { random, name } = person;
    const id = `c-${name}`;
    const patch: Record<string, unknown> = { email: `${name}@example.com`, last_name: name };
    const edits: Edit[] = [];
    for (const field of editedFields) {
      if (field !== "email" && random.chance(0.6)) patch[field] = this.crm.value(field, person);
      if (patch[field] === undefined) continue;
      edits.push(person.history(field).edit("local", meaning(field, patch[field]), this.clock.now(), { early: true }));
    }
    person.contact = id;
    this.tenant.contacts.add(id);
    this.ledger.acts++;
    this.#add(person, { id, patch }, 0, edits);
  }

  /** Looks, and does it with the next `handIn`. */
  async act(person: Person, act: LocalAct): Promise<void> {
    const { tenant } = this;
    const id = tenant.contactOf(person);
    if (id === null) return;
    person.busy = true;
    const { status, body } = await tenant.call("GET", `/contacts/${id}`);
    if (status === 404 || body.deleted !== false) {
      person.busy = false;
      return;
    }
    person.contact = id;
    tenant.contacts.add(id);
    if (body.record.unsubscribed === true) for (const out of person.outs) out.known = true;
    const change = this.#draw(person, act, body.record);
    if (change === null) person.busy = false;
    else this.#add(person, { id, ...change.change }, body.version, change.edits);
  }

  #draw(
    person: Person,
    act: LocalAct,
    record: Record<string, unknown>,
  ): { change: Omit<Change, "id">; edits: Edit[] } | null {
    const { clock, ledger, tenant } = this;
    const now = clock.now();
    const isOut = record.unsubscribed === true;
    const done = (patch: Change["patch"], more: Omit<Change, "id" | "patch"> = {}, edits: Edit[] = []) => ({
      change: { patch, ...more },
      edits,
    });
    switch (act) {
      case "edit": {
        const field = fieldOf(person);
        const shown = meaning(field, record[field]);
        ledger.look(tenant, person, field, "local", shown);
        const typed = this.#typed(person, field, shown);
        if (typed === null) return null;
        if (field === "email") changesAddress(person);
        person.editedAt.local = now;
        ledger.edits++;
        const edit = person.history(field).edit("local", meaning(field, typed), now, { early: !person.linked });
        return done({ [field]: typed === "" ? null : typed }, {}, [edit]);
      }
      case "opt out":
        if (isOut) return null;
        person.outs.push({ side: "local", at: now });
        ledger.optOuts++;
        return done({ unsubscribed: true });
      case "opt in":
        if (!isOut) return null;
        person.ins.push(now);
        ledger.optIns++;
        return done(
          { unsubscribed: false },
          { acts: { unsubscribed: { by: "subject", at: new Date(now).toISOString(), source: "form" } } },
        );
      case "allow":
        // Staff say so, which lifts nothing.
        return isOut
          ? done(
              { unsubscribed: false },
              { acts: { unsubscribed: { by: "admin", at: new Date(now).toISOString(), source: "form" } } },
            )
          : null;
      case "remove":
      case "forget":
        person.gone.local = { at: now, privacy: act === "forget" };
        ledger.deletions++;
        return done(act === "forget" ? "privacy" : null);
    }
  }

  #typed(person: Person, field: Edited, shown: string): string | null {
    const draw = person.random.next();
    if (draw < 0.12 && field !== "email") return shown === "" ? null : "";
    if (draw < 0.22 && field !== "email") {
      const other = person.history(field).held.crm.value;
      return other === shown || other === "" ? null : other;
    }
    return this.crm.value(field, person);
  }

  #add(person: Person, change: Change, version: number, edits: Edit[]): void {
    person.busy = true;
    const updatedAt = new Date(this.clock.now()).toISOString();
    this.#pending.push({ change: { ...change, updatedAt }, person, version, edits });
  }

  async handIn(): Promise<void> {
    const pending = this.#pending;
    if (pending.length === 0) return;
    this.#pending = [];
    const changes = pending.map(({ change }) => change);
    const { status, body, again } = await this.tenant.call("POST", "/contacts/changes", { changes });
    assert.equal(status, 202, JSON.stringify(body));
    for (const [index, { person, version, edits }] of pending.entries()) {
      // Somebody wrote between the look and the change, or it is not known.
      if (again || body.contacts[index]?.version !== version + 1) for (const edit of edits) edit.unsure = true;
      person.busy = false;
    }
  }
}
