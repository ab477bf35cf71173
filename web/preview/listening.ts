/** Which fields of the CRM are opt-outs, by a mapping: as the sync service listens for them. */
import type { Mapping } from "@penguinmails/crm-sync";
import type { Listening } from "./protocol.js";

/** The CRMs' own opt-outs of everything, whatever a mapping says. */
const optOutOfAll: Record<string, string> = { hubspot: "hs_email_optout", salesforce: "HasOptedOutOfEmail" };

export function listeningOf({ crm, fields }: Mapping, file: string): Listening {
  const crms = crm === null ? Object.keys(optOutOfAll) : [crm];
  const ofAll = crms.flatMap((name) => (name in optOutOfAll ? [[optOutOfAll[name], "unsubscribed"]] : []));
  const mapped = fields.flatMap(({ local_field: local, crm_field: name, local_type }) =>
    local_type === "suppression" && local !== null && name !== null ? [[name, local]] : [],
  );
  return { topics: Object.fromEntries([...ofAll, ...mapped]), object: objectIn(file) };
}

/** The engine does not tell what the file's `object` is, and the service has it as a setting. */
function objectIn(file: string): string {
  return /^(?:object|\s*\{?\s*"object")\s*:\s*["']?(\w+)/m.exec(file)?.[1] ?? "Contact";
}
