/**
 * Change Data Capture, relayed as JSON by whatever the organisation has for it: CometD's envelope, an event relay's, a
 * topic's, or the bare event; one, or a list of them. Salesforce itself pushes none over HTTP.
 */
import { decode } from "../../../bindings/package/decode.js";
import { longId } from "../crm/salesforce/ids.js";
import { Delivery, type DeliveryOptions, type Read } from "./salesforce-delivery.js";

const maximumBytes = 1 << 20;
/** How deep envelopes may be in envelopes. */
const envelopesDeep = 5;
const envelopes = ["detail", "data", "event", "message", "value", "payload"] as const;

/** Stands for all records when there were too many changes to tell of. */
const noRecord = "000000000000000AAA";

export function readChangeEvents(body: Uint8Array, options: DeliveryOptions): Read {
  if (body.length > maximumBytes) return { refused: "too-large" };
  const json = parsed(body);
  if (json === undefined) return { refused: "not-json" };
  const delivery = new Delivery(options, null);
  for (const one of Array.isArray(json) ? (json as unknown[]) : [json]) {
    const event = opened(one, 0);
    const header = event?.ChangeEventHeader as Partial<Record<string, unknown>> | undefined;
    if (event === null || typeof header !== "object" || header === null) return { refused: "not-a-delivery" };
    const { entityName, changeType, recordIds, transactionKey, sequenceNumber, commitTimestamp, commitUser } = header;
    if (
      typeof entityName !== "string" ||
      typeof changeType !== "string" ||
      !/^[A-Z_]{1,40}$/.test(changeType) ||
      typeof transactionKey !== "string" ||
      !/^[\w-]{1,80}$/.test(transactionKey) ||
      !Number.isSafeInteger(sequenceNumber) ||
      !Array.isArray(recordIds)
    ) {
      return { refused: "not-a-delivery" };
    }
    if (entityName !== options.object) {
      delivery.other++;
      continue;
    }
    // What is told of once is told by these two; the commit's number may be several events', and is beyond 2^53.
    const key = `change/${transactionKey}/${sequenceNumber}`;
    const told = { key, kind: changeType, at: typeof commitTimestamp === "number" ? commitTimestamp : Number.NaN };
    const named = (recordIds as unknown[]).map(longId);
    // A wildcard such as "003*" is all records, too.
    const untold = (recordIds as unknown[]).some((id) => id === noRecord || isWildcard(id));
    if (changeType === "GAP_OVERFLOW" || untold) delivery.addUntold(told);
    else if (named.length === 0 || named.includes(null)) return { refused: "not-a-delivery" };
    else {
      const ids = named.filter((id) => id !== null);
      delivery.add({ ...told, ids, by: longId(commitUser), optedOut: (field) => event[field] === true });
    }
  }
  return delivery.read();
}

const isWildcard = (id: unknown) => typeof id === "string" && /^\w{3}\*$/.test(id);

/** The event in its envelopes; null where there is none. */
function opened(value: unknown, depth: number): Record<string, unknown> | null {
  if (typeof value !== "object" || value === null || depth > envelopesDeep) return null;
  const object = value as Record<string, unknown>;
  if (Object.hasOwn(object, "ChangeEventHeader")) return object;
  for (const name of envelopes) {
    const inner = Object.hasOwn(object, name) ? opened(object[name], depth + 1) : null;
    if (inner !== null) return inner;
  }
  return null;
}

function parsed(body: Uint8Array): unknown {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(body);
    JSON.parse(text); // `decode` keeps long integers exact, and takes valid JSON only
    return decode(text);
  } catch {
    return undefined;
  }
}
