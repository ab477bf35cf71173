/** One portal's contacts with their histories, and the ways to find them. What they may hold is for others to check. */
import type { Clock } from "../../service/clock.js";
import { behaves } from "../behaviours.js";
import { Holders } from "./holders.js";
import type { Schema } from "./schema.js";
import { SortedIds } from "./sorted.js";
import { listed } from "./values.js";

/** Who has written. */
export interface Source {
  type: "CRM_UI" | "INTEGRATION" | "CALCULATED" | "MERGE_OBJECTS";
  /** The app's id, or "userId:" and the user's. */
  id: string;
}

export interface Version {
  value: string;
  at: number;
  by: Source;
}

/** A contact at one moment; never changed. Only what is set is in `values`. */
export interface Snapshot {
  id: string;
  values: ReadonlyMap<string, string>;
  createdAt: number;
  updatedAt: number;
  archivedAt: number | null;
}

export interface Contact {
  now: Snapshot;
  /** The newest first. */
  readonly history: Map<string, Version[]>;
}

export type Change = { id: string; at: number; by: Source } & (
  | { kind: "creation" | "deletion" | "restore" | "privacyDeletion" }
  | { kind: "propertyChange"; property: string; value: string }
  | { kind: "merge"; winner: string; loser: string; moved: number }
);

behaves(
  "hubspot",
  "documented",
  "lastmodifieddate moves with every write, also of a value that was there, of calculated properties, and of our own.",
  "HubSpot Knowledge Base, default contact properties: last modified date",
);
behaves(
  "hubspot",
  "assumed",
  "Two writes of one contact are never of the same millisecond.",
  "a moment of the real service has passed between them",
);
behaves(
  "hubspot",
  "assumed",
  "A value that was there already is no new version in the history, and no event.",
  "webhooks are of changes; for the history it is not said",
);
behaves(
  "hubspot",
  "assumed",
  "The history of a contact's property has its latest 45 versions.",
  "said of an older API; of this one it is not",
);

const remembered = 45;

export class Contacts {
  readonly #contacts = new Map<string, Contact>();
  /** The winner's id by the loser's. */
  readonly #mergedAway = new Map<string, string>();
  readonly holders: Holders;
  readonly live = new SortedIds();
  readonly archived = new SortedIds();
  #count = 0;

  constructor(
    private readonly clock: Clock,
    private readonly schema: Schema,
    /** After each write; null: it is not there any more. */
    private readonly written: (id: string, now: Snapshot | null, changes: readonly Change[]) => void,
  ) {
    this.holders = new Holders(schema);
  }

  newId = () => String(100_000_000_000 + 51 * ++this.#count);

  /** By its own id; archived ones too. */
  get(id: string): Contact | null {
    return this.#contacts.get(id) ?? null;
  }

  getLive(id: string): Contact | null {
    const contact = this.get(id);
    return contact === null || contact.now.archivedAt !== null ? null : contact;
  }

  /** The live one behind an id, which may be that of one that was merged into it. */
  resolve(id: string): Contact | null {
    let at = id;
    while (this.#mergedAway.has(at)) at = this.#mergedAway.get(at) as string;
    return this.getLive(at);
  }

  all(): Snapshot[] {
    return this.live.from("0", this.live.size).map((id) => (this.#contacts.get(id) as Contact).now);
  }

  create(id: string, values: ReadonlyMap<string, string>, by: Source): Contact {
    const at = this.clock.now();
    const now: Snapshot = { id, values: new Map(), createdAt: at, updatedAt: at, archivedAt: null };
    const contact: Contact = { now, history: new Map() };
    this.#contacts.set(id, contact);
    this.live.add(id);
    const system = new Map([
      ["createdate", new Date(at).toISOString()],
      ["hs_object_id", id],
      ["hs_object_source", by.type],
      ["hs_object_source_id", by.id],
      ["hs_object_source_label", by.type],
      ["hs_pipeline", "contacts-lifecycle-pipeline"],
      ["hs_is_unworked", "true"],
      ["lifecyclestage", "lead"],
    ]);
    this.#write(contact, new Map([...system, ...values]), { at, by }, [{ kind: "creation", id, at, by }]);
    return contact;
  }

  update(contact: Contact, values: ReadonlyMap<string, string>, by: Source): void {
    this.#write(contact, values, { at: this.#moment(contact), by }, []);
  }

  archive(contact: Contact, by: Source): void {
    const at = this.#moment(contact);
    const { id } = contact.now;
    this.holders.leave(contact.now);
    this.live.delete(id);
    this.archived.add(id);
    contact.now = { ...contact.now, archivedAt: at };
    this.written(id, null, [{ kind: "deletion", id, at, by }]);
  }

  restore(contact: Contact, by: Source): void {
    const at = this.#moment(contact);
    const { id } = contact.now;
    contact.now = { ...contact.now, archivedAt: null };
    this.holders.enter(contact.now);
    this.archived.delete(id);
    this.live.add(id);
    this.#write(contact, new Map(), { at, by }, [{ kind: "restore", id, at, by }]);
  }

  /** After a property has become unique. */
  reindex(): void {
    for (const snapshot of this.all()) this.holders.enter(snapshot);
  }

  /** Nothing of the contact is left. */
  forget(contact: Contact, by: Source): void {
    const at = this.#moment(contact);
    const { id } = contact.now;
    this.#drop(contact);
    this.written(id, null, [
      { kind: "privacyDeletion", id, at, by },
      { kind: "deletion", id, at, by },
    ]);
  }

  /** Both are no contacts any more, and their ids lead to the new one, whose id it gives; `values` are all that it has. */
  merge(winner: Contact, loser: Contact, values: ReadonlyMap<string, string>, by: Source): string {
    const [first, second] = [winner.now, loser.now];
    const at = Math.max(this.#moment(winner), this.#moment(loser));
    const id = this.newId();
    for (const contact of [winner, loser]) {
      this.#drop(contact);
      this.#mergedAway.set(contact.now.id, id);
      this.written(contact.now.id, null, []);
    }
    const createdAt = Math.min(first.createdAt, second.createdAt);
    const now: Snapshot = { id, values: first.values, createdAt, updatedAt: at, archivedAt: null };
    const merged: Contact = { now, history: historyOf(winner, loser) };
    this.#contacts.set(id, merged);
    this.live.add(id);
    const ids = [first, second].flatMap((each) => [...listed(each.values.get("hs_merged_object_ids")), each.id]);
    const system = { hs_object_id: id, hs_merged_object_ids: ids.join(";") };
    const all = new Map([...values, ...Object.entries(system), ["createdate", new Date(createdAt).toISOString()]]);
    const common = { id, at, by };
    // What the merge itself changes is no event of its own.
    const changes: Change[] = [
      { kind: "merge", winner: first.id, loser: second.id, moved: values.size, ...common },
      { kind: "deletion", ...common, id: second.id },
    ];
    this.#write(merged, all, { at, by: { type: "MERGE_OBJECTS", id: "" } }, changes, false);
    return id;
  }

  #drop(contact: Contact): void {
    const { id } = contact.now;
    if (contact.now.archivedAt === null) this.holders.leave(contact.now);
    this.#contacts.delete(id);
    this.live.delete(id);
    this.archived.delete(id);
  }

  #moment(contact: Contact): number {
    return Math.max(this.clock.now(), contact.now.updatedAt + 1);
  }

  #write(
    contact: Contact,
    given: ReadonlyMap<string, string>,
    { at, by }: { at: number; by: Source },
    first: readonly Change[],
    tells = true,
  ): void {
    const { id, values: before } = contact.now;
    const values = new Map(before);
    const changes: Change[] = [...first];
    const put = (property: string, value: string, source: Source) => {
      if ((values.get(property) ?? "") === value) return;
      if (value === "") values.delete(property);
      else values.set(property, value);
      const versions = contact.history.get(property) ?? [];
      contact.history.set(property, [{ value, at, by: source }, ...versions.slice(0, remembered - 1)]);
      if (tells) changes.push({ kind: "propertyChange", id, property, value, at, by: source });
    };
    for (const [property, value] of given) put(property, value, by);
    for (const { name, calculated } of this.schema.calculated) {
      if (calculated !== undefined) put(name, calculated(values), { type: "CALCULATED", id: "" });
    }
    put("lastmodifieddate", new Date(at).toISOString(), by);
    this.holders.leave(contact.now);
    contact.now = { ...contact.now, values, updatedAt: at };
    this.holders.enter(contact.now);
    this.written(id, contact.now, changes);
  }
}

/** Of both; the winner's version is the latest, though the loser's may be younger. */
function historyOf(winner: Contact, loser: Contact): Map<string, Version[]> {
  const history = new Map<string, Version[]>();
  for (const property of new Set([...winner.history.keys(), ...loser.history.keys()])) {
    const [own = [], other = []] = [winner, loser].map((contact) => contact.history.get(property));
    const [latest, ...older] = own;
    const others = [...older, ...other].sort((one, another) => another.at - one.at);
    history.set(property, (latest === undefined ? others : [latest, ...others]).slice(0, remembered));
  }
  return history;
}
