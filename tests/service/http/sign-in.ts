/** A browser's part: the cookie of a session, and the token that the page is told. */
import type { Service } from "./support.js";

export interface SignedIn {
  status: number;
  cookie: string;
  /** As it was set, with its attributes. */
  attributes: string;
  csrf: string;
}

export async function signIn(to: Service, key: string): Promise<SignedIn> {
  const response = await to.call("POST", "/api/session", { key: null, body: { key } });
  const attributes = response.headers.get("set-cookie") ?? "";
  const { csrf = "" } = JSON.parse(await response.text()) as { csrf?: string };
  return { status: response.status, cookie: attributes.split(";")[0] as string, attributes, csrf };
}
