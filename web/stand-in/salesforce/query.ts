/** Queries: what they select, page by page. */
import { behaves } from "../behaviours.js";
import { refuse } from "./errors.js";
import { eighteen, type ObjectName } from "./ids.js";
import { type Column, shown } from "./presentation.js";
import type { Records, Row } from "./records.js";
import type { Field, Schema } from "./schema.js";
import { type Condition, malformed, parseSelect } from "./soql.js";

export const pageSize = 2_000;

behaves(
  "salesforce",
  "documented",
  "A query's answer has at most 2,000 records, at times fewer; nextRecordsUrl says query even where queryAll was asked.",
  "REST API Developer Guide, Query and QueryAll",
);
behaves(
  "salesforce",
  "documented",
  "query leaves out deleted and merged records, queryAll has them, with MasterRecordId where they were merged away.",
  "REST API Developer Guide, QueryAll",
);
behaves(
  "salesforce",
  "documented",
  "Texts are compared without regard to case.",
  "SOQL and SOSL Reference, Comparison Operators",
);
behaves(
  "salesforce",
  "recorded",
  'A column that is not known, or that the user may not see, refuses the query with INVALID_FIELD and "No such column".',
  "messages in public issue threads",
);
behaves("salesforce", "assumed", "Later pages show records as they were when the query was asked.", "not said");

behaves(
  "salesforce",
  "documented",
  "A count by groups answers a row for each, with the count as expr0 and without the value that it is grouped by, unless that is selected.",
  "SOQL and SOSL Reference, GROUP BY; HAVING",
);

interface Cursor {
  rows: unknown[];
  version: string;
}

export class Queries {
  readonly #cursors = new Map<string, Cursor>();
  #count = 0;
  /** Records of a page; fewer than Salesforce has where a test wants them. */
  pageSize = pageSize;

  constructor(
    private readonly schema: Schema,
    private readonly records: Records,
  ) {}

  run(text: string, version: string, all: boolean): unknown {
    const select = parseSelect(text);
    const object = this.schema.object(select.object);
    if (object === null) throw refuse(400, "INVALID_TYPE", `sObject type '${select.object}' is not supported.`);
    const twice = select.fields.find((name, at) => select.fields.slice(0, at).some((other) => same(name, other)));
    if (twice !== undefined) throw malformed(`duplicate field selected: ${twice}`);
    const columns = select.fields.map((name) => this.#column(object, name));
    const conditions = select.conditions.map((one) => this.#condition(object, one));
    const { orderBy } = select;
    const order = orderBy === null ? null : this.#single(object, orderBy);
    let rows = this.#candidates(object, select.conditions).filter(
      (row) => (all || row.IsDeleted !== true) && conditions.every((holds) => holds(row)),
    );
    if (order !== null) rows.sort((one, other) => compare(one[order.name], other[order.name]));
    if (select.limit !== null) rows = rows.slice(0, select.limit);
    const found = rows.map((row) => shown(this.schema, this.records, version, row, columns));
    const locator = `01g5e${String(++this.#count).padStart(10, "0")}`;
    return this.#page(locator, { rows: found, version }, 0);
  }

  /** How many records share a value, for each that several have; null where something else is asked. */
  shared(text: string): unknown {
    const form = /^SELECT COUNT\(Id\) FROM (\w+) WHERE (\w+) != null GROUP BY \2 HAVING COUNT\(Id\) > 1 LIMIT (\d+)$/;
    const [, of = "", name = "", limit] = form.exec(text) ?? [];
    const object = this.schema.object(of);
    if (limit === undefined || object === null) return null;
    const field = this.#single(object, name);
    const counts = new Map<unknown, number>();
    for (const row of this.records.all(object)) {
      const value = comparable(field, row[field.name] ?? null);
      if (row.IsDeleted !== true && value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const several = [...counts.values()].filter((count) => count > 1).slice(0, Number(limit));
    return {
      totalSize: several.length,
      done: true,
      records: several.map((expr0) => ({ attributes: { type: "AggregateResult" }, expr0 })),
    };
  }

  /** `locator` is the last part of a nextRecordsUrl. */
  more(locator: string): unknown {
    const [, name = "", offset = ""] = /^(\w+)-(\d+)$/.exec(locator) ?? [];
    const cursor = this.#cursors.get(name);
    if (cursor === undefined) throw refuse(400, "INVALID_QUERY_LOCATOR", "invalid query locator");
    return this.#page(name, cursor, Number(offset));
  }

  #page(name: string, cursor: Cursor, from: number) {
    const to = from + this.pageSize;
    const done = to >= cursor.rows.length;
    if (!done) this.#cursors.set(name, cursor);
    const nextRecordsUrl = `/services/data/${cursor.version}/query/${name}-${to}`;
    return {
      totalSize: cursor.rows.length,
      done,
      ...(!done && { nextRecordsUrl }),
      records: cursor.rows.slice(from, to),
    };
  }

  /** All, unless ids or texts are asked for. */
  #candidates(object: ObjectName, conditions: readonly Condition[]): Row[] {
    const ids = conditions.find(({ field, operator }) => same(field, "Id") && operator === "IN");
    if (ids === undefined) return this.#named(object, conditions) ?? this.records.all(object);
    const wanted = new Set(ids.values.map((value) => eighteen(String(value)) ?? ""));
    return [...wanted].flatMap((id) => this.records.get(id) ?? []);
  }

  #named(object: ObjectName, conditions: readonly Condition[]): Row[] | null {
    for (const { field: name, operator, values } of conditions) {
      const field = this.#single(object, name);
      const texts = values.filter((value) => typeof value === "string");
      if (operator !== ">" && field.type !== "reference" && texts.length > 0 && texts.length === values.length)
        return this.records.holding(object, field.name, texts);
    }
    return null;
  }

  #column(object: ObjectName, path: string): Column {
    const names = path.split(".");
    const fields: Field[] = [];
    const own: string[] = [];
    let of = object;
    for (const [depth, name] of names.entries()) {
      const isLast = depth === names.length - 1;
      const field: Field | null = isLast ? this.schema.field(of, name) : this.schema.relationship(of, name);
      if (field === null) throw isLast ? noColumn(of, name) : noRelationship(name);
      fields.push(field);
      own.push(isLast ? field.name : field.name.replace(/Id$/, "").replace(/__c$/, "__r"));
      if (!isLast) of = field.to as ObjectName;
    }
    return { path: own, fields };
  }

  #single(object: ObjectName, name: string): Field {
    const field = this.schema.field(object, name);
    if (field === null) throw noColumn(object, name);
    return field;
  }

  #condition(object: ObjectName, { field: name, operator, values }: Condition): (row: Row) => boolean {
    const field = this.#single(object, name);
    const kind = field.type === "boolean" ? "boolean" : field.type === "number" ? "number" : "string";
    if (field.type === "datetime" || field.type === "date" || field.type === "compound") {
      throw refuse(400, "INVALID_FIELD", `field '${field.name}' can not be filtered in a query call`);
    }
    if (values.some((value) => value !== null && typeof value !== kind)) {
      throw refuse(400, "INVALID_FIELD", `value of filter criterion for field '${field.name}' must be of another type`);
    }
    const wanted = values.map((value) => comparable(field, value));
    if (operator === ">") return (row) => row[field.name] != null && compare(row[field.name], wanted[0]) > 0;
    return (row) => wanted.includes(comparable(field, row[field.name] ?? (kind === "boolean" ? false : null)));
  }
}

const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

function comparable(field: Field, value: unknown): unknown {
  if (typeof value !== "string") return value;
  if (field.type !== "reference") return value.toLowerCase();
  const id = eighteen(value);
  if (id === null) throw refuse(400, "INVALID_QUERY_FILTER_OPERATOR", `invalid ID field: ${value}`);
  return id;
}

function compare(one: unknown, other: unknown): number {
  if (one === other) return 0;
  if (one == null || other == null) return one == null ? -1 : 1;
  return (one as string) < (other as string) ? -1 : 1;
}

const noColumn = (object: string, name: string) =>
  refuse(
    400,
    "INVALID_FIELD",
    `\nERROR at Row:1:Column:1\nNo such column '${name}' on entity '${object}'. If you are attempting to use a custom ` +
      "field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call " +
      "for the appropriate names.",
  );

const noRelationship = (name: string) =>
  refuse(
    400,
    "INVALID_FIELD",
    `\nERROR at Row:1:Column:1\nDidn't understand relationship '${name}' in field path. If you are attempting to use a ` +
      "custom relationship, be sure to append the '__r' after the custom relationship name.",
  );
