/** One organisation's records and its transactions. What a transaction changes is seen by others once it has committed. */
import type { Clock } from "../../service/clock.js";
import { behaves } from "../behaviours.js";
import { idOf, type ObjectName, objectOf, prefixes } from "./ids.js";

/** By Salesforce's names; times are milliseconds here. */
export type Row = Record<string, unknown> & { Id: string };
export type ChangeType = "CREATE" | "UPDATE" | "DELETE" | "UNDELETE";

export interface Change {
  type: ChangeType;
  row: Row;
  /** Names of the fields that have another value than before. */
  changed: string[];
}

export interface Author {
  id: string;
  /** As the header Sforce-Call-Options has it. */
  client?: string;
}

export interface Transaction {
  began: number;
  commits: number;
  by: Author;
  changes: Change[];
}

export interface Deletion {
  id: string;
  at: number;
}

/** What is to be written: the fields' new values. */
export interface Edit {
  type: ChangeType;
  id: string;
  values: Record<string, unknown>;
}

behaves(
  "salesforce",
  "documented",
  "SystemModstamp and LastModifiedDate are when the statement ran, not when its transaction was committed.",
  "Object Reference, System Fields; SOAP API Developer Guide, getUpdated(): latestDateCovered",
);
behaves("salesforce", "recorded", "Times of records are in whole seconds.", "samples sf-outbound-message-contact.xml");
behaves(
  "salesforce",
  "assumed",
  "An update that changes no value stamps the record all the same, as does a deletion.",
  "seen in forums only",
);

export const wholeSecond = (time: number) => Math.floor(time / 1000) * 1000;

export class Records {
  readonly #rows = new Map<ObjectName, Map<string, Row>>();
  /** By object and field, once somebody has asked: ids by the text that they hold, in lower case. */
  readonly #indexes = new Map<string, Map<string, Set<string>>>();
  readonly #running: Transaction[] = [];
  readonly #deletions = new Map<ObjectName, Deletion[]>();
  #count = 0;
  /** What was deleted before is not told of any more. */
  deletionsSince: number;

  constructor(
    private readonly clock: Clock,
    private readonly committed: (transaction: Transaction) => void,
  ) {
    this.deletionsSince = wholeSecond(clock.now()) - 15 * 86_400_000;
    for (const object of Object.keys(prefixes) as ObjectName[]) {
      this.#rows.set(object, new Map());
      this.#deletions.set(object, []);
    }
  }

  newId(object: ObjectName): string {
    return idOf(prefixes[object], 50_000 + ++this.#count);
  }

  /** As it is committed; deleted ones too. */
  get(id: string): Row | null {
    const object = objectOf(id);
    return object === null ? null : (this.#table(object).get(id) ?? null);
  }

  all(object: ObjectName): Row[] {
    return [...this.#table(object).values()];
  }

  /** Those whose field holds one of the texts, in whatever case; deleted ones too. */
  holding(object: ObjectName, field: string, texts: readonly string[]): Row[] {
    const table = this.#table(object);
    const name = `${object}.${field}`;
    let index = this.#indexes.get(name);
    if (index === undefined) {
      index = new Map();
      this.#indexes.set(name, index);
      for (const row of table.values()) keep(index, row, field);
    }
    const ids = new Set(texts.flatMap((text) => [...(index.get(text.toLowerCase()) ?? [])]));
    return [...ids].flatMap((id) => table.get(id) ?? []);
  }

  deletions(object: ObjectName): readonly Deletion[] {
    this.settle();
    return this.#deletions.get(object) ?? [];
  }

  /** The live one, other than `except`, whose field holds the text, in whatever case. */
  holder(object: ObjectName, field: string, text: string, except?: string): Row | null {
    const wanted = text.toLowerCase();
    const uncommitted = this.#running.flatMap(({ changes }) => changes.map(({ row }) => row));
    for (const row of [...this.holding(object, field, [text]), ...uncommitted]) {
      const held = row[field];
      if (row.Id === except || row.IsDeleted === true || typeof held !== "string" || objectOf(row.Id) !== object)
        continue;
      if (held.toLowerCase() === wanted) return row;
    }
    return null;
  }

  isLocked(id: string): boolean {
    this.settle();
    return this.#running.some(({ changes }) => changes.some(({ row }) => row.Id === id));
  }

  /** When the oldest transaction began that has not ended. */
  oldestRunning(): number | null {
    this.settle();
    return this.#running.length === 0 ? null : Math.min(...this.#running.map(({ began }) => began));
  }

  /** One transaction; `late` is after how many milliseconds it commits. */
  write(edits: readonly Edit[], by: Author, late = 0): void {
    const began = this.clock.now();
    const stamp = wholeSecond(began);
    const changes = edits.map(({ type, id, values }): Change => {
      const before = this.get(id);
      const row: Row = {
        ...before,
        ...values,
        Id: id,
        ...(before === null && { CreatedDate: stamp, CreatedById: by.id }),
        IsDeleted: type === "DELETE",
        LastModifiedDate: stamp,
        LastModifiedById: by.id,
        SystemModstamp: stamp,
      };
      const changed = Object.keys(values).filter((name) => (before?.[name] ?? null) !== (values[name] ?? null));
      return { type, row, changed };
    });
    this.#running.push({ began, commits: began + late, by, changes });
    this.settle();
  }

  /** Transactions end that are due by now; with ids also those that hold these records, for whoever waits for them. */
  settle(ids: readonly string[] = []): void {
    const now = this.clock.now();
    for (let at = 0; at < this.#running.length; ) {
      const transaction = this.#running[at] as Transaction;
      const isWaitedFor = transaction.changes.some(({ row }) => ids.includes(row.Id));
      if (transaction.commits > now && !isWaitedFor) {
        at++;
        continue;
      }
      this.#running.splice(at, 1);
      this.#commit(transaction);
    }
  }

  /** Without a trace but that it was deleted. */
  forget(id: string): void {
    const object = objectOf(id);
    if (object === null) return;
    this.#reindex(object, this.#table(object).get(id), undefined);
    this.#table(object).delete(id);
  }

  #reindex(object: ObjectName, before: Row | undefined, after: Row | undefined): void {
    for (const [name, index] of this.#indexes) {
      const [of, field = ""] = name.split(".");
      if (of !== object) continue;
      if (before !== undefined) textIn(before, field, (text) => index.get(text)?.delete(before.Id));
      if (after !== undefined) keep(index, after, field);
    }
  }

  #commit(transaction: Transaction): void {
    for (const { type, row } of transaction.changes) {
      const object = objectOf(row.Id) as ObjectName;
      this.#reindex(object, this.#rows.get(object)?.get(row.Id), row);
      this.#rows.get(object)?.set(row.Id, row);
      const deletions = this.#deletions.get(object) as Deletion[];
      if (type === "DELETE") deletions.push({ id: row.Id, at: row.SystemModstamp as number });
      if (type === "UNDELETE") {
        const at = deletions.findIndex(({ id }) => id === row.Id);
        if (at >= 0) deletions.splice(at, 1);
      }
    }
    this.committed(transaction);
  }

  #table(object: ObjectName): Map<string, Row> {
    this.settle();
    return this.#rows.get(object) as Map<string, Row>;
  }
}

function keep(index: Map<string, Set<string>>, row: Row, field: string): void {
  textIn(row, field, (text) => {
    const ids = index.get(text);
    if (ids === undefined) index.set(text, new Set([row.Id]));
    else ids.add(row.Id);
  });
}

function textIn(row: Row, field: string, use: (text: string) => void): void {
  const held = row[field];
  if (typeof held === "string") use(held.toLowerCase());
}
