/** A client of Salesforce over a fetch that answers as the test says. */

import type { CrmWrite } from "../../../web/service/crm/client.js";
import { createHttp } from "../../../web/service/crm/http.js";
import { createRateLimit } from "../../../web/service/crm/rate-limit.js";
import { longId } from "../../../web/service/crm/salesforce/ids.js";
import { createSalesforceClient } from "../../../web/service/crm/salesforce/salesforce-client.js";
import { type Asked, handClock, json, scripted } from "../crm/support.js";

export const host = "acme.my.salesforce.com";
export const ourself = longId("005000000000001") as string;
export const other = longId("005000000000002") as string;
export const contact = (number: number) => longId(`003${String(number).padStart(12, "0")}`) as string;

/** Salesforce's answers say its time; here it is ours unless the test moves it. */
export function salesforce(
  answer: (asked: Asked, index: number) => Response | Promise<Response>,
  given: { object?: string; ourself?: string | null; renewed?: string; aheadBy?: number; limited?: true } = {},
) {
  const clock = handClock();
  const { fetch, asked } = scripted(async (request, index) => {
    const response = await answer(request, index);
    const headers = new Headers(response.headers);
    if (!headers.has("date")) headers.set("date", new Date(clock.time + (given.aheadBy ?? 0)).toUTCString());
    return new Response(response.body, { status: response.status, headers });
  });
  const renewals: string[] = [];
  const credentials = {
    token: async () => "token",
    renew: async (stale: string) => {
      renewals.push(stale);
      return given.renewed ?? "renewed";
    },
  };
  const bucket = given.limited ? createRateLimit({ clock, capacity: 100, refill: 100, interval: 1000 }) : undefined;
  const http = createHttp({
    fetch,
    clock,
    credentials,
    allowedHosts: [host],
    ...(bucket !== undefined && { bucket }),
  });
  const by = given.ourself === undefined ? ourself : given.ourself;
  const settings = {
    baseUrl: `https://${host}`,
    keyField: "PenguinMails_Id__c",
    ...(by !== null && { ourself: by }),
    ...(given.object !== undefined && { object: given.object }),
  };
  const client = createSalesforceClient({ http, clock, settings, ...(bucket !== undefined && { bucket }) });
  return { client, asked, clock, renewals };
}

export const query = ({ url }: Asked) => url.searchParams.get("q") ?? "";
export const rows = (records: object[], more: object = {}) =>
  json({ totalSize: records.length, done: true, ...more, records });
export const errors = (status: number, errorCode: string, message = "", fields: string[] = []) =>
  json([{ errorCode, message, fields }], status);

/** A contact as a query answers with it. */
export const row = (number: number, more: object = {}) => ({
  attributes: { type: "Contact", url: `/services/data/v66.0/sobjects/Contact/${contact(number)}` },
  Id: contact(number),
  SystemModstamp: "2026-03-01T09:00:00.000+0000",
  LastModifiedDate: "2026-03-01T09:00:00.000+0000",
  LastModifiedById: ourself,
  IsDeleted: false,
  MasterRecordId: null,
  ...more,
});

export const seen = (
  values: Record<string, unknown> = {},
  updatedAt: string | null = "2026-03-01T09:00:00.000+00:00",
) => ({
  updatedAt,
  values,
  readAt: Date.UTC(2026, 2, 1, 9, 59),
});

export const update = (number: number, values: Record<string, unknown>, more: object = {}): CrmWrite => ({
  ref: `u${number}`,
  kind: "update",
  id: contact(number),
  values,
  seen: seen(),
  ...more,
});

export const create = (number: number, values: Record<string, unknown> = { LastName: "A" }): CrmWrite => ({
  ref: `c${number}`,
  kind: "create",
  key: `key-${number}`,
  values,
});

export interface Sub {
  method: string;
  url: string;
  referenceId: string;
  httpHeaders?: Record<string, string>;
  body?: Record<string, unknown>;
}

export const subrequests = ({ body }: Asked) => (JSON.parse(body) as { compositeRequest: Sub[] }).compositeRequest;

export const part = (referenceId: string, httpStatusCode: number, body: unknown = null) => ({
  referenceId,
  httpStatusCode,
  httpHeaders: {},
  body,
});
