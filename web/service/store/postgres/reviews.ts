import type { Subject } from "../../jobs/jobs.js";
import type { IntegrationRef, ReviewAnswer, StoredReview } from "../model.js";
import type { Sql } from "../sql.js";
import type { SyncStore } from "../store.js";
import { type Context, transact } from "./context.js";
import { holderOf, type Keys, keyColumn } from "./link-keys.js";
import { json, jsonValue, rows, time, value } from "./values.js";

/** A field's values, and what a person answers to them, are sealed; a question of who is who holds ids only. */
export interface ReviewRow {
  tenant: string;
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
  sealed: string | null;
  sealed_answer: string | null;
  link_key: string | null;
}

export const reviewColumns = `r.tenant, r.integration, r.id, r.contact, r.crm_id, r.field, r.local, r.crm, r.base, r.reason,
  r.opened_at, r.state, r.answer, r.candidates, r.sealed, r.sealed_answer, ${keyColumn("r", "'local:' || r.contact")}`;

export async function reviewOf({ keys }: Context, row: ReviewRow): Promise<StoredReview> {
  const ref = { tenant: row.tenant, id: row.integration };
  const unsealed = (what: string, sealed: string) =>
    keys.unsealed(ref, holderOf(row.contact ?? ""), row.link_key, [what, row.id], sealed);
  const values = row.sealed === null ? [row.local, row.crm, row.base] : await unsealed("review", row.sealed);
  const [local = null, crm = null, base = null] = values ?? [];
  const answer = row.sealed_answer === null ? [row.answer] : await unsealed("review's answer", row.sealed_answer);
  return {
    integration: row.integration,
    id: row.id,
    contact: row.contact,
    crmId: row.crm_id,
    field: row.field,
    local: value(local),
    crm: value(crm),
    base: value(base),
    reason: row.reason,
    opened_at: time(row.opened_at),
    state: row.state,
    answer: value(answer?.[0] ?? null),
    candidates: value(row.candidates),
  };
}

/** Of a question who somebody is there are no values. */
async function keptValues({ id, contact, candidates, ...review }: Omit<StoredReview, "integration">, keys: Keys) {
  if (candidates !== null || contact === null) return keptAnswer(null, id, review.answer, keys);
  const values = { local: jsonValue(review.local), crm: jsonValue(review.crm), base: jsonValue(review.base) };
  return {
    ...(await keys.kept(holderOf(contact), ["review", id], values, "sealed")),
    ...(await keptAnswer(holderOf(contact), id, review.answer, keys)),
  };
}

const keptAnswer = async (holder: Subject | null, id: string, answer: ReviewAnswer | null, keys: Keys) =>
  holder === null || answer === null
    ? { answer: json(answer), sealed_answer: null }
    : keys.kept(holder, ["review's answer", id], { answer: jsonValue(answer) }, "sealed_answer");

/** What was answered meanwhile stays answered. */
export async function writeReviews(
  sql: Sql,
  ref: IntegrationRef,
  reviews: readonly Omit<StoredReview, "integration">[],
  keys: Keys,
): Promise<void> {
  if (reviews.length === 0) return;
  const byId = new Map(reviews.map((review) => [review.id, review]));
  await sql.query(
    `insert into crm_sync.review as r (tenant, integration, id, contact, crm_id, field, local, crm, base, reason,
       opened_at, state, answer, candidates, sealed, sealed_answer)
     select $1, $2, x.id, x.contact, x.crm_id, x.field, x.local::json, x.crm::json, x.base::json, x.reason, x.opened_at,
       x.state, x.answer::json, x.candidates::json, x.sealed, x.sealed_answer
     from json_to_recordset($3::text::json) as x(id text, contact text, crm_id text, field text, local text, crm text,
       base text, reason text, opened_at timestamptz, state text, answer text, candidates text, sealed text,
       sealed_answer text)
     order by x.id
     on conflict (tenant, integration, id) do update set contact = excluded.contact, crm_id = excluded.crm_id,
       field = excluded.field, local = excluded.local, crm = excluded.crm, base = excluded.base, sealed = excluded.sealed,
       reason = excluded.reason, state = excluded.state, answer = excluded.answer,
       sealed_answer = excluded.sealed_answer, candidates = excluded.candidates, closed_at = null,
       opened_at = case when r.state = 'open' then r.opened_at else excluded.opened_at end
     where not (r.state = 'answered' and excluded.state = 'open')`,
    [
      ref.tenant,
      ref.id,
      rows(
        await Promise.all(
          [...byId.values()].map(async (review) => ({
            id: review.id,
            contact: review.contact,
            crm_id: review.crmId,
            field: review.field,
            reason: review.reason,
            opened_at: review.opened_at,
            state: review.state,
            candidates: json(review.candidates),
            ...(await keptValues(review, keys)),
          })),
        ),
      ),
    ],
  );
}

export async function closeReviews(
  { clock }: Context,
  sql: Sql,
  ref: IntegrationRef,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await sql.query(
    `update crm_sync.review set state = 'closed', closed_at = $4
     where tenant = $1 and integration = $2 and id = any($3::text[])`,
    [ref.tenant, ref.id, ids, new Date(clock.now())],
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
  const holders = review.contact !== null && review.candidates === null ? [holderOf(review.contact)] : [];
  const keys = await context.keys.of(sql, ref, holders);
  const { answer, sealed_answer } = await keptAnswer(holders[0] ?? null, id, given, keys);
  await sql.query(
    `update crm_sync.review set state = 'answered', answer = $4::text::json, sealed_answer = $5
     where tenant = $1 and integration = $2 and id = $3`,
    [ref.tenant, ref.id, id, answer, sealed_answer],
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
          `select ${reviewColumns} from crm_sync.review r
           where r.tenant = $1 and ($2::text is null or r.integration = $2) and ($3::text is null or r.state = $3)
           order by r.opened_at, r.integration, r.id`,
          [tenant, filter.integration ?? null, filter.state ?? null],
        );
        return Promise.all(list.map((row) => reviewOf(context, row)));
      }),
    openReview: (ref, review) =>
      transact(context, ref.tenant, async (sql) => {
        const holders = review.contact !== null && review.candidates === null ? [holderOf(review.contact)] : [];
        const keys = await context.keys.of(sql, ref, holders);
        await writeReviews(sql, ref, [{ ...review, state: "open", answer: null }], keys);
      }),
    answerReview: (tenant, integration, id, given) =>
      transact(context, tenant, (sql) => answer(context, sql, { tenant, id: integration }, id, given)),
    closeReview: (ref, id) => transact(context, ref.tenant, (sql) => closeReviews(context, sql, ref, [id])),
  }) satisfies Partial<SyncStore>;
