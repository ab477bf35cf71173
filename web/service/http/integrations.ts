import { z } from "@hono/zod-openapi";
import type { Brakes, Integration, IntegrationSettings } from "../store/model.js";
import { jsonAnswer } from "./body.js";
import { connected } from "./connected.js";
import { existing } from "./existing.js";
import { randomSecret, sha256 } from "./hash.js";
import { file, maximumBytes, requireMapping } from "./mapping-file.js";
import { NotNow } from "./operations.js";
import type { HttpOptions } from "./options.js";
import { Problem } from "./problem.js";
import { id, route } from "./route.js";
import { brakes, crm, integration, integrationStatus } from "./schemas.js";

const params = z.object({ id });
/** As it stands in a header. */
const token = z.string().regex(/^[\x21-\x7e]{1,4096}$/);
const fieldName = z.string().regex(/^\w{1,100}$/);

/** As the CRMs write their ids: HubSpot's portal in decimal, Salesforce's organisation with 18 characters. */
const account = { hubspot: /^\d{1,20}$/, salesforce: /^00D[0-9A-Za-z]{15}$/ };

const created = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/),
    crm,
    account: z.string(),
    mapping: file,
    settings: z.strictObject({
      baseUrl: z.url(),
      keyField: fieldName,
      object: z.enum(["Contact", "Lead"]).optional(),
      ourself: z
        .string()
        .regex(/^\w{1,40}$/)
        .optional(),
      subscriptions: z.record(fieldName, z.string().regex(/^\w{1,40}$/)).optional(),
    }),
  })
  .refine((given) => account[given.crm].test(given.account), { path: ["account"] });

export const integrationRoutes = [
  route({
    method: "get",
    path: "/api/integrations",
    summary: "The tenant's integrations",
    roles: ["reader"],
    answer: [200, z.object({ integrations: z.array(integration) })],
    async handle({ options, caller }) {
      return jsonAnswer(200, { integrations: (await options.store.integrations(caller.tenant)).map(shown) });
    },
  }),
  route({
    method: "post",
    path: "/api/integrations",
    summary: "Connects a CRM's account; nothing is written before a first sync is approved",
    roles: ["editor"],
    body: created,
    maximumBytes,
    answer: [
      201,
      integration.extend({
        webhookPath: z.string().optional().openapi({ description: "Salesforce's, with its secret: shown this once" }),
      }),
    ],
    problems: ["mapping-refused", "address-refused", "integration-exists", "account-taken"],
    async handle({ options, caller, body }) {
      if (!options.allowedAddress(body.crm, body.settings.baseUrl)) throw new Problem("address-refused");
      await requireMapping(options, body.mapping, body.crm);
      const ref = { tenant: caller.tenant, id: body.id };
      if ((await options.store.integration(ref)) !== null) throw new Problem("integration-exists");
      const secret = body.crm === "salesforce" ? randomSecret() : undefined;
      const { baseUrl, keyField, object, ourself, subscriptions } = body.settings;
      const settings: IntegrationSettings = {
        baseUrl,
        keyField,
        ...(object !== undefined && { object }),
        ...(ourself !== undefined && { ourself }),
        ...(subscriptions !== undefined && { subscriptions }),
        ...(secret !== undefined && { webhookSecretHashes: [await sha256(secret)] }),
      };
      const given = { crm: body.crm, account: body.account, file: body.mapping, settings, state: "proposed" } as const;
      const added = await options.store.addIntegration(ref, given);
      await options.operations.schedule(added);
      const webhookPath = secret && `/webhooks/salesforce/${body.account}/${secret}`;
      return jsonAnswer(201, { ...shown(added), webhookPath });
    },
  }),
  route({
    method: "get",
    path: "/api/integrations/{id}",
    summary: "One integration: its state, what waits, and what is wrong",
    roles: ["reader"],
    params,
    answer: [200, integrationStatus],
    async handle({ options, caller, params }) {
      const found = await existing(options, caller, params.id);
      const [counts, depth, alerts] = await Promise.all([
        options.store.counts(found),
        options.jobs.depth(found),
        options.store.alerts(caller.tenant),
      ]);
      const own = alerts.filter((alert) => alert.integration === found.id);
      return jsonAnswer(200, { ...shown(found), counts, depth, alerts: own });
    },
  }),
  route({
    method: "put",
    path: "/api/integrations/{id}/credentials",
    summary: "Hands in the CRM's tokens, which are kept sealed; one whose tokens were refused goes on",
    roles: ["editor"],
    params,
    body: z.strictObject({ access: token, refresh: token.optional(), expiresIn: z.int().positive().optional() }),
    answer: [200, integration],
    async handle({ options, caller, params, body: { access, refresh, expiresIn } }) {
      const found = await existing(options, caller, params.id);
      const tokens = {
        access,
        ...(refresh !== undefined && { refresh }),
        ...(expiresIn !== undefined && { expires: options.clock.now() + expiresIn * 1000 }),
      };
      return jsonAnswer(200, shown(await connected(options, found, tokens)));
    },
  }),
  route({
    method: "post",
    path: "/api/integrations/{id}/pause",
    summary: "Decides and writes nothing until it is resumed; what comes in is kept, and opt-outs go on",
    roles: ["editor"],
    params,
    answer: [200, integration],
    problems: ["not-now"],
    handle: async ({ options, caller, params }) =>
      pauseOrResume(options, await existing(options, caller, params.id), "paused"),
  }),
  route({
    method: "post",
    path: "/api/integrations/{id}/resume",
    summary: "Goes on after a pause",
    roles: ["editor"],
    params,
    answer: [200, integration],
    problems: ["not-now"],
    handle: async ({ options, caller, params }) =>
      pauseOrResume(options, await existing(options, caller, params.id), "active"),
  }),
  route({
    method: "put",
    path: "/api/integrations/{id}/brakes",
    summary: "How much may come of a mapping before a person is asked; what is left out is as usual",
    roles: ["editor"],
    params,
    body: brakes,
    answer: [200, integration],
    async handle({ options, caller, params, body }) {
      const found = await existing(options, caller, params.id);
      const kept = keptBrakes(body);
      await options.store.changeSettings(found, { brakes: kept });
      return jsonAnswer(200, shown({ ...found, settings: { ...found.settings, brakes: kept } }));
    },
  }),
  route({
    method: "put",
    path: "/api/integrations/{id}/approval",
    summary: "Whether a mapping comes into force only as a draft that somebody approves",
    roles: ["admin"],
    params,
    body: z.strictObject({ required: z.boolean() }),
    answer: [200, integration],
    async handle({ options, caller, params, body: { required: approval } }) {
      const found = await existing(options, caller, params.id);
      await options.store.changeSettings(found, { approval });
      return jsonAnswer(200, shown({ ...found, settings: { ...found.settings, approval } }));
    },
  }),
  route({
    method: "post",
    path: "/api/integrations/{id}/release",
    summary: "Writes a field again that is left alone after a fight: of one contact, or of all",
    roles: ["editor"],
    params,
    body: z.strictObject({ field: fieldName, contact: id.optional() }),
    answer: [202, z.object({ released: z.number() })],
    async handle({ options, caller, params, body }) {
      const found = await existing(options, caller, params.id);
      const released = await options.store.releaseField(found, body.field, body.contact ?? null);
      return jsonAnswer(202, { released });
    },
  }),
];

const keptBrakes = ({ minimum, shares }: z.output<typeof brakes>): Partial<Brakes> => ({
  ...(minimum !== undefined && { minimum }),
  ...(shares !== undefined && { shares }),
});

/** Without the hashes of its secrets. */
function shown({ id, crm, account, state, mapping, settings, lastSyncAt, quota }: Integration) {
  const { webhookSecretHashes: _, ...open } = settings;
  return {
    ...{ id, crm, account, state, mappingVersion: mapping.version, settings: open, lastSyncAt },
    quota: quota && { limit: quota.limit, left: quota.left, at: quota.at, kept: quota.kept },
  };
}

/** Between active and paused only: what was never approved, or is to be connected anew, is not made active by a pause. */
function pauseOrResume(options: HttpOptions, found: Integration, state: "active" | "paused"): Promise<Response> {
  if (found.state !== "active" && found.state !== "paused") throw new NotNow(found.state);
  return changeState(options, found, state);
}

async function changeState(options: HttpOptions, found: Integration, state: Integration["state"]): Promise<Response> {
  if (found.state !== state) await options.store.setState(found, state);
  return jsonAnswer(200, shown({ ...found, state }));
}
