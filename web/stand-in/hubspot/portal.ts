/** One portal of HubSpot: what its people can do with it, and how it answers. */
import type { Clock } from "../../service/clock.js";
import { behaves } from "../behaviours.js";
import type { Faults } from "../faults.js";
import type { Call, CrmStandIn } from "../stand-in.js";
import { type Issued, type Subscription, TokenOffice, type Visit } from "../tokens.js";
import { Contacts, type Snapshot, type Source } from "./contacts.js";
import { type Refusal, Refused } from "./errors.js";
import { createByHand, editByHand, forgetByHand, mergeByHand, removeByHand, restoreByHand } from "./hands.js";
import { type Owner, Owners } from "./owners.js";
import { Preferences } from "./preferences.js";
import { RateLimits, tooMany } from "./rate-limits.js";
import { answerTo } from "./resources.js";
import { type Definition, Schema } from "./schema.js";
import { SearchIndex } from "./search-index.js";
import type { Limits, State } from "./state.js";
import { answered } from "./token-endpoint.js";
import { type Target, Webhooks } from "./webhooks.js";

/** A contact as the portal's people see it: what is set only. */
export interface Held {
  id: string;
  properties: Record<string, string>;
}

/** What people do is done at once, by the clock, as the user `person`. They may do what the app may not. */
export interface HubSpotPortal {
  /** In digits. */
  readonly id: string;
  /** Of our app, in digits: its writes have this sourceId. */
  readonly appId: string;
  /** A person has let the app in. */
  connect(): Issued;
  revoke(): void;
  /** A person of this account is led to the app's page, and agrees unless something else is said. */
  visits(does?: Visit): void;
  /** The app's subscriptions, which are those of all portals. */
  subscribe(subscriptions: readonly Subscription[]): void;
  /** What the app may do from now on. */
  allow(scopes: readonly string[]): void;
  /** Access tokens end; refresh tokens stay. */
  expire(): void;
  /** What people do has this sourceId. */
  readonly person: string;
  webhook: Target | null;
  create(properties: Record<string, unknown>): string;
  edit(id: string, properties: Record<string, unknown>): void;
  /** Archived. */
  remove(id: string): void;
  restore(id: string): void;
  /** The id of the contact that comes of it: a new one, to which both old ids lead where one contact is read or updated. */
  merge(winner: string, loser: string): string;
  /** Deleted for good, as for a person who asks to be forgotten. */
  privacyDelete(id: string): void;
  /** Of everything, unless a subscription type's id is given. */
  optOut(email: string, subscription?: string): void;
  optIn(email: string, subscription?: string): void;
  /** By its own id, or that of one that was merged into it; null: there is none, or it is archived. */
  get(id: string): Held | null;
  /** Live ones. */
  all(): Held[];
  addOwner(owner: Owner): string;
  archiveOwner(id: string): void;
  define(property: string, definition: Definition): void;
  removeProperty(name: string): void;
  /** After how many milliseconds searches see a change. */
  indexLag: number;
  readonly limits: Limits;
  /** Of a record's id, or of a unique value, such as our key: our writes are refused for good; null ends it. */
  poison(idOrKey: string, refusal: Refusal | null): void;
  /** The next of our writes: "LOCKED", "CONFLICT", "OBJECT_NOT_FOUND", or a code of a value that is not taken. */
  refuseOnce(idOrKey: string, kind: string): void;
  /** For so many milliseconds our writes of the record are answered with 423. */
  lock(id: string, milliseconds: number): void;
}

const heldOf = ({ id, values }: Snapshot): Held => ({ id, properties: Object.fromEntries(values) });

const appId = "54321";

class Portal implements HubSpotPortal {
  readonly appId = appId;
  readonly person = "userId:8";
  webhook: Target | null = null;
  readonly limits: Limits = {};
  readonly state: State;
  readonly rates: RateLimits;

  constructor(
    readonly id: string,
    clock: Clock,
    private readonly tokens: TokenOffice,
    webhooks: Webhooks,
  ) {
    const schema = new Schema();
    const index = new SearchIndex(clock);
    const contacts = new Contacts(clock, schema, (written, now, changes) => {
      index.add(written, now);
      if (this.webhook !== null) webhooks.add({ id, appId: this.appId, schema }, this.webhook, changes);
    });
    const { limits } = this;
    const owners = new Owners(clock);
    owners.add({ email: "sales@example.com", firstName: "Sales", lastName: "Person" });
    this.rates = new RateLimits(clock, limits);
    const app: Source = { type: "INTEGRATION", id: this.appId };
    const person: Source = { type: "CRM_UI", id: this.person };
    const maps = { poisoned: new Map(), refusedOnce: new Map(), locks: new Map() };
    const preferences = new Preferences(contacts);
    this.state = { id, clock, schema, contacts, index, owners, preferences, app, person, limits, ...maps };
  }

  connect = () => this.tokens.issue(this.id);
  revoke = () => this.tokens.revoke(this.id);
  visits = (does: Visit = "agrees") => {
    this.tokens.visitor = { account: this.id, does };
  };
  subscribe = (subscriptions: readonly Subscription[]) => {
    this.tokens.subscriptions = subscriptions;
  };
  allow = (scopes: readonly string[]) => void this.tokens.scopes.set(this.id, scopes);
  expire = () => this.tokens.expire(this.id);

  create = (properties: Record<string, unknown>) => createByHand(this.state, properties);
  edit = (id: string, properties: Record<string, unknown>) => editByHand(this.state, id, properties);
  remove = (id: string) => removeByHand(this.state, id);
  restore = (id: string) => restoreByHand(this.state, id);
  merge = (winner: string, loser: string) => mergeByHand(this.state, winner, loser);
  privacyDelete = (id: string) => forgetByHand(this.state, id);

  optOut = (email: string, subscription = "all") =>
    this.state.preferences.set(email, subscription, "UNSUBSCRIBED", this.state.person);
  optIn = (email: string, subscription = "all") =>
    this.state.preferences.set(email, subscription, "SUBSCRIBED", this.state.person);

  get(id: string): Held | null {
    const contact = this.state.contacts.resolve(id);
    return contact === null ? null : heldOf(contact.now);
  }
  all = () => this.state.contacts.all().map(heldOf);

  addOwner = (owner: Owner) => this.state.owners.add(owner);
  archiveOwner = (id: string) => this.state.owners.archive(id);

  define = (property: string, definition: Definition) => {
    this.state.schema.define(property, definition);
    this.state.contacts.reindex();
  };
  removeProperty = (name: string) => this.state.schema.remove(name);

  get indexLag() {
    return this.state.index.lag;
  }
  set indexLag(milliseconds: number) {
    this.state.index.lag = milliseconds;
  }

  poison(idOrKey: string, refusal: Refusal | null): void {
    if (refusal === null) this.state.poisoned.delete(idOrKey);
    else this.state.poisoned.set(idOrKey, refusal);
  }
  refuseOnce = (idOrKey: string, kind: string) => void this.state.refusedOnce.set(idOrKey, kind);
  lock = (id: string, milliseconds: number) => void this.state.locks.set(id, this.state.clock.now() + milliseconds);
}

behaves(
  "hubspot",
  "documented",
  "A token that has ended is answered with 401 and EXPIRED_AUTHENTICATION.",
  "HubSpot, Error handling; OAuth guide; one that never was is answered in the same way here",
);
behaves(
  "hubspot",
  "documented",
  "Answers of 5xx may have been carried out.",
  "HubSpot, Error handling: 500, 502, 503, 504",
);

const expired = new Refused(401, {
  status: "error",
  message: "The OAuth token used to make this call expired or is invalid.",
  category: "EXPIRED_AUTHENTICATION",
});
const failures = {
  rate_limited: tooMany("TEN_SECONDLY_ROLLING"),
  unavailable: new Refused(503, { status: "error", message: "Service unavailable" }),
  failed: new Refused(500, { status: "error", message: "internal error" }),
  expired,
} as const;

export function createHubSpot(clock: Clock, faults: Faults): CrmStandIn<HubSpotPortal> {
  const tokens = new TokenOffice(clock, { name: "hubspot", expiresIn: 1_800, rotates: false });
  const webhooks = new Webhooks(clock, faults);
  const portals = new Map<string, Portal>();
  let answers = 0;

  const accountOf = ({ headers }: Call) => tokens.accountOf(headers.get("authorization"));
  const correlationId = () => `00000000-0000-4000-8000-${String(++answers).padStart(12, "0")}`;

  function respond(status: number, body: unknown, more: Record<string, string> = {}): Response {
    const headers = { date: new Date(clock.now()).toUTCString(), ...more };
    if (body === undefined) return new Response(null, { status, headers });
    return new Response(JSON.stringify(body), {
      status,
      headers: { "content-type": "application/json;charset=utf-8", ...headers },
    });
  }

  function refused({ status, body }: Refused, more: Record<string, string> = {}): Response {
    const id = correlationId();
    const request = status === 429 ? { requestId: correlationId() } : {};
    return respond(status, { ...body, correlationId: id, ...request }, { "x-hubspot-correlation-id": id, ...more });
  }

  return {
    account(id) {
      if (!Number.isSafeInteger(Number(id)) || !/^\d+$/.test(id)) throw new TypeError("a portal's id is a number");
      const known = portals.get(id);
      if (known !== undefined) return known;
      const portal = new Portal(id, clock, tokens, webhooks);
      portals.set(id, portal);
      return portal;
    },
    accounts: () => [...portals.values()],
    accountOf,
    async answer(call) {
      const { method, url, body: text } = call;
      if (url.pathname === "/oauth/authorize" && method === "GET") return tokens.visit(url.searchParams);
      if (url.pathname === `/webhooks/v3/${appId}/subscriptions` && method === "GET") {
        if (!url.searchParams.get("hapikey")) return refused(expired);
        return respond(200, { results: tokens.subscriptions.map((one, at) => ({ id: String(at + 1), ...one })) });
      }
      const [, what] = /^\/oauth\/(?:\d{4}-\d\d|v[13])\/token(|\/introspect|\/revoke)$/.exec(url.pathname) ?? [];
      if (what !== undefined && method === "POST") {
        const { status, body } = await answered(tokens, appId, what, new URLSearchParams(text));
        return respond(status, body);
      }
      const portal = portals.get(accountOf(call) ?? "");
      if (portal === undefined) return refused(expired);
      const isSearch = url.pathname.endsWith("/search");
      try {
        portal.rates.take(isSearch);
        const { status, body } = answerTo(portal.state, { method, url, text });
        return respond(status, body, portal.rates.headers(isSearch));
      } catch (error) {
        if (error instanceof Refused) return refused(error, portal.rates.headers(isSearch));
        throw error;
      }
    },
    fail: (fault) => refused(failures[fault]),
    deliver: (fetchIt) => webhooks.deliver(fetchIt),
    get waiting() {
      return webhooks.waiting;
    },
  };
}
