/** The SQLite of a Durable Object as the store's database. */
import { Turns } from "../../turns.js";
import type { Database, Sql } from "../sql.js";
import { type Bound, bound, sqlite } from "./dialect.js";

/** The part of `ctx.storage` that is used. */
export interface ObjectStorage {
  sql: SqlStorage;
  /** Keeps every other event of the object out until it has ended. */
  transaction<T>(work: () => Promise<T>): Promise<T>;
}

export interface SqlStorage {
  exec(query: string, ...bindings: Bound[]): { toArray(): Record<string, unknown>[] };
}

export interface ObjectDatabase extends Database {
  /** Runs the work while no transaction is open. */
  alone<T>(work: () => T | Promise<T>): Promise<T>;
}

export function objectDatabase(storage: ObjectStorage): ObjectDatabase {
  const sql: Sql = {
    async query<Row>(text: string, values: readonly unknown[] = []) {
      return storage.sql.exec(sqlite(text), ...values.map(bound)).toArray() as Row[];
    },
  };
  // What is at work in the same event would else find itself in another's transaction, and be undone with it.
  const turns = new Turns();
  const locks = new Turns();
  const alone = <T>(work: () => T | Promise<T>) => turns.run("", async () => work());
  return {
    alone,
    query: (text, values) => alone(() => sql.query(text, values)),
    transaction: (_tenant, work) => alone(() => storage.transaction(() => work(sql))),
    async script(text) {
      await alone(() => sql.query(text));
    },
    // The object is in one place at a time, so that turns within it are enough.
    exclusively: (name, work) => locks.run(name, work),
    async close() {},
  };
}
