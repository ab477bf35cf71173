/** What goes wrong on demand, once or at a rate: with requests, and with webhooks on their way. */

/**
 * rate_limited: 429. unavailable: 503, nothing was done. failed: 500, and the work was done all the same. no_request: the
 * connection breaks before anything was done. no_answer: it breaks afterwards. expired: 401, as of a token that has ended.
 */
export type RequestFault = "rate_limited" | "unavailable" | "failed" | "no_request" | "no_answer" | "expired";
/** lost: never sent. doubled: sent twice. late: sent after others that came later. forged: another with a wrong signature. */
export type WebhookFault = "lost" | "doubled" | "late" | "forged";
export type Fault = RequestFault | WebhookFault;

export const requestFaults = ["rate_limited", "unavailable", "failed", "no_request", "no_answer", "expired"] as const;
export const webhookFaults = ["lost", "doubled", "late", "forged"] as const;

/** Where a fault may strike: the method and path of a request; of a webhook its account. */
export interface Place {
  crm: "hubspot" | "salesforce";
  account: string;
  method?: string;
  path?: string;
}

interface Ordered {
  fault: Fault;
  times: number;
  where: (place: Place) => boolean;
}

export class Faults {
  readonly #ordered: Ordered[] = [];
  readonly #rates = new Map<Fault, number>();
  /** How often each struck. */
  readonly struck = new Map<Fault, number>();

  constructor(private readonly random: () => number) {}

  /** The next `times` requests or webhooks of these places. */
  next(fault: Fault, where: (place: Place) => boolean = () => true, times = 1): void {
    this.#ordered.push({ fault, times, where });
  }

  /** From now on, with this probability each; 0 ends it. */
  rate(fault: Fault, probability: number): void {
    this.#rates.set(fault, probability);
  }

  /** Nothing goes wrong any more. */
  clear(): void {
    this.#ordered.length = 0;
    this.#rates.clear();
  }

  request(place: Place): RequestFault | null {
    return this.#strike(requestFaults, place);
  }

  webhook(place: Place): WebhookFault | null {
    return this.#strike(webhookFaults, place);
  }

  #strike<Kind extends Fault>(kinds: readonly Kind[], place: Place): Kind | null {
    const fault = this.#due(kinds, place) ?? kinds.find((kind) => this.random() < (this.#rates.get(kind) ?? 0)) ?? null;
    if (fault !== null) this.struck.set(fault, (this.struck.get(fault) ?? 0) + 1);
    return fault;
  }

  #due<Kind extends Fault>(kinds: readonly Kind[], place: Place): Kind | null {
    const at = this.#ordered.findIndex(({ fault, where }) => kinds.includes(fault as Kind) && where(place));
    const ordered = this.#ordered[at];
    if (ordered === undefined) return null;
    if (--ordered.times === 0) this.#ordered.splice(at, 1);
    return ordered.fault as Kind;
  }
}
