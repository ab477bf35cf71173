/** Where requests may go: to the CRMs, by https, and to nothing else, whoever named the URL. */
import { type Crm, CrmUnavailable } from "./client.js";

/** A leading "*." stands for any name below. */
export const crmHosts = {
  hubspot: ["api.hubapi.com"],
  salesforce: ["login.salesforce.com", "test.salesforce.com", "*.my.salesforce.com"],
} as const satisfies Record<Crm, readonly string[]>;

export type RefusedBecause =
  | "not_a_url"
  | "not_https"
  | "credentials_in_url"
  | "port"
  | "address"
  | "host"
  | "redirect";

/** The request was not made. The message names the reason only: a URL may hold what nobody is to read in a log. */
export class RequestRefused extends CrmUnavailable {
  constructor(readonly code: RefusedBecause) {
    super("broken", `request refused: ${code}`);
  }
}

/**
 * The URL, if requests may go there. `developmentOrigins` are stand-ins such as "http://127.0.0.1:4010": of this machine
 * only, and only those that the configuration lists.
 */
export function allowedUrl(url: string, hosts: readonly string[], developmentOrigins: readonly string[] = []): URL {
  if (!URL.canParse(url)) throw new RequestRefused("not_a_url");
  const parsed = new URL(url);
  if (parsed.username !== "" || parsed.password !== "") throw new RequestRefused("credentials_in_url");
  if (isLoopback(parsed.hostname) && developmentOrigins.includes(parsed.origin)) return parsed;
  if (parsed.protocol !== "https:") throw new RequestRefused("not_https");
  // Names only: an address is private, or is nobody that we know. `URL` has turned 0x7f.1 and 2130706433 into 127.0.0.1.
  if (/^[\d.]+$|^\[/.test(parsed.hostname)) throw new RequestRefused("address");
  if (parsed.port !== "") throw new RequestRefused("port");
  if (!hosts.some((host) => matches(parsed.hostname, host))) throw new RequestRefused("host");
  return parsed;
}

function matches(name: string, host: string): boolean {
  return host.startsWith("*.") ? name.endsWith(host.slice(1)) && name.length >= host.length : name === host;
}

function isLoopback(name: string): boolean {
  return name === "127.0.0.1" || name === "[::1]" || name === "localhost";
}
