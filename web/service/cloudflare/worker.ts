/**
 * The Worker in front of the tenants' objects. It proves whose a request is; webhooks go through a queue, since CRMs give
 * up soon and come in hundreds, everything else to the tenant's object.
 */
import { loadEngine } from "@penguinmails/crm-sync";
import { type Clock, systemClock } from "../clock.js";
import { createService } from "../create-service.js";
import { EnvironmentMistake } from "../environment.js";
import { byKeyOrSession } from "../http/authenticate.js";
import { sha256 } from "../http/hash.js";
import { logged } from "../http/log.js";
import { problemAnswer } from "../http/problem.js";
import type { Jobs } from "../jobs/jobs.js";
import type { Incoming, SyncStore } from "../store/store.js";
import { openDirectory } from "./directory.js";
import { type Env, log, type Message, optionsOf } from "./environment.js";
import type { MessageBatch } from "./runtime.js";
import { withFront } from "./tenant-object.js";

/** A message of the queue has at most 128,000 bytes; what is longer goes to the object at once. */
const longest = 100_000;
/** Messages that a queue takes at once. */
const atOnce = 100;
/** In seconds. */
const soon = 10;
const later = 3600;

/** `clockOf`: of tests, which have time of their own. */
export function createWorker(clockOf: (env: Env) => Clock = () => systemClock) {
  let opening: ReturnType<typeof openFront> | undefined;
  const front = (env: Env) => {
    opening ??= openFront(env, clockOf(env)).catch((error) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  return {
    async fetch(request: Request, env: Env): Promise<Response> {
      try {
        return await (await front(env)).answer(request);
      } catch (error) {
        if (error instanceof EnvironmentMistake) log("misconfigured", { message: error.message, hint: error.hint });
        else log("failed", { error: logged(error) });
        return problemAnswer("unavailable");
      }
    },

    async queue(batch: MessageBatch<Message>, env: Env): Promise<void> {
      const byTenant = Map.groupBy(batch.messages, ({ body }) => body.tenant);
      await Promise.all(
        [...byTenant].map(async ([tenant, messages]) => {
          const kept = await keep(
            env,
            tenant,
            messages.map(({ body }) => body),
          );
          for (const [index, message] of messages.entries()) {
            if (kept[index]) message.ack();
            // A dead letter is tried once an hour, for as long as its queue keeps it.
            else message.retry({ delaySeconds: batch.queue.endsWith("-dead") ? later : soon });
          }
        }),
      );
    },

    /** By cron: every tenant is looked after, through the queue, since there may be many. */
    async scheduled(_event: unknown, env: Env): Promise<void> {
      const directory = openDirectory(env.DIRECTORY, clockOf(env));
      await directory.callers.pruneCallers();
      for (let tenants = await directory.tenants("", atOnce); tenants.length > 0; ) {
        await env.WEBHOOKS.sendBatch(tenants.map((tenant) => ({ body: { kind: "look", tenant } })));
        tenants = await directory.tenants(tenants.at(-1) as string, atOnce);
      }
    },
  };
}

async function keep(env: Env, tenant: string, messages: readonly Message[]): Promise<boolean[]> {
  try {
    const object = env.TENANTS.getByName(tenant);
    const deliveries = messages.filter((message) => message.kind === "delivery");
    const kept = deliveries.length > 0 ? await object.receive(tenant, deliveries) : [];
    if (messages.length > deliveries.length) await object.look(tenant);
    let index = 0;
    return messages.map(({ kind }) => kind === "look" || (kept[index++] ?? false));
  } catch (error) {
    log("object_failed", { tenant, messages: messages.length, error: logged(error) });
    return messages.map(() => false);
  }
}

async function openFront(env: Env, clock: Clock) {
  const directory = openDirectory(env.DIRECTORY, clock);
  const { callers } = directory;
  const authenticate = byKeyOrSession(callers, clock);
  const { options } = optionsOf(env, clock);
  const used = {
    ...callers,
    within: () => store,
    isUpgrading: async () => false,
    async integrationOfAccount(crm, account) {
      const holder = await directory.holderOf(crm, account);
      return holder && env.TENANTS.getByName(holder.tenant).integrationAt(holder);
    },
    async receive({ tenant, id }, incoming: Incoming) {
      const message: Message = { kind: "delivery", tenant, integration: id, incoming };
      if (JSON.stringify(message).length <= longest) await env.WEBHOOKS.send(message);
      else if (!(await keep(env, tenant, [message]))[0]) throw new Error("the delivery was not kept");
      return [];
    },
  } satisfies Partial<SyncStore>;
  // What a caller of a tenant asks for never comes here, so that nothing else of the store is used.
  const store: SyncStore = used as Partial<SyncStore> as SyncStore;
  const { app } = createService({ store, jobs: {} as Jobs, engine: await loadEngine() }, options);

  /** Of whoever has no key with them: they come back from a CRM, which only the directory knows of. */
  async function comingBack(request: Request): Promise<string | null> {
    const { pathname, searchParams } = new URL(request.url);
    const state = /^\/oauth\/\w+\/callback$/.test(pathname) ? searchParams.get("state") : null;
    return state === null ? null : directory.tenantOfConnecting(await sha256(state));
  }

  return {
    async answer(request: Request): Promise<Response> {
      if (new URL(request.url).pathname.startsWith("/webhooks/")) return app.fetch(request);
      // Who is refused here is refused by the app in the same way, and told why.
      const caller = await authenticate(request).catch(() => null);
      const tenant = caller?.tenant ?? (await comingBack(request));
      if (tenant === null) return app.fetch(request);
      return env.TENANTS.getByName(tenant).fetch(withFront(request, { tenant, caller }));
    },
  };
}
