/** What must hold of one person. */
import type { StoredReview } from "../../../web/service/store/model.js";
import type { Person as Row } from "../sync/hands.js";
import { deletions, editedFields, meaning, strategies } from "./fields.js";
import type { Breach } from "./ledger.js";
import type { Person } from "./person.js";
import type { Tenant } from "./tenant.js";
import type { World } from "./world.js";

export interface Contact {
  id: string;
  record: Record<string, unknown>;
  deleted: boolean | "privacy";
  mailable: { ok: boolean; because: string[] };
}

/** All that is there of one tenant. */
export interface Found {
  contacts: Map<string, Contact[]>;
  rows: Map<string, Row[]>;
  byId: Map<string, Contact>;
  reviews: StoredReview[];
  fought: Set<string>;
  /** Opt-ins that HubSpot takes from the person only. */
  notAllowed: Set<string>;
  /** Contacts that are no pair any more. */
  ended: Set<string>;
  /** Contacts whose deletion was carried over while the other side held nothing but what was agreed on. */
  unedited: Set<string>;
}

export class Verdict {
  readonly contacts: Contact[];
  readonly rows: Row[];
  readonly reviews: StoredReview[];

  constructor(
    readonly world: World,
    readonly tenant: Tenant,
    readonly person: Person,
    readonly found: Found,
  ) {
    this.contacts = found.contacts.get(person.name) ?? [];
    this.rows = found.rows.get(person.name) ?? [];
    const { contact, crmId } = person;
    this.reviews = found.reviews.filter(
      (review) =>
        (review.contact !== null && review.contact === (contact ?? this.contacts[0]?.id)) ||
        (review.crmId !== null && review.crmId === (crmId ?? this.rows[0]?.id)),
    );
  }

  breach(breach: Breach, story: string): void {
    const { number, contact, crmId, gone } = this.person;
    const where = `person ${number} of ${this.tenant.ref.tenant} (${contact}, ${crmId}, gone ${JSON.stringify(gone)})`;
    this.world.ledger.breach(breach, `${where}: ${story}`, this.person);
  }

  judge(): void {
    const { contacts, rows, person } = this;
    if (person.merged !== null) {
      if (person.merged.merged === person) this.#joined(person.merged);
      else this.#mergedAway();
      return;
    }
    if (contacts.length > 1) this.breach("duplicate", contacts.map(({ id }) => id).join(", "));
    if (rows.length > 1) this.breach("duplicate", rows.map(({ id }) => id).join(", "));
    const { local, crm } = person.gone;
    if (local?.privacy || crm?.privacy) this.#forgotten();
    else if (local !== undefined || crm !== undefined) this.#deleted();
    else this.#alive();
  }

  #alive(): void {
    const { contacts, rows, person } = this;
    const [contact] = contacts;
    const [row] = rows;
    if (contact === undefined || row === undefined) {
      // A deletion may have been carried over before the record was restored.
      if (!person.restored) this.breach("not delivered", contact === undefined ? "to PenguinMails" : "to the CRM");
      return;
    }
    if (person.restored && this.reviews.some(({ field }) => field === null)) return;
    this.#fields(contact, row);
    this.#consent(contact, row);
  }

  #fields(contact: Contact, row: Row): void {
    const { person, tenant, world, found } = this;
    for (const field of editedFields) {
      const [ours, theirs] = [meaning(field, contact.record[field]), meaning(field, row[field])];
      world.ledger.look(tenant, person, field, "local", ours);
      world.ledger.look(tenant, person, field, "crm", theirs);
      const open = this.reviews.some((review) => review.field === field);
      const isFought = found.fought.has(contact.id);
      if (open && strategies[field] !== "manual") this.breach("false review", field);
      if (open && !person.history(field).contradicted() && !person.history(field).unsure)
        this.breach("false review", `${field}: ${ours} and ${theirs}`);
      if (ours !== theirs && !open && !isFought) this.breach("sides differ", `${field}: "${ours}" and "${theirs}"`);
    }
    if (contact.record.last_name !== row.last_name) this.breach("sides differ", "last_name");
  }

  #consent(contact: Contact, row: Row): void {
    const { outs, ins } = this.person;
    const [ours, theirs] = [contact.record.unsubscribed === true, String(row.unsubscribed) === "true"];
    const isFought = this.found.fought.has(contact.id) || this.found.notAllowed.has(contact.id);
    if (ours !== theirs && !isFought) this.breach("sides differ", `unsubscribed: ${ours} and ${theirs}`);
    if (this.reviews.some(({ field }) => field === "unsubscribed") && !isFought)
      this.breach("false review", "of an opt-in, though both sides hold the opt-out");
    const sure = outs.filter(({ moved }) => !moved);
    const last = Math.max(...sure.map(({ at }) => at));
    const lifted = ins.some((at) => at > last);
    if (sure.length > 0 && !lifted && (contact.mailable.ok || !ours))
      this.breach("opt-out lifted", JSON.stringify({ outs, ins }));
    // Of two who are said to be one the opt-outs hold for both.
    const others = this.tenant.people.some(({ merged, outs: theirs }) => merged === this.person && theirs.length > 0);
    if (outs.length === 0 && !others && (!contact.mailable.ok || ours)) this.breach("nobody opted out", contact.id);
    if (contact.mailable.ok && ours) this.breach("opt-out lifted", "mailable, though the record says that it is not");
  }

  /**
   * Of both one record of its own was made, and a person is asked whose it is: it has neither contact until it is said, and
   * one of them from then on.
   */
  #joined({ contact: other, name }: Person): void {
    const { person, found } = this;
    const rows = [...(found.rows.get(person.name) ?? []), ...(found.rows.get(name) ?? [])];
    const asked = found.reviews.filter(
      ({ reason, contact }) => reason === "merged_into_anothers" && (contact === person.contact || contact === other),
    );
    const [row] = rows;
    if (rows.length > 1) this.breach("duplicate", rows.map(({ id }) => id).join(", "));
    if (asked.length === 1) this.breach("missing review", "of a merge: one of two");
    const both = [person.contact, other].flatMap((id) => found.byId.get(id ?? "") ?? []);
    if (row === undefined || both.length < 2 || both.some(({ deleted }) => deleted !== false)) {
      this.breach("not delivered", "what two were merged into, or one of their contacts, is gone");
      return;
    }
    const differing = both.map(({ id, record }) =>
      editedFields.filter((field) => {
        const open = found.reviews.some((review) => review.contact === id && review.field === field);
        return !open && meaning(field, record[field]) !== meaning(field, row[field]);
      }),
    );
    if (asked.length === 0 && differing.every((fields) => fields.length > 0))
      this.breach("sides differ", `after a merge: ${JSON.stringify(differing)}`);
  }

  /** In the CRM two people are one now, here they are two: a person is asked. */
  #mergedAway(): void {
    const { contacts, rows, reviews } = this;
    if (rows.length > 0) this.breach("came back", rows.map(({ id }) => id).join(", "));
    if (contacts.length === 0) this.breach("not delivered", "the contact of a merged record is gone");
    // Until a person has said that it is the other one's, whereupon it is nobody's pair.
    const asked = reviews.some(({ reason }) => reason === "merged_into_anothers");
    if (asked === this.found.ended.has(contacts[0]?.id ?? "")) this.breach("missing review", `of a merge: ${asked}`);
  }

  #forgotten(): void {
    const { person, contacts, rows, found, tenant } = this;
    if (person.gone.local?.privacy) {
      if (rows.length > 0 || contacts.length > 0) this.breach("not forgotten", "a record is left");
      const kept = found.byId.get(person.contact ?? "");
      if (kept !== undefined && Object.keys(kept.record).length > 0) this.breach("not forgotten", "values are left");
      return;
    }
    // Once the CRM has told of it, if it has: docs/service.md, "What remains possible".
    if (rows.length > 0) this.breach("came back", `of ${tenant.crm}`);
  }

  #deleted(): void {
    const { person, contacts, rows, reviews, tenant } = this;
    const { local, crm } = person.gone;
    if (crm !== undefined && rows.length > 0) this.breach("came back", "a record");
    if (local !== undefined && contacts.length > 0) this.breach("came back", "a contact");
    if (local !== undefined && crm !== undefined) return;
    const from = crm !== undefined ? "crm" : "local";
    const left = from === "crm" ? contacts : rows;
    const at = (crm ?? local)?.at ?? 0;
    const edited = person.editedAt[from === "crm" ? "local" : "crm"];
    if (deletions[tenant.crm][from] === "unlink") {
      if (left.length === 0) this.breach("not delivered", "what was only to be unlinked is gone");
      return;
    }
    const asked = reviews.some(({ field }) => field === null);
    if (left.length > 0 && !asked) this.breach("not delivered", "a deletion");
    const isUnedited = this.found.unedited.has(tenant.contactOf(person) ?? "");
    if (left.length === 0 && edited > at + 2_000 && !isUnedited)
      this.breach("edit lost with its record", `${edited} after ${at}`);
  }
}
