import type { Subject } from "../../jobs/jobs.js";
import type { IntegrationRef, ReviewAnswer, StoredReview } from "../model.js";
import type { Sql } from "../sql.js";
import type { SyncStore } from "../store.js";
import { type Context, transact } from "./context.js";
import { json, jsonValue, rows, time, value } from "./values.js";

export interface ReviewRow {
  integration: string;
  id: string;
  contact: string | null;
  crm_id: string | null;
  field: string | null;
  local: string | null;
  crm: string | null;
  base: string | null;
  reason: string;
  opened_at: Date;
  state: StoredReview["state"];
  answer: string | null;
  candidates: string | null;
}

export const reviewColumns = `integration, id, contact, crm_id, field, local, crm, base, reason, opened_at, state, answer,
  candidates`;

export const reviewOf = (row: ReviewRow): StoredReview => ({
  integration: row.integration,
  id: row.id,
  contact: row.contact,
  crmId: row.crm_id,
  field: row.field,
  local: value(row.local),
  crm: value(row.crm),
  base: value(row.base),
  reason: row.reason,
  opened_at: time(row.opened_at),
  state: row.state,
  answer: value(row.answer),
  candidates: value(row.candidates),
});

/** What was answered meanwhile stays answered. */
export async function writeReviews(
  sql: Sql,
  ref: IntegrationRef,
  reviews: readonly Omit<StoredReview, "integration">[],
): Promise<void> {
  if (reviews.length === 0) return;
  const byId = new Map(reviews.map((review) => [review.id, review]));
  await sql.query(
    `insert into crm_sync.review as r (tenant, integration, id, contact, crm_id, field, local, crm, base, reason,
       opened_at, state, answer, candidates)
     select $1, $2, x.id, x.contact, x.crm_id, x.field, x.local::json, x.crm::json, x.base::json, x.reason, x.opened_at,
       x.state, x.answer::json, x.candidates::json
     from json_to_recordset($3::text::json) as x(id text, contact text, crm_id text, field text, local text, crm text,
       base text, reason text, opened_at timestamptz, state text, answer text, candidates text)
     order by x.id
     on conflict (tenant, integration, id) do update set contact = excluded.contact, crm_id = excluded.crm_id,
       field = excluded.field, local = excluded.local, crm = excluded.crm, base = excluded.base,
       reason = excluded.reason, state = excluded.state, answer = excluded.answer,
       candidates = excluded.candidates,
       opened_at = case when r.state = 'open' then r.opened_at else excluded.opened_at end
     where not (r.state = 'answered' and excluded.state = 'open')`,
    [
      ref.tenant,
      ref.id,
      rows(
        [...byId.values()].map((review) => ({
          id: review.id,
          contact: review.contact,
          crm_id: review.crmId,
          field: review.field,
          local: jsonValue(review.local),
          crm: jsonValue(review.crm),
          base: jsonValue(review.base),
          reason: review.reason,
          opened_at: review.opened_at,
          state: review.state,
          answer: json(review.answer),
          candidates: json(review.candidates),
        })),
      ),
    ],
  );
}

export async function closeReviews(sql: Sql, ref: IntegrationRef, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql.query(
    `update crm_sync.review set state = 'closed'
     where tenant = $1 and integration = $2 and id = any($3::text[])`,
    [ref.tenant, ref.id, ids],
  );
}

/** Fields are answered with a side or a value, deletions with a side, identities with one of their candidates or none. */
function fits({ field, candidates }: Pick<ReviewRow, "field" | "candidates">, given: ReviewAnswer): boolean {
  if (candidates === null)
    return given.choose === "crm" || given.choose === "local" || (given.choose === "value" && field !== null);
  return given.choose === "none" || (given.choose === "link" && value<Subject[]>(candidates).includes(given.candidate));
}

/** The link's revision grows with it, so that no decision that does not know the answer is carried out. */
async function answer(context: Context, sql: Sql, ref: IntegrationRef, id: string, given: ReviewAnswer) {
  const [review] = await sql.query<Pick<ReviewRow, "contact" | "crm_id" | "field" | "candidates">>(
    `select contact, crm_id, field, candidates from crm_sync.review
     where tenant = $1 and integration = $2 and id = $3 and state = 'open' for update`,
    [ref.tenant, ref.id, id],
  );
  if (!review) return "gone" as const;
  if (!fits(review, given)) return "unfit" as const;
  await sql.query(
    `update crm_sync.review set state = 'answered', answer = $4::text::json
     where tenant = $1 and integration = $2 and id = $3`,
    [ref.tenant, ref.id, id, json(given)],
  );
  await sql.query(
    `update crm_sync.link set revision = revision + 1 where tenant = $1 and integration = $2 and contact = $3`,
    [ref.tenant, ref.id, review.contact],
  );
  const subject: Subject | null =
    review.contact !== null ? `local:${review.contact}` : review.crm_id !== null ? `crm:${review.crm_id}` : null;
  if (subject) await context.jobs.wake(sql, ref, [{ subject }]);
  return "answered" as const;
}

export const reviews = (context: Context) =>
  ({
    reviews: (tenant, filter) =>
      transact(context, tenant, async (sql) => {
        const list = await sql.query<ReviewRow>(
          `select ${reviewColumns} from crm_sync.review
           where tenant = $1 and ($2::text is null or integration = $2) and ($3::text is null or state = $3)
           order by opened_at, integration, id`,
          [tenant, filter.integration ?? null, filter.state ?? null],
        );
        return list.map(reviewOf);
      }),
    openReview: (ref, review) =>
      transact(context, ref.tenant, (sql) => writeReviews(sql, ref, [{ ...review, state: "open", answer: null }])),
    answerReview: (tenant, integration, id, given) =>
      transact(context, tenant, (sql) => answer(context, sql, { tenant, id: integration }, id, given)),
    closeReview: (ref, id) => transact(context, ref.tenant, (sql) => closeReviews(sql, ref, [id])),
  }) satisfies Partial<SyncStore>;
