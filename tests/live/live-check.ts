/**
 * Asks a CRM itself what the stand-in takes to be its behaviour. It needs an account for developers, in which it makes some
 * contacts under example.com and deletes them.
 */
import { type Behaviour, behaviours } from "../../web/stand-in/behaviours.js";
import "../../web/stand-in/stand-in.js";

/** By the behaviour's own sentence. False, or an error: it is otherwise there. */
export type Checks = Record<string, () => Promise<boolean>>;

/** Cannot be looked at with this token, or in this account. */
export class NotHere extends Error {}

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what comes is what is looked at
  body: any;
}

export interface Account {
  /** A path below the CRM's address. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Unlike any that was there before. */
  unique: string;
  pause(milliseconds: number): Promise<void>;
}

/** Throws where nothing can be looked at, and says why. */
export type Prepare = (account: Account) => Promise<{ checks: Checks; tidy(): Promise<void> }>;

export interface Finding {
  behaviour: Behaviour;
  verdict: "confirmed" | "contradicted" | "not checkable here";
  /** What was answered instead; codes only. */
  saw: string;
}

export interface LiveCheckOptions {
  crm: Behaviour["crm"];
  baseUrl: string;
  token: string;
  prepare: Prepare;
}

export async function liveCheck({ crm, baseUrl, token, prepare }: LiveCheckOptions): Promise<Finding[]> {
  let last = "";
  const account: Account = {
    unique: `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`,
    pause: (milliseconds) => new Promise((done) => setTimeout(done, milliseconds)),
    async ask(method, path, body, headers = {}) {
      const response = await fetch(new URL(path, baseUrl), {
        method,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const answer: Answer = { status: response.status, headers: response.headers, body: parsed(text) };
      last = `${method} ${path.split("?")[0]}: ${answer.status} ${codesIn(answer.body).join(" ")}`.trim();
      if (answer.status === 403) throw new NotHere(last);
      return answer;
    },
  };
  const { checks, tidy } = await prepare(account);
  const own = behaviours.filter((behaviour) => behaviour.crm === crm);
  const unknown = Object.keys(checks).filter((what) => !own.some((behaviour) => behaviour.what === what));
  if (unknown.length > 0) throw new Error(`the stand-in does not say: ${unknown.join(" | ")}`);
  const verdicts = new Map<string, Pick<Finding, "verdict" | "saw">>();
  try {
    for (const [what, check] of Object.entries(checks)) {
      try {
        verdicts.set(
          what,
          (await check()) ? { verdict: "confirmed", saw: "" } : { verdict: "contradicted", saw: last },
        );
      } catch (error) {
        const { message } = error as Error;
        const verdict = error instanceof NotHere ? "not checkable here" : "contradicted";
        verdicts.set(what, { verdict, saw: error instanceof NotHere ? message : `${last} (${message})` });
      }
    }
  } finally {
    await tidy();
  }
  return own.map((behaviour) => ({
    behaviour,
    ...(verdicts.get(behaviour.what) ?? { verdict: "not checkable here" as const, saw: "" }),
  }));
}

export function report(findings: readonly Finding[]): string {
  const order = ["contradicted", "confirmed", "not checkable here"] as const;
  const lines = order.flatMap((verdict) => {
    const some = findings.filter((finding) => finding.verdict === verdict);
    return [
      `\n${verdict}: ${some.length}`,
      ...some.map(
        ({ behaviour, saw }) => `  ${behaviour.ground.padEnd(10)}  ${behaviour.what}${saw && `\n    ${saw}`}`,
      ),
    ];
  });
  return lines.join("\n");
}

function parsed(text: string): unknown {
  try {
    return text === "" ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

/** HubSpot's and Salesforce's names of errors, wherever they stand. */
function codesIn(body: unknown): string[] {
  if (typeof body !== "object" || body === null) return [];
  const found = Object.entries(body).flatMap(([name, value]) =>
    /^(?:category|code|errorCode|statusCode)$/.test(name) && typeof value === "string" ? [value] : codesIn(value),
  );
  return [...new Set(found)].slice(0, 5);
}
