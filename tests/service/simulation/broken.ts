/** Services that are broken in one place each, and what the judge must call it. */
import type { SyncStore } from "../../../web/service/store/store.js";
import type { SyncContext } from "../../../web/service/sync/context.js";
import type { Breach } from "./ledger.js";

/** What a broken service does otherwise, so that the judge has something to find. */
export interface Variant {
  /** Null: a webhook or a call that the service takes and does nothing about. */
  request?(request: Request): Request | null;
  context?(context: SyncContext): void;
  /** What it asks a CRM with instead. */
  asks?(body: string): string;
  /** Nobody ever looks for what webhooks did not tell. */
  neverLooks?: boolean;
}

/** Every so many. */
function every(count: number): () => boolean {
  let left = count;
  return () => {
    left = left === 1 ? count : left - 1;
    return left === count;
  };
}

const withStore = (change: (store: SyncStore) => Partial<SyncStore>): Variant => ({
  context(context) {
    const { store } = context;
    context.store = Object.assign(Object.create(store) as SyncStore, bound(store), change(store));
  },
});

/** Its methods, wherever they come from. */
const bound = (store: SyncStore) =>
  Object.fromEntries(
    Object.entries(store).map(([name, member]) => [name, typeof member === "function" ? member.bind(store) : member]),
  );

const dropped = every(3);
const unwritten = every(4);
const forgotten = every(2);

export interface Broken {
  variant: Variant;
  found: readonly Breach[];
  /** How many it takes to find it surely; 30 unless given. */
  contacts?: number;
}

export const broken: Record<string, Broken> = {
  "takes every third webhook and does nothing, and never looks for what it missed": {
    variant: {
      neverLooks: true,
      request: (request) => (request.url.includes("/webhooks/") && dropped() ? null : request),
    },
    found: ["sides differ", "not delivered"],
  },
  "writes over what was edited since it looked": {
    // Salesforce's condition stands with each part of a composite request.
    variant: { asks: (body) => body.replace(/"httpHeaders":\{"If-Unmodified-Since":"[^"]*"\},?/g, "") },
    found: ["edit lost", "wrong winner", "sides differ"],
    // The window is the few milliseconds between its look and its write: of fewer people one run in two meets none.
    contacts: 240,
  },
  "loses what it decided to write to PenguinMails, now and then": {
    variant: withStore((store) => ({
      commit: (ref, plans, others) =>
        store.commit(
          ref,
          plans.map((plan) => {
            if (plan.pair.contact === null || plan.record === undefined || !unwritten()) return plan;
            const { record: _, fieldTimes: __, ...rest } = plan;
            return rest;
          }),
          others,
        ),
    })),
    found: ["edit lost", "wrong winner", "sides differ"],
  },
  "loses opt-outs that the CRM tells of": {
    variant: withStore((store) => ({
      commit: (ref, plans, others) =>
        store.commit(
          ref,
          plans.map((plan) => {
            const isNew = plan.pair.contact?.record.unsubscribed !== true && plan.record?.unsubscribed === true;
            return isNew ? { ...plan, record: { ...plan.record, unsubscribed: false }, optOuts: [] } : plan;
          }),
          others,
        ),
    })),
    found: ["opt-out lifted"],
    contacts: 60,
  },
  "forgets what became of its writes": {
    variant: withStore((store) => ({
      settle: (ref, settlements) =>
        store.settle(
          ref,
          settlements.map((one) => {
            if (one.settled === undefined || one.settled.base === null || !forgotten()) return one;
            return { ...one, settled: { ...one.settled, base: null } };
          }),
        ),
    })),
    found: ["edit lost", "wrong winner", "sides differ"],
  },
  "keeps other decisions than it makes": {
    variant: withStore((store) => ({
      commit: (ref, plans, others) =>
        store.commit(
          ref,
          plans.map(({ audit, ...plan }) => ({
            ...plan,
            audit: audit && { ...audit, decision: audit.decision.replace('"winner":"crm"', '"winner":"local"') },
          })),
          others,
        ),
    })),
    found: ["not replayed"],
  },
};

/** Of a service that is not broken there is nothing. */
export const variantOf = (name = ""): Variant => broken[name]?.variant ?? {};
