/** The little of a Postgres driver that the store uses: pg's pool and PGlite behind one face. */
export interface Sql {
  /** One statement with $1, $2, … Values of type json and jsonb come as text, bigint as text, timestamptz as Date. */
  query<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

export interface Database extends Sql {
  /**
   * One transaction, seen by row-level security as the tenant's; null: of the service itself, for what belongs to no
   * tenant yet. Serialization failures and deadlocks are tried again, the whole of the work with them.
   */
  transaction<T>(tenant: string | null, work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Several statements without values, as migrations are. */
  script(text: string): Promise<void>;
  /** Runs the work while nobody else runs one of this name, in any process; waits for its turn. */
  exclusively<T>(name: string, work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
