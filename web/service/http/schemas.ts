/** What the routes answer, for the OpenAPI document. Values of records are what they are: any JSON. */
import { z } from "@hono/zod-openapi";
import { effects } from "../store/model.js";

export const time = z.iso.datetime({ offset: true });
const record = z.record(z.string(), z.unknown());
const counts = z.record(z.string(), z.number());

export const role = z.enum(["reader", "editor", "host", "admin"]);
export const crm = z.enum(["hubspot", "salesforce"]);
export const kind = z.enum(["incremental", "from_crm", "to_crm", "reconcile", "first_sync"]);

/** Shares of the pairs that are looked at; 1 never stops anything. */
export const brakes = z
  .strictObject({
    minimum: z.int().min(1).max(1_000_000).optional(),
    shares: z.partialRecord(z.enum(effects), z.number().min(0).max(1)).optional(),
  })
  .openapi("Brakes");

export const integration = z
  .object({
    id: z.string(),
    crm,
    account: z.string(),
    state: z.enum(["proposed", "active", "paused", "revoked"]),
    mappingVersion: z.number().int(),
    settings: z.object({
      baseUrl: z.string(),
      keyField: z.string(),
      object: z.string().optional(),
      ourself: z.string().optional(),
      subscriptions: z.record(z.string(), z.string()).optional(),
      brakes: brakes.optional(),
      approval: z.boolean().optional().openapi({ description: "A mapping comes into force only as an approved draft" }),
    }),
    lastSyncAt: time.nullable(),
    quota: z.object({ limit: z.number(), left: z.number(), at: time, kept: z.number() }).nullable().openapi({
      description:
        "The CRM's calls of a day, as it last told. What compares everything waits where no more than `kept` are left",
    }),
  })
  .openapi("Integration");

export const alert = z
  .object({ integration: z.string(), kind: z.string(), detail: record, since: time })
  .openapi("Alert");

export const integrationStatus = integration
  .extend({
    counts: z.object({ links: z.number(), intents: counts, reviews: z.number() }),
    depth: z.object({ waiting: z.number(), dead: z.number() }),
    alerts: z.array(alert),
  })
  .openapi("IntegrationStatus");

export const pause = z
  .object({
    id: z.string(),
    integration: z.string().nullable(),
    direction: z.enum(["to_crm", "from_crm"]).nullable(),
    field: z.string().nullable(),
    reason: z.string(),
    stands: z.boolean(),
    since: time,
    by: z.string(),
    until: time.nullable(),
    endedAt: time.nullable(),
    endedBy: z.string().nullable(),
  })
  .openapi("Pause");

export const mapping = z.object({ version: z.number().int(), file: z.string() }).openapi("Mapping");

export const mappingHistory = z
  .object({
    version: z.number().int(),
    since: time,
    by: z.string().nullable(),
    restores: z.number().int().nullable().openapi({ description: "The version whose file it put in force again" }),
  })
  .openapi("MappingHistory");

export const contact = z
  .object({
    id: z.string(),
    record,
    updatedAt: time,
    fieldTimes: z.record(z.string(), z.string()),
    acts: record,
    deleted: z.union([z.boolean(), z.literal("privacy")]),
    deletedAt: time.nullable(),
    version: z.number().int(),
    mailable: z.object({ ok: z.boolean(), because: z.array(z.string()), optedOutOf: z.array(z.string()) }),
  })
  .openapi("Contact");

export const review = z
  .object({
    id: z.string(),
    integration: z.string(),
    contact: z.string().nullable(),
    crmId: z.string().nullable(),
    state: z.enum(["open", "answered", "closed"]),
    field: z.string().nullable(),
    local: z.unknown(),
    crm: z.unknown(),
    base: z.unknown(),
    reason: z.string(),
    opened_at: z.string(),
    answer: z.unknown(),
    candidates: z.array(z.string()).nullable(),
  })
  .openapi("Review");

export const run = z
  .object({
    integration: z.string(),
    run: z.string(),
    kind: z.enum([...kind.options, "revert", "impact"]),
    dry: z.boolean(),
    state: z.enum(["running", "done", "failed", "cancelled", "stopped", "paused"]).openapi({
      description: "stopped: by a brake, for the reason in `error`, until its pause ends; paused: by a person",
    }),
    progress: z.object({
      seen: z.number(),
      total: z.number().nullable(),
      outcomes: counts,
      failed: z.number(),
      effects: z
        .object({
          pairs: z.partialRecord(z.enum(effects), z.number()),
          fields: z.array(
            z.object({
              side: z.enum(["crm", "local"]),
              field: z.string(),
              ...{ filled: z.number(), changed: z.number(), cleared: z.number() },
              examples: z.array(z.string()),
            }),
          ),
        })
        .optional()
        .openapi({ description: "Of a dry run, and of one that reverts: pairs by what is done to them, and fields" }),
    }),
    mappingVersion: z.number().int().nullable(),
    reverts: z
      .union([
        z.object({ run: z.string() }),
        z.object({ version: z.number().int(), from: time.nullable(), to: time.nullable() }),
      ])
      .nullable()
      .openapi({ description: "Whose decisions it takes back" }),
    draft: z.string().nullable().openapi({ description: "Of an impact: the draft under which it decides" }),
    startedAt: time,
    finishedAt: time.nullable(),
    startedBy: z.string(),
    endedBy: z.string().nullable(),
    pausedBy: z.string().nullable(),
    endsAt: time.nullable().openapi({ description: "An estimate, if it goes on as it went" }),
    error: z.string().nullable(),
  })
  .openapi("Run");

export const mappingDraft = z
  .object({
    draft: z.string(),
    basedOn: z.number().int().openapi({ description: "The version that was in force when it was made" }),
    since: time,
    by: z.string(),
    version: z.number().int().nullable().openapi({ description: "The version that it has become" }),
    impact: z
      .union([run, z.null()])
      .openapi({ description: "The latest report: in `progress.effects` stands what it would do" }),
    outdated: z.boolean().openapi({ description: "Another version has come into force since the report was begun" }),
  })
  .openapi("MappingDraft");

export const diagnostic = z
  .object({
    code: z.string(),
    severity: z.string(),
    message: z.string(),
    hint: z.string(),
    path: z.string(),
    ...{ line: z.number(), column: z.number(), endLine: z.number(), endColumn: z.number() },
  })
  .openapi("Diagnostic");

const match = z.enum(["linked", "matched", "create_crm", "create_local", "ambiguous", "skipped"]);

export const runItem = z
  .object({
    subject: z.string(),
    contact: z.string().nullable(),
    crmId: z.string().nullable(),
    outcome: z.string(),
    local: record,
    crm: record,
    reasons: z.record(z.string(), z.string()),
    match: match.nullable(),
  })
  .openapi("RunItem");

export const matchReport = z
  .object({
    outdated: z.boolean(),
    groups: z.array(
      z.object({
        match: z.enum([...match.options, "duplicate"]),
        outcome: z.string(),
        count: z.number().int(),
        examples: z.array(z.string()),
      }),
    ),
  })
  .openapi("MatchReport");

export const auditEntry = z
  .object({
    id: z.string(),
    integration: z.string(),
    contact: z.string(),
    crmId: z.string().nullable(),
    at: time,
    actor: z.string(),
    mappingVersion: z.number().int(),
    run: z.string().nullable(),
    trace: z.string().nullable().openapi({ description: "Of the request that it was made for: see x-trace-id" }),
    codes: z
      .object({
        outcome: z.string(),
        fields: z.array(
          z.object({
            id: z.string(),
            status: z.string(),
            winner: z.string(),
            rule: z.string().nullable(),
            reason: z.string(),
          }),
        ),
      })
      .nullable(),
    hash: z.string().nullable(),
    input: record.nullable(),
    decision: record.nullable(),
  })
  .openapi("AuditEntry", {
    description:
      "With the mapping of its version, `crm-sync replay` gives the same decision. Without `input` and `decision` once the person was erased, or after the time that values are kept: `codes` and `hash` stay.",
  });

export const deadJob = z
  .object({ id: z.string(), integration: z.string(), subject: z.string(), error: z.string(), since: time })
  .openapi("DeadJob");

export const deadIntent = z
  .object({
    id: z.string(),
    integration: z.string(),
    contact: z.string(),
    crmId: z.string().nullable(),
    error: z.object({ code: z.string(), fields: z.array(z.string()), hint: z.string() }),
    since: time,
  })
  .openapi("DeadIntent");
