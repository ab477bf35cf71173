/** Everybody is judged once everything has come to rest, and so is each tenant. */
import type { Decision } from "@penguinmails/crm-sync";
import type { AuditEntry } from "../../../web/service/store/model.js";
import type { DeadIntent } from "../../../web/service/store/store.js";
import { names, type Person as Row } from "../sync/hands.js";
import { limited } from "./calls.js";
import { editedFields, meaning } from "./fields.js";
import type { Tenant } from "./tenant.js";
import { type Contact, type Found, Verdict } from "./verdict.js";
import type { World } from "./world.js";

export async function judge(world: World): Promise<void> {
  for (const tenant of world.tenants) {
    const found = await find(world, tenant);
    for (const person of tenant.people) new Verdict(world, tenant, person, found).judge();
    await atRest(world, tenant);
    world.ledger.connections += tenant.connections;
  }
}

async function find({ host, ledger }: World, tenant: Tenant): Promise<Found> {
  const { store } = host.of(tenant.ref.tenant);
  // Whom PenguinMails created, and whom the service did, which says so in the audit.
  const ids = new Set(tenant.contacts);
  const unedited = new Set<string>();
  for (let before: string | undefined; ; ) {
    const entries = await store.audit(tenant.ref.tenant, { limit: 500, ...(before !== undefined && { before }) });
    for (const entry of entries) {
      ids.add(entry.contact);
      if (deletesUnedited(tenant, entry)) unedited.add(entry.contact);
    }
    before = entries.at(-1)?.id;
    if (before === undefined) break;
  }
  const contacts = new Map<string, Contact[]>();
  const byId = new Map<string, Contact>();
  const look = limited(16, async (id: string) => {
    const { status, body } = await tenant.call("GET", `/contacts/${id}`);
    if (status === 404) return;
    byId.set(id, body);
    if (body.deleted === false) push(contacts, String(body.record.last_name), body as Contact);
  });
  await Promise.all([...ids].map(look));
  const rows = new Map<string, Row[]>();
  for (const row of tenant.hands.all()) push(rows, String(row.last_name), row);
  const { body } = await tenant.call("GET", "/api/reviews?state=open");
  ledger.openReviews += body.reviews.length;
  const alerts = await store.alerts(tenant.ref.tenant);
  const fights = alerts.filter(({ kind }) => kind === "fight");
  ledger.fights += fights.length;
  const fought = new Set(fights.map(({ detail }) => String(detail.contact)));
  const letters = await store.deadIntents(tenant.ref.tenant);
  const notAllowed = new Set(letters.filter(isNotAllowed).map(({ contact }) => contact));
  const pairs = await store.loadPairs(
    tenant.ref,
    [...ids].map((id) => `local:${id}` as const),
  );
  const ended = new Set(pairs.flatMap(({ link }) => (link?.state === "ended" ? [link.contact] : [])));
  return { contacts, byId, rows, reviews: body.reviews, fought, notAllowed, ended, unedited };
}

/** Whether a deletion was carried over to what held all that both sides had agreed on: who changed it had changed it back. */
function deletesUnedited({ crm }: Tenant, { input, decision }: AuditEntry): boolean {
  // Whoever was erased has edited nothing that is to be judged.
  if (input === null || decision === null) return false;
  const { outcome } = JSON.parse(decision) as Decision;
  if (outcome !== "delete_local" && outcome !== "delete_crm") return false;
  const side = outcome === "delete_local" ? "local" : "crm";
  const given = JSON.parse(input);
  return editedFields.every((field) => {
    const name = side === "local" ? field : names[crm][field];
    return meaning(field, given[side].record[name]) === meaning(field, given.base?.[side]?.[name]);
  });
}

const isNotAllowed = ({ error }: Pick<DeadIntent, "error">) => error.code === "OPT_IN_NOT_ALLOWED";

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** Nothing is on its way, nothing has failed for good, nobody is called for nothing. */
async function atRest({ ledger }: World, tenant: Tenant): Promise<void> {
  const { body } = await tenant.call("GET", `/api/integrations/${tenant.ref.id}`);
  const { counts, depth, alerts, state } = body;
  const open = ["planned", "sent", "unknown"].filter((one) => counts.intents[one] > 0);
  if (open.length > 0) ledger.breach("not at rest", `${tenant.ref.tenant}: intents ${JSON.stringify(counts.intents)}`);
  if (depth.waiting > 0 || depth.dead > 0)
    ledger.breach("not at rest", `${tenant.ref.tenant}: ${JSON.stringify(depth)}`);
  if (state !== "active") ledger.breach("not at rest", `${tenant.ref.tenant} is ${state}`);
  const letters = (await tenant.call("GET", "/api/dead-letters")).body;
  const unexpected = letters.intents.filter((one: DeadIntent) => !isNotAllowed(one));
  for (const one of [...letters.jobs, ...unexpected]) ledger.breach("alert", `dead: ${JSON.stringify(one)}`);
  // Some of them are expected, and whoever watches says that they are there.
  const expected = ["fight", ...(letters.intents.length > 0 ? ["dead_letters"] : [])];
  for (const one of alerts) {
    if (!expected.includes(one.kind)) ledger.breach("alert", `${one.kind} ${JSON.stringify(one.detail)}`);
  }
}
