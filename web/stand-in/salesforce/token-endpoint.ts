/** /services/oauth2/token: new access tokens, each with a refresh token that ends the one before. */
import { behaves } from "../behaviours.js";
import type { TokenOffice } from "../tokens.js";

behaves(
  "salesforce",
  "documented",
  "An answer to a refresh has no expires_in; with rotation it has a new refresh token, and the old one is refused from then on.",
  "Salesforce Help, OAuth 2.0 Refresh Token Flow; Refresh Token Rotation",
);
behaves(
  "salesforce",
  "documented",
  "A refresh token that is none, or none any more, is answered with 400 invalid_grant.",
  "Salesforce Help, OAuth 2.0 error codes",
);

behaves(
  "salesforce",
  "documented",
  "The app's page leads back with code and state, or with an error; a code is good for one exchange, with PKCE only with its verifier.",
  "Salesforce Help, OAuth 2.0 Web Server Flow",
);
behaves(
  "salesforce",
  "documented",
  "A code's answer tells the organisation in id, and its address in instance_url.",
  "Salesforce Help, OAuth 2.0 Web Server Flow: Salesforce grants an access token",
);

export async function exchanged(
  tokens: TokenOffice,
  form: URLSearchParams,
  issuedAt: number,
  person: (account: string) => Record<string, string>,
): Promise<{ status: number; body: unknown }> {
  const no = (error: string, error_description: string) => ({ status: 400, body: { error, error_description } });
  const isCode = form.get("grant_type") === "authorization_code";
  if (!isCode && form.get("grant_type") !== "refresh_token")
    return no("unsupported_grant_type", "grant type not supported");
  if (!form.get("client_id")) return no("invalid_client_id", "client identifier invalid");
  if (!form.get("client_secret")) return no("invalid_client", "invalid client credentials");
  const issued = isCode ? await tokens.redeem(form) : tokens.renew(form.get("refresh_token") ?? "");
  if (issued === null) return no("invalid_grant", "expired access/refresh token");
  const body = {
    access_token: issued.access,
    refresh_token: issued.refresh,
    scope: "api refresh_token",
    token_type: "Bearer",
    issued_at: String(issuedAt),
    ...person(tokens.accountOf(`Bearer ${issued.access}`) as string),
  };
  return { status: 200, body };
}
