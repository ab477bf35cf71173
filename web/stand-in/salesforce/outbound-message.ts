/** Outbound Messages: SOAP envelopes with the record as it is when they are sent. */
import { behaves } from "../behaviours.js";
import type { Row } from "./records.js";
import type { Field } from "./schema.js";

behaves(
  "salesforce",
  "recorded",
  "Outbound Messages are SOAP envelopes with OrganizationId, ActionId and notifications of an id each.",
  "sample sf-outbound-message-contact.xml",
);
behaves(
  "salesforce",
  "documented",
  "A message holds the latest values, also where it is of an earlier change; none tells of a deletion.",
  "SOAP API Developer Guide, Outbound Messaging: considerations",
);
behaves(
  "salesforce",
  "documented",
  "A message is sent until it is answered with Ack true, for 24 hours, at growing intervals of at most two hours.",
  "SOAP API Developer Guide, Outbound Messaging; Salesforce Help, Outbound Message retries",
);
behaves("salesforce", "assumed", "The first interval is a minute, and each is twice the one before.", "not said");

const hour = 3_600_000;
/** Until 24 hours are over. */
export const messageDelays = [1, 2, 4, 8, 16, 32, 64]
  .map((minutes) => minutes * 60_000)
  .concat(Array.from({ length: 10 }, () => 2 * hour));

export interface Message {
  organisation: string;
  action: string;
  /** The notification's own id, the same in each attempt. */
  notification: string;
  object: string;
  row: Row;
  /** Those that the administrator chose to be sent. */
  fields: readonly Field[];
}

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };
const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => escapes[sign] as string);

function elementOf(row: Row, { name, type }: Field): string {
  const value = row[name] ?? null;
  if (value === null) return type === "boolean" ? `     <sf:${name}>false</sf:${name}>` : "";
  const text = type === "datetime" ? new Date(value as number).toISOString() : String(value);
  return `     <sf:${name}>${escaped(text)}</sf:${name}>`;
}

export function envelope({ organisation, action, notification, object, row, fields }: Message): string {
  const elements = fields.map((field) => elementOf(row, field)).filter(Boolean);
  const soap = (kind: string) => `https://acme.my.salesforce.com/services/Soap/${kind}/66.0/${organisation}`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <soapenv:Body>
  <notifications xmlns="http://soap.sforce.com/2005/09/outbound">
   <OrganizationId>${organisation}</OrganizationId>
   <ActionId>${action}</ActionId>
   <SessionId xsi:nil="true"/>
   <EnterpriseUrl>${soap("c")}</EnterpriseUrl>
   <PartnerUrl>${soap("u")}</PartnerUrl>
   <Notification>
    <Id>${notification}</Id>
    <sObject xsi:type="sf:${object}" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">
     <sf:Id>${row.Id}</sf:Id>
${elements.join("\n")}
    </sObject>
   </Notification>
  </notifications>
 </soapenv:Body>
</soapenv:Envelope>
`;
}

/** Whether an answer takes the message. */
export async function isAcknowledged(response: Response): Promise<boolean> {
  const text = await response.text();
  return response.status === 200 && /<(?:\w+:)?Ack>\s*true\s*<\/(?:\w+:)?Ack>/.test(text);
}
