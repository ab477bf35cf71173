/** Compiled mappings, one for each version of an integration's mapping file, and what the service asks of them. */
import type { Engine, Mapping } from "@penguinmails/crm-sync";
import { parse } from "yaml";
import type { Integration, MappingDraft } from "../store/model.js";
import { type LookupTable, lookupTables } from "./lookups.js";
import { ruleOf, type SyncRule } from "./rule.js";

/** An entry about mailing: what its suppressions are called, and its field on either side. */
export interface ConsentEntry {
  id: string;
  /** The topic under which its opt-outs are kept by address: PenguinMails' path, which outlives a renamed entry. */
  topic: string;
  local: string;
  crm: string;
}

export interface ActiveMapping {
  mapping: Mapping;
  version: number;
  rule: SyncRule;
  /** The CRM's fields that a decision needs. */
  crmFields: string[];
  /** Other records that entries refer to, and by which of their fields. */
  lookups: LookupTable[];
  /** The CRM's field for PenguinMails' `email`; null where the mapping has none. */
  email: string | null;
  consent: ConsentEntry[];
  /** PenguinMails' paths that entries read which only write to the CRM, such as formulas. */
  derivedFrom: string[];
}

/** The file does not compile. What is in force was checked before, so another version of the engine refuses it. */
export class MappingRefused extends Error {
  override readonly name = "MappingRefused";
}

/** As many as are kept compiled: each takes some hundred kilobytes. */
const kept = 256;

export class Mappings {
  readonly #active = new Map<string, Promise<ActiveMapping>>();

  constructor(readonly engine: Engine) {}

  of({ tenant, id, mapping: { version, file } }: Integration): Promise<ActiveMapping> {
    return this.#compiled([tenant, id, version], file, version);
  }

  /** As if it were in force. */
  ofDraft({ tenant, id, mapping: { version } }: Integration, { draft, file }: MappingDraft): Promise<ActiveMapping> {
    return this.#compiled([tenant, id, version, draft], file, version);
  }

  #compiled(name: readonly (string | number)[], file: string, version: number): Promise<ActiveMapping> {
    const key = JSON.stringify(name);
    const found = this.#active.get(key) ?? activeMapping(this.engine, file, version);
    // The most recently used stand last.
    this.#active.delete(key);
    this.#active.set(key, found);
    found.catch(() => this.#active.delete(key));
    for (const [oldest, old] of this.#active) {
      if (this.#active.size <= kept) break;
      this.#active.delete(oldest);
      old.then(({ mapping }) => mapping.dispose()).catch(() => {});
    }
    return found;
  }
}

export async function activeMapping(engine: Engine, file: string, version: number): Promise<ActiveMapping> {
  await engine.prepare(file);
  const { mapping, diagnostics } = engine.compile(file);
  if (mapping === null) {
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    throw new MappingRefused(errors.map(({ code, line }) => `${code} in line ${line}`).join(", "));
  }
  const { fields } = mapping;
  const mapped = fields.flatMap(({ crm_field, direction, reads, currency_field }) => [
    ...(crm_field === null ? [] : [crm_field]),
    // An amount is compared only where its currency is known.
    ...(typeof currency_field === "string" ? [currency_field] : []),
    ...(direction === "from_crm" ? reads : []),
  ]);
  const rule = ruleOf(file);
  return {
    mapping,
    version,
    rule,
    lookups: lookupTables(file),
    crmFields: [...new Set([...mapped, ...filterFields(engine, file, rule)])],
    derivedFrom: [...new Set(fields.flatMap(({ direction, reads }) => (direction === "to_crm" ? reads : [])))],
    email:
      fields.find(({ local_field, crm_field }) => local_field === "email" && crm_field !== null)?.crm_field ?? null,
    consent: fields.flatMap(({ id, local_field: local, crm_field: crm, local_type }) =>
      local_type === "suppression" && local !== null && crm !== null ? [{ id, topic: local, local, crm }] : [],
    ),
  };
}

/** What the filter on the CRM's records reads: the engine says it of a formula. */
function filterFields(engine: Engine, file: string, { filters }: SyncRule): string[] {
  const filter = typeof filters === "object" ? (filters as Record<string, unknown> | null)?.from_crm : filters;
  if (typeof filter !== "string") return [];
  const { crm, object, catalog, timezone } = parse(file) as Record<string, unknown>;
  const entry = { penguinmails_field: "passes", formula: filter, direction: "from_crm" };
  const { mapping } = engine.compile(JSON.stringify({ crm, object, catalog, timezone, field_mapping: [entry] }));
  const reads = mapping?.fields.flatMap((field) => field.reads) ?? [];
  mapping?.dispose();
  return reads;
}
