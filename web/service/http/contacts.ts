import { z } from "@hono/zod-openapi";
import { iso } from "../clock.js";
import type { Contact } from "../store/model.js";
import { at } from "../sync/merge-patch.js";
import { jsonAnswer } from "./body.js";
import { consentTopics, type GivenChange, rulesOf, unsubscribed, wakesFor, withConsent } from "./changes.js";
import type { HttpOptions } from "./options.js";
import { Problem } from "./problem.js";
import { id, route } from "./route.js";
import { contact as contactSchema, time } from "./schemas.js";

const record = z.record(z.string(), z.unknown());
/** A word, since it is kept beside the hash of an address. */
const word = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/);

const change = z.strictObject({
  id,
  patch: z.union([record, z.null(), z.literal("privacy")]).openapi({
    description: 'RFC 7396 merge patch; null deletes the contact, "privacy" because the person asked to be forgotten',
  }),
  updatedAt: time.optional().openapi({ description: "now, unless given" }),
  fieldTimes: z.record(z.string(), time).optional(),
  acts: z.record(z.string(), z.strictObject({ by: word, at: time, source: word.optional() })).optional(),
});

const changed = z.object({
  id: z.string(),
  version: z.number(),
  keeps: z.array(z.string()).optional().openapi({
    description: "fields that were changed later than the change says, and so keep what they hold",
  }),
});

const engagement = z.strictObject({ id, contact: id, row: record });

const most = 1000;
const maximumBytes = 1 << 23;

export const contactRoutes = [
  route({
    method: "post",
    path: "/contacts/changes",
    summary: "PenguinMails' own changes, in their order; opt-outs are kept at once",
    roles: ["host"],
    body: z.strictObject({ changes: z.array(change).max(most) }),
    maximumBytes,
    answer: [202, z.object({ contacts: z.array(changed) })],
    retry: true,
    async handle({ options, caller, body }) {
      const rules = await rulesOf(options.operations, await options.store.integrations(caller.tenant));
      const topics = consentTopics(rules);
      const now = iso(options.clock.now());
      const changes = (body.changes as GivenChange[]).map((given) =>
        withConsent(given, given.updatedAt ?? now, topics),
      );
      const contacts = await options.store.changeContacts(caller.tenant, changes, wakesFor(changes, rules));
      return jsonAnswer(202, { contacts });
    },
  }),
  route({
    method: "post",
    path: "/engagements",
    summary: "Rows behind aggregations; one that is there already is left out",
    roles: ["host"],
    body: z.strictObject({ engagements: z.array(engagement).max(most) }),
    maximumBytes,
    answer: [202, z.object({ contacts: z.array(z.string()) })],
    retry: true,
    async handle({ options, caller, body: { engagements } }) {
      const rules = await rulesOf(options.operations, await options.store.integrations(caller.tenant));
      const ids = [...new Set(engagements.map(({ contact }) => contact))];
      const wakes = rules
        .filter(({ rule }) => rule.realTime)
        .map(({ integration }) => ({ integration, wakes: ids.map((id) => ({ subject: `local:${id}` as const })) }));
      const contacts = await options.store.addEngagements(caller.tenant, engagements, wakes);
      return jsonAnswer(202, { contacts });
    },
  }),
  route({
    method: "get",
    path: "/contacts/{id}",
    summary: "A contact, and whether it may be mailed",
    roles: ["host", "reader"],
    params: z.object({ id }),
    answer: [200, contactSchema],
    async handle({ options, caller, params }) {
      const found = await options.store.contact(caller.tenant, params.id);
      if (found === null) throw new Problem("not-found");
      return jsonAnswer(200, { ...found, mailable: await mailable(options, caller.tenant, found) });
    },
  }),
];

/** Topics that are all mail. */
const everything = new Set(["all", unsubscribed]);

/** `because` says what stands against any mail, `optedOutOf` what against mail of a topic only. */
async function mailable({ store, operations }: HttpOptions, tenant: string, { deleted, record }: Contact) {
  const because: string[] = [];
  const optedOutOf = new Set<string>();
  if (deleted !== false) because.push("deleted");
  const { email } = record;
  if (typeof email !== "string" || email === "") because.push("no_email");
  else for (const { topic } of await store.suppressions(tenant, email)) optedOutOf.add(topic);
  const topics = consentTopics(await rulesOf(operations, await store.integrations(tenant)));
  for (const topic of topics) if (at(record, topic) === true) optedOutOf.add(topic);
  if ([...everything].filter((topic) => optedOutOf.delete(topic)).length > 0) because.push("opted_out");
  return { ok: because.length === 0, because, optedOutOf: [...optedOutOf] };
}
