/** What a sync service refused, in words that say what to do. Each is a clause, to stand behind what was asked. */

/** A problem (RFC 9457), as the service answers it; `code` and others with some. */
export interface Problem {
  type?: string;
  code?: string;
  diagnostics?: unknown;
  /** What the service's environment has to say. */
  needs?: readonly string[];
}

export class Refused extends Error {
  override readonly name = "Refused";
  constructor(
    /** 0: there was no answer. */
    readonly status: number,
    readonly problem: Problem = {},
    words = wordsOf(status, problem),
  ) {
    super(words);
  }
}

/** The answer, or throws a `Refused`; statuses in `expected` are answers too. */
export async function answerOf(url: string, request: RequestInit, expected: readonly number[] = []): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, request);
  } catch {
    throw new Refused(0);
  }
  if (response.ok || expected.includes(response.status)) return response;
  const problem = (await response.json().catch(() => ({}))) as Problem;
  throw new Refused(response.status, problem);
}

const states: Record<string, string> = {
  paused: "the integration is paused; resume it or end its pause first",
  revoked: "the CRM refuses the integration's credentials; hand in new ones first",
  proposed: "the integration waits for its first sync; start a dry one, look at it, and approve it",
  ended: "the pause has ended already; look again",
  nothing_written: "nothing was written by it",
  values_gone: "what was there before is not kept any more",
  upgrading: "an upgrade of the service is not finished",
  report_outdated: "the mapping or the settings have changed since this report; make a new one, and approve that",
  another_impact: "what another draft would do is being found out; wait until that is done",
  no_report: "there is no report of what it would do that is done; make one first",
  approved: "it was approved already; look again",
  not_approvable:
    "only a dry first sync that is done can be approved, and only once; look again, since somebody else may have done it",
};

const statuses: Record<number, string> = {
  0: "the service cannot be reached; see whether it runs, then try again",
  401: "the service does not know this key; enter another one",
  403: "this key does not have the role that this needs; use a key of a reader to look, of an editor to change things",
  404: "it is not there any more; look again",
  412: "somebody has saved another version meanwhile; look again",
  413: "it is more than the service takes",
  429: "the service is asked too much at a time; try again in a minute",
  500: "the service has made a mistake of its own, which its log holds; try again, and report it if it stays",
  503: "the service is starting, or cannot reach its database, and nothing was done; try again in a minute",
};

function wordsOf(status: number, { type = "", code = "", needs = [] }: Problem): string {
  if (type.endsWith(":not-configured"))
    return `the service has no app at this CRM; whoever runs it sets ${needs.join(", ")} and starts it again`;
  if (type.endsWith(":approval-required"))
    return "this integration's mapping is changed by a draft that somebody approves; make one";
  if (type.endsWith(":mapping-refused")) return "the mapping file has mistakes; correct them first";
  if (status === 409) return states[code] ?? "the state does not allow it; look again";
  return statuses[status] ?? `the service says ${status}`;
}
