/** What the service answers where it does not do what was asked: problems (RFC 9457). None holds anything of the request. */

/** The name stands in `type` as urn:crm-sync:problem:<name>, and never changes its meaning. */
export const problems = {
  "not-json": [400, "the body is not JSON that can be kept exactly"],
  "not-a-delivery": [400, "the body is no delivery of this CRM"],
  unauthenticated: [401, "the request has no key that is known, and no session"],
  "signature-missing": [401, "the request has no signature of version 3"],
  "signature-expired": [401, "the signature's time is more than five minutes from now"],
  "signature-wrong": [401, "the signature does not fit the request"],
  csrf: [403, "a session's request that changes something needs its token in x-crm-sync-csrf"],
  forbidden: [403, "the key does not have the role that this needs"],
  "session-only": [403, "this is for a person at the admin page, not for an API key"],
  "not-found": [404, "there is nothing here"],
  "method-not-allowed": [405, "this method is not known here"],
  "integration-exists": [409, "there is an integration with this id already"],
  "account-taken": [409, "the CRM's account is connected already"],
  "approval-required": [409, "this integration's mapping is changed by a draft that somebody approves; make one"],
  "not-now": [409, "not in the state that it is in; `code` says why"],
  "not-configured": [409, "the service has no app at this CRM; `needs` names what its environment has to say"],
  "not-as-expected": [412, "`If-Match` names another version than the one in force"],
  "too-large": [413, "the body is too large"],
  "wrong-content-type": [415, "the body is to be sent as application/json"],
  invalid: [422, "the request is not as documented; `mistakes` says where"],
  "mapping-refused": [422, "the mapping file has mistakes; `diagnostics` says which"],
  "input-refused": [422, "the engine refuses the records; `code` says why"],
  "address-refused": [422, "`baseUrl` is no address of this CRM"],
  "too-many": [429, "more than is taken at a time; come again later"],
  internal: [500, "a mistake of the service's own"],
  unavailable: [503, "nothing was done; come again later"],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemName = keyof typeof problems;

/** How long to wait before the same is asked again, in seconds. */
const pause: { [name in ProblemName]?: string } = { "too-many": "10", unavailable: "5" };

/** Thrown by a route; `more` are members of the answer, and hold no value of a record. */
export class Problem extends Error {
  override readonly name = "Problem";
  constructor(
    readonly problem: ProblemName,
    readonly more: Record<string, unknown> = {},
  ) {
    super(problem);
  }
}

export function problemAnswer(name: ProblemName, more: Record<string, unknown> = {}): Response {
  const [status, title] = problems[name];
  const headers = new Headers({ "content-type": "application/problem+json" });
  if (status === 401) headers.set("www-authenticate", "Bearer");
  const wait = pause[name];
  if (wait !== undefined) headers.set("retry-after", wait);
  return new Response(JSON.stringify({ type: `urn:crm-sync:problem:${name}`, title, status, ...more }), {
    status,
    headers,
  });
}
