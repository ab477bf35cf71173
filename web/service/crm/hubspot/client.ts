/** HubSpot by plain fetch: `CrmClient` for one portal. */
import type { Clock } from "../../clock.js";
import type { IntegrationSettings } from "../../store/model.js";
import type { Credentials, CrmClient } from "../client.js";
import { createHttp } from "../http.js";
import { lookupCache } from "../lookup-cache.js";
import { createRateLimit, type RateLimit } from "../rate-limit.js";
import { createApi } from "./api.js";
import { type ChangesOptions, changesDefaults, countContacts, listContacts, readChanges } from "./changes.js";
import { optOutOfAll } from "./consent.js";
import { examine } from "./examine.js";
import { lookUpWrites } from "./look-up.js";
import { ownerRows } from "./owners.js";
import { findByEmail, findByKey, readContacts } from "./read.js";
import { writeContacts } from "./write.js";

export interface HubSpotOptions {
  settings: IntegrationSettings;
  credentials: Credentials;
  clock: Clock;
  fetch?: typeof fetch;
  /** Stand-ins of this machine, such as "http://127.0.0.1:4010". */
  developmentHosts?: readonly string[];
  timeout?: number;
  /** Which of these records, unknown to HubSpot by now, were of persons who asked to be forgotten; nobody unless given. */
  forgotten?(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** What HubSpot says of a token; absent: it is a private app's. */
  introspect?(token: string): Promise<Record<string, unknown>>;
  /** Of the app; null: nobody knows. */
  subscriptions?(appId: string): Promise<unknown[] | null>;
  /** Whether anything may be written at this moment; always unless given. */
  mayWrite?(): Promise<boolean>;
  /** Before a write, a reading that is older than so many milliseconds is read again; 1,000 unless given. */
  comparesAfter?: number;
  changes?: Partial<ChangesOptions>;
  /** Shared by all clients of the portal in this process; `hubspotLimits` unless given. */
  bucket?: RateLimit;
  searchBucket?: RateLimit;
}

/** HubSpot allows the smallest plan's apps 100 calls in ten seconds, and everybody five searches a second. */
export const hubspotLimits = {
  calls: { capacity: 20, refill: 80, interval: 10_000 },
  searches: { capacity: 1, refill: 4, interval: 1_000 },
};

export function createHubSpotClient(options: HubSpotOptions): CrmClient {
  const { settings, credentials, clock, forgotten = async () => new Set<string>() } = options;
  const bucket = options.bucket ?? createRateLimit({ clock, ...hubspotLimits.calls });
  const searchBucket = options.searchBucket ?? createRateLimit({ clock, ...hubspotLimits.searches });
  const http = createHttp({
    fetch: options.fetch ?? fetch,
    clock,
    allowedHosts: ["api.hubapi.com"],
    bucket,
    credentials,
    ...(options.mayWrite === undefined ? {} : { mayWrite: options.mayWrite }),
    ...(options.developmentHosts === undefined ? {} : { developmentHosts: options.developmentHosts }),
    ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
  });
  const api = createApi(settings.baseUrl, http, clock, bucket, searchBucket);
  const subscriptions = settings.subscriptions ?? {};
  const { keyField } = settings;
  const consentFields = [...new Set([optOutOfAll, ...Object.keys(subscriptions)])];
  const comparesAfter = options.comparesAfter ?? 1_000;
  const writing = { api, clock, keyField, consentFields, subscriptions, ourself: settings.ourself, comparesAfter };
  const changes = { ...changesDefaults, ...options.changes };
  return {
    crm: "hubspot",
    quota: api.quota,
    keyField,
    consentFields,
    read: (ids, fields) => readContacts(api, ids, fields, forgotten),
    findByKey: (keys, fields) => findByKey(api, keyField, keys, fields),
    findByEmail: (emails, fields) => findByEmail(api, emails, fields),
    write: (writes) => writeContacts(writing, writes),
    lookUp: (writes, fields) => lookUpWrites(writing, writes, fields),
    changes: (cursor) => readChanges(api, clock, changes, cursor),
    lookUpIds: lookupCache(clock, (wanted) => ownerRows(api, wanted)),
    list: (after) => listContacts(api, after),
    count: () => countContacts(api),
    examine: (wanted) =>
      examine(
        {
          ...{ http, baseUrl: settings.baseUrl, credentials, keyField, consentFields },
          ...(options.introspect !== undefined && { introspect: options.introspect }),
          ...(options.subscriptions !== undefined && { subscriptions: options.subscriptions }),
        },
        wanted,
      ),
  };
}
