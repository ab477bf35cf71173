/** One organisation of Salesforce: what its people can do with it, and how it answers. */
import { encode } from "../../../bindings/package/encode.js";
import type { Clock } from "../../service/clock.js";
import { behaves } from "../behaviours.js";
import type { Faults } from "../faults.js";
import type { Call, CrmStandIn } from "../stand-in.js";
import { type Issued, TokenOffice, type Visit } from "../tokens.js";
import { Calls } from "./calls.js";
import { errorBody, type Refusal, Refused, refuse } from "./errors.js";
import {
  convertByHand,
  createByHand,
  editByHand,
  eraseByHand,
  mergeByHand,
  removeByHand,
  restoreByHand,
  rowOf,
} from "./hands.js";
import { eighteen, idOf, type ObjectName } from "./ids.js";
import { Notifications } from "./notifications.js";
import { dateTime } from "./presentation.js";
import { pageSize, Queries } from "./query.js";
import { Records, type Row, wholeSecond } from "./records.js";
import { answerTo, bodyOf } from "./resources.js";
import { type Definition, Schema } from "./schema.js";
import type { Limits, State } from "./state.js";
import { exchanged } from "./token-endpoint.js";

/** What people do is done at once, by the clock, and last modified by `person`. */
export interface SalesforceOrganisation {
  /** With 18 characters. */
  readonly id: string;
  /** A person has let the app in. */
  connect(): Issued;
  revoke(): void;
  /** A person of this account is led to the app's page, and agrees unless something else is said. */
  visits(does?: Visit): void;
  /** What its answers say its own address is; null: the one that was asked. */
  address: string | null;
  /** Access tokens end; refresh tokens stay. */
  expire(): void;
  /** Ids of users. */
  readonly integrationUser: string;
  readonly person: string;
  /** Where Outbound Messages go; the secret is the last part of the address. */
  webhook: { url: string } | null;
  /** Where change events go; `secretHeader` is what x-crm-sync-secret holds. */
  relay: { url: string; secretHeader: string } | null;
  create(object: ObjectName, fields: Record<string, unknown>): string;
  edit(id: string, fields: Record<string, unknown>): void;
  /** Into the recycle bin. */
  remove(id: string): void;
  /** From there. */
  restore(id: string): void;
  merge(winner: string, loser: string): void;
  /** The new contact's id. */
  convert(lead: string): string;
  /** Deleted and erased, as for a person who asks to be forgotten. */
  privacyDelete(id: string): void;
  /** Committed, with times as Salesforce writes them; null: there is none, or none any more. */
  get(id: string): Row | null;
  /** Live ones. */
  all(object: ObjectName): Row[];
  define(object: ObjectName, field: string, definition: Definition): void;
  /** After how many milliseconds what people do is committed; until then nobody else sees it. */
  lateCommits: number;
  /** Whether a rule refuses new contacts, and leads, of an address that another has; people pass over it. */
  duplicateRule: boolean;
  readonly limits: Limits;
  /** Of a record's id, or the key of one that is to be created: our writes are refused for good; null ends it. */
  poison(idOrKey: string, refusal: Refusal | null): void;
  /** The next of our writes. */
  refuseOnce(idOrKey: string, statusCode: string): void;
  /** getDeleted tells of later deletions only. */
  purgeDeletions(): void;
}

class Organisation implements SalesforceOrganisation {
  webhook: SalesforceOrganisation["webhook"] = null;
  relay: SalesforceOrganisation["relay"] = null;
  lateCommits = 0;
  readonly state: State;
  readonly calls: Calls;
  readonly integrationUser: string;
  readonly person: string;
  readonly limits: Limits = {};

  constructor(
    readonly id: string,
    clock: Clock,
    private readonly tokens: TokenOffice,
    notifications: Notifications,
  ) {
    this.calls = new Calls(clock);
    const schema = new Schema();
    const records = new Records(clock, (transaction) => notifications.add(this, schema, records, transaction));
    const queries = new Queries(schema, records);
    this.integrationUser = records.newId("User");
    this.person = records.newId("User");
    const { integrationUser, person, limits } = this;
    const maps = { poisoned: new Map(), refusedOnce: new Map() };
    this.state = { id, clock, schema, records, queries, integrationUser, person, duplicateRule: true, limits, ...maps };
    const users = [
      { Id: integrationUser, FirstName: "Integration", LastName: "User", Email: "integration@example.com" },
      { Id: person, FirstName: "Sales", LastName: "Person", Email: "sales@example.com" },
    ];
    for (const { Id, ...user } of users) {
      const values = { ...user, Username: user.Email, IsActive: true };
      records.write([{ type: "CREATE", id: Id, values }], { id: person });
    }
  }

  connect = () => this.tokens.issue(this.id);
  revoke = () => this.tokens.revoke(this.id);
  address: string | null = null;
  visits = (does: Visit = "agrees") => {
    this.tokens.visitor = { account: this.id, does };
  };
  expire = () => this.tokens.expire(this.id);

  create = (object: ObjectName, fields: Record<string, unknown>) =>
    createByHand(this.state, object, fields, this.lateCommits);
  edit = (id: string, fields: Record<string, unknown>) => editByHand(this.state, id, fields, this.lateCommits);
  remove = (id: string) => removeByHand(this.state, id, this.lateCommits);
  restore = (id: string) => restoreByHand(this.state, id, this.lateCommits);
  merge = (winner: string, loser: string) => mergeByHand(this.state, winner, loser, this.lateCommits);
  convert = (lead: string) => convertByHand(this.state, lead, this.lateCommits);
  privacyDelete = (id: string) => eraseByHand(this.state, id);

  get = (id: string) => (this.state.records.get(id) === null ? null : this.#told(rowOf(this.state, id)));
  all = (object: ObjectName) =>
    this.state.records
      .all(object)
      .filter(({ IsDeleted }) => IsDeleted !== true)
      .map((row) => this.#told(row));

  #told(row: Row): Row {
    const times = ["CreatedDate", "LastModifiedDate", "SystemModstamp"];
    return { ...row, ...Object.fromEntries(times.map((name) => [name, dateTime(row[name] as number)])) };
  }

  define = (object: ObjectName, field: string, definition: Definition) =>
    this.state.schema.define(object, field, definition);

  get duplicateRule() {
    return this.state.duplicateRule;
  }
  set duplicateRule(isRuled: boolean) {
    this.state.duplicateRule = isRuled;
  }

  poison(idOrKey: string, refusal: Refusal | null): void {
    if (refusal === null) this.state.poisoned.delete(idOrKey);
    else this.state.poisoned.set(idOrKey, refusal);
  }
  refuseOnce = (idOrKey: string, statusCode: string) =>
    void this.state.refusedOnce.set(idOrKey, { statusCode, message: "refused once", fields: [] });
  purgeDeletions(): void {
    this.state.records.deletionsSince = wholeSecond(this.state.clock.now());
  }

  /** Of a request that bears a token of this organisation. */
  answer({ method, url, headers, body }: Call): { status: number; body?: unknown } {
    this.calls.most = this.limits.calls ?? 100_000;
    this.state.queries.pageSize = this.limits.pageSize ?? pageSize;
    const client = /client=([^;,\s]+)/.exec(headers.get("sforce-call-options") ?? "")?.[1] ?? "";
    const session = { version: "", headers, author: { id: this.integrationUser, client } };
    try {
      sized(url, headers);
      this.calls.take();
      return answerTo(this.state, session, { method, url, body: bodyOf(body) });
    } catch (error) {
      if (error instanceof Refused) return { status: error.status, body: errorBody(error.refusals) };
      throw error;
    }
  }
}

behaves(
  "salesforce",
  "documented",
  "A URI with its headers has at most 16,384 bytes: 414, or 431 where the headers alone are longer.",
  "REST API Developer Guide, Status Codes; Limits",
);

function sized(url: URL, headers: Headers): void {
  const uri = url.pathname.length + url.search.length;
  let held = 0;
  for (const [name, value] of headers) held += name.length + value.length + 4;
  if (held > 16_384) throw refuse(431, "REQUEST_HEADER_FIELDS_TOO_LARGE", "The headers are too long.");
  if (uri + held > 16_384) throw refuse(414, "URI_TOO_LONG", "The URI is too long.");
}

behaves(
  "salesforce",
  "recorded",
  "A token that is none any more is answered with 401 and INVALID_SESSION_ID in a list.",
  "sample sf-401-invalid-session.json",
);
behaves(
  "salesforce",
  "documented",
  "Answers say the calls of the last 24 hours in Sforce-Limit-Info; over the limit they are 403 REQUEST_LIMIT_EXCEEDED.",
  "REST API Developer Guide, Limit Info Header; Status Codes",
);

const noSession: Refusal = { statusCode: "INVALID_SESSION_ID", message: "Session expired or invalid" };

const failures = {
  rate_limited: [403, { statusCode: "REQUEST_LIMIT_EXCEEDED", message: "ConcurrentRequests Limit exceeded." }],
  unavailable: [503, { statusCode: "SERVER_UNAVAILABLE", message: "Server is too busy." }],
  failed: [500, { statusCode: "UNKNOWN_EXCEPTION", message: "An unexpected error occurred." }],
  expired: [401, noSession],
} as const;

export function createSalesforce(clock: Clock, faults: Faults): CrmStandIn<SalesforceOrganisation> {
  const tokens = new TokenOffice(clock, { name: "salesforce", expiresIn: 7_200, rotates: true });
  const notifications = new Notifications(clock, faults);
  const organisations = new Map<string, Organisation>();

  const accountOf = ({ headers }: Call) => tokens.accountOf(headers.get("authorization"));
  const settle = () => {
    for (const { state } of organisations.values()) state.records.settle();
  };

  function respond(status: number, body: unknown, more: Record<string, string> = {}): Response {
    const headers = { date: new Date(clock.now()).toUTCString(), ...more };
    if (body === undefined) return new Response(null, { status, headers });
    const text = encode(body, "an answer");
    return new Response(text, { status, headers: { "content-type": "application/json;charset=UTF-8", ...headers } });
  }

  return {
    account(given) {
      const id = eighteen(given);
      if (id === null) throw new TypeError("an organisation has an id of 15 or 18 characters");
      const known = organisations.get(id);
      if (known !== undefined) return known;
      const organisation = new Organisation(id, clock, tokens, notifications);
      organisations.set(id, organisation);
      return organisation;
    },
    accounts: () => [...organisations.values()],
    accountOf,
    async answer(call) {
      const form = new URLSearchParams(call.body);
      switch (`${call.method} ${call.url.pathname}`) {
        case "GET /services/oauth2/authorize":
          return tokens.visit(call.url.searchParams);
        case "POST /services/oauth2/revoke":
          return respond(tokens.giveBack(form.get("token") ?? "") ? 200 : 400, undefined);
        case "POST /services/oauth2/token": {
          const { origin } = call.url;
          const { status, body } = await exchanged(tokens, form, clock.now(), (account) => ({
            id: `${origin}/id/${account}/${organisations.get(account)?.integrationUser}`,
            instance_url: organisations.get(account)?.address ?? origin,
          }));
          return respond(status, body);
        }
      }
      const organisation = organisations.get(accountOf(call) ?? "");
      if (organisation === undefined) return respond(401, errorBody([noSession]));
      const { status, body } = organisation.answer(call);
      return respond(status, body, { "sforce-limit-info": organisation.calls.told() });
    },
    fail(fault) {
      const [status, refusal] = failures[fault];
      return respond(status, errorBody([refusal]));
    },
    async deliver(fetchIt) {
      settle();
      return notifications.deliver(fetchIt);
    },
    get waiting() {
      settle();
      return notifications.waiting;
    },
  };
}

/** Such as an organisation's, for whoever needs one. */
export const organisationId = (number: number) => idOf("00D", number);
