/** A test and an object in workerd: the object's parts are called as if they were here. */
import type { Keyring } from "../../../web/service/crm/sealing.js";
import type { Jobs } from "../../../web/service/jobs/jobs.js";
import type { Database } from "../../../web/service/store/sql.js";
import { AccountTaken, type SyncStore } from "../../../web/service/store/store.js";
import { Turns } from "../../../web/service/turns.js";
import { decode, encode } from "./codec.js";

/** What a test asks: a method of one of the parts. */
export interface Asked {
  part: string;
  method: string;
  values: unknown[];
  /** Of the store within a trace. */
  trace?: string;
  /** Of an object that is told what time it is, and with which keys it opens what is sealed. */
  now?: number;
  keyring?: Keyring;
}

/** Where the test's Worker takes what a tenant's object is asked; its name follows. */
export const askedAt = "/asked/";

type Parts = Record<string, object>;

/** In the object. */
export async function answered(text: string, partsOf: (asked: Asked) => Promise<Parts & { store: SyncStore }>) {
  const asked = decode(text) as Asked;
  const { part, method, values, trace } = asked;
  try {
    const parts = await partsOf(asked);
    const whole: Parts = { ...parts, store: trace === undefined ? parts.store : parts.store.within(trace) };
    const own = whole[part] as Record<string, (...values: unknown[]) => unknown>;
    return encode({ value: await own[method]?.(...values) });
  } catch (error) {
    const { name, message, code } = error as Error & { code?: string };
    return encode({ error: { name, message, code } });
  }
}

type Ask = (text: string) => Promise<string>;

/** Asks a tenant's object through the test's Worker. */
export const tenantAsked = (tenant: string, fetchIt: (request: Request) => Promise<Response>) =>
  partsAsked(async (body) => {
    const answer = await fetchIt(new Request(`https://sync.example.com${askedAt}${tenant}`, { method: "POST", body }));
    if (!answer.ok) throw new Error(`asked, it answers with ${answer.status}`);
    return answer.text();
  });

/** In the test. `more`: what goes with each question. */
export function partsAsked(askIt: Ask, more: () => Pick<Asked, "now" | "keyring"> = () => ({})) {
  async function ask(asked: Asked): Promise<unknown> {
    const { value, error } = decode(await askIt(encode({ ...more(), ...asked }))) as {
      value?: unknown;
      error?: { name: string; message: string; code?: string };
    };
    if (error === undefined) return value ?? null;
    const { name, message, code } = error;
    throw name === "AccountTaken" ? new AccountTaken(message) : Object.assign(new Error(message), { name, code });
  }

  const part = <Part extends object>(name: string, own: Partial<Part> = {}, more: Partial<Asked> = {}) =>
    new Proxy(own, {
      get(given, method: string) {
        const here: unknown = Reflect.get(given, method);
        if (here !== undefined || method === "then") return here;
        return (...values: unknown[]) => ask({ part: name, method, values, ...more });
      },
    }) as Part;

  const locks = new Turns();
  const storeWith = (more: Partial<Asked> = {}): SyncStore =>
    part<SyncStore>(
      "store",
      {
        within: (trace) => storeWith({ ...more, trace }),
        // What is to be done exclusively is the caller's, and stays with it.
        exclusively: (name, work) => locks.run(name, work),
        close: async () => {},
      },
      more,
    );

  return {
    part,
    store: storeWith(),
    withRing: (keyring: Keyring) => storeWith({ keyring }),
    jobs: part<Jobs>("jobs"),
    database: part<Database>("database"),
  };
}
