/** Deliveries as HubSpot makes them, signed independently of the code under test: by node:crypto. */
import { createHmac } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const secret = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy";
export const publicUrl = "https://hooks.example.com/webhooks/hubspot";
export const time = Date.UTC(2026, 2, 1, 10, 0, 5);

const samples = join(
  process.env.CRM_SYNC_SAMPLES ?? fileURLToPath(new URL("../../../shared/samples", import.meta.url)),
  "crm",
);
export const skip = existsSync(samples) ? false : `there are no samples in ${samples}`;
export const sampleFiles = () => readdirSync(samples);
export const sample = (file: string) => readFileSync(join(samples, file), "utf8");

export interface Signing {
  secret?: string;
  method?: string;
  uri?: string;
  timestamp?: string;
}

/** The headers of a delivery. */
export function signed(body: string | Uint8Array, signing: Signing = {}): Record<string, string> {
  const { secret: key = secret, method = "POST", uri = publicUrl, timestamp = String(time) } = signing;
  const hash = createHmac("sha256", key)
    .update(method + uri)
    .update(body)
    .update(timestamp);
  return {
    "content-type": "application/json",
    "x-hubspot-signature-v3": hash.digest("base64"),
    "x-hubspot-request-timestamp": timestamp,
  };
}

/** A delivery as it arrives behind a proxy, under another host's name. */
export function delivery(
  body: string | Uint8Array<ArrayBuffer>,
  signing?: Signing,
  url = "http://10.0.0.7:8080/hook",
): Request {
  return new Request(url, { method: "POST", body, headers: signed(body, signing) });
}

/** An event in the documented shape. */
export const event = (more: object) => ({
  eventId: 7,
  subscriptionId: 12345,
  portalId: 62515,
  appId: 54321,
  occurredAt: time - 1000,
  subscriptionType: "contact.propertyChange",
  attemptNumber: 0,
  objectId: 123,
  propertyName: "email",
  propertyValue: "ada@new.test",
  changeSource: "CRM_UI",
  sourceId: "userId:8",
  ...more,
});
