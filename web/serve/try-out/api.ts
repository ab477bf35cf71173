/** The service's own HTTP interface, as anybody calls it. */
import type { Decision } from "../../../bindings/package/node.js";
import type { AuditEntry, Contact, StoredReview } from "../../service/index.js";

export type Decided = Omit<AuditEntry, "input" | "decision"> & { decision: Decision };
export type Mailable = Contact & { mailable: { ok: boolean; because: string[] } };

/** A step of the try-out takes moments; after so long something is wrong. */
const patience = 60_000;
const interval = 50;

export class Api {
  constructor(
    readonly origin: string,
    readonly key: string,
    readonly signal: AbortSignal,
  ) {}

  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(this.origin + path, {
      method,
      headers: { authorization: `Bearer ${this.key}`, "content-type": "application/json" },
      signal: this.signal,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: HTTP ${response.status} ${text}`);
    return JSON.parse(text) as T;
  }

  /** Asks until there is an answer other than null. */
  async until<T>(what: string, ask: () => Promise<T | null>): Promise<T> {
    for (const end = Date.now() + patience; Date.now() < end; ) {
      const answer = await ask();
      if (answer !== null) return answer;
      this.signal.throwIfAborted();
      await new Promise((done) => setTimeout(done, interval));
    }
    throw new Error(`after ${patience / 1000} s there is still no ${what}`);
  }

  contact = (id: string) => this.call<Mailable>("GET", `/contacts/${encodeURIComponent(id)}`);

  /** The latest first. */
  decisions = async (query = "") =>
    (await this.call<{ entries: Decided[] }>("GET", `/api/audit?limit=50${query}`)).entries;

  reviews = async () => (await this.call<{ reviews: StoredReview[] }>("GET", "/api/reviews?state=open")).reviews;

  change = (changes: readonly { id: string; patch: object; ago?: number }[]) =>
    this.call("POST", "/contacts/changes", {
      changes: changes.map(({ id, patch, ago = 0 }) => ({
        id,
        patch,
        updatedAt: new Date(Date.now() - ago).toISOString(),
      })),
    });
}
