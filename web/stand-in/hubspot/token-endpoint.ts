/** /oauth/…/token: new access tokens; the refresh token stays as it is. */
import { behaves } from "../behaviours.js";
import type { TokenOffice } from "../tokens.js";

behaves(
  "hubspot",
  "documented",
  "Access tokens end after 30 minutes; a refresh token stays until it is revoked.",
  "HubSpot, OAuth guide: manage tokens",
);
behaves(
  "hubspot",
  "documented",
  "A refresh token that is none, or none any more, is answered with 400, invalid_grant and BAD_REFRESH_TOKEN.",
  "HubSpot, OAuth guide: manage tokens; sample hs-oauth-invalid-grant.json",
);
behaves(
  "hubspot",
  "documented",
  "What is asked stands in a form, not in the query.",
  "HubSpot, OAuth guide: manage tokens",
);
behaves(
  "hubspot",
  "assumed",
  "A client id or a secret that is missing is BAD_CLIENT_ID or BAD_CLIENT_SECRET.",
  "the codes are of forums",
);

behaves(
  "hubspot",
  "documented",
  "An answer tells the portal's id and the scopes.",
  "HubSpot changelog, Additional details returned when generating OAuth access tokens",
);

behaves(
  "hubspot",
  "documented",
  "The app's page leads back with code and state, or with an error; a code is good for one exchange, for the same redirect_uri.",
  "HubSpot, OAuth guide: manage tokens",
);
behaves(
  "hubspot",
  "documented",
  "Introspection tells of one of the app's tokens whether it is active, its hub_id, its app_id and its scopes; a revoked refresh token renews nothing.",
  "HubSpot API reference 2026-03, token introspection; revoke an OAuth token",
);

const scopes = [
  ...["oauth", "crm.objects.contacts.read", "crm.objects.contacts.write", "crm.objects.owners.read"],
  "communication_preferences.read_write",
];

behaves(
  "hubspot",
  "documented",
  "A legacy public app's subscriptions are told to whoever has the developer's key, paused ones too.",
  "HubSpot API reference, legacy: webhooks, get subscriptions",
);

interface Answered {
  status: number;
  body: unknown;
}

/** `what`: "" of the endpoint itself, "/introspect" or "/revoke". */
export async function answered(
  tokens: TokenOffice,
  appId: string,
  what: string,
  form: URLSearchParams,
): Promise<Answered> {
  if (what === "") return exchanged(tokens, form);
  const token = form.get("token") ?? "";
  if (!form.get("client_id") || !form.get("client_secret")) return { status: 401, body: { status: "error" } };
  if (what === "/revoke") return { status: tokens.giveBack(token) ? 200 : 400, body: undefined };
  const account = tokens.accountOf(`Bearer ${token}`);
  if (account === null) return { status: 200, body: { active: false } };
  const about = { token_use: "access_token", token_type: "bearer", hub_id: Number(account), app_id: Number(appId) };
  return { status: 200, body: { active: true, ...about, scopes: scopesOf(tokens, account) } };
}

const scopesOf = (tokens: TokenOffice, account: string) => tokens.scopes.get(account) ?? scopes;

async function exchanged(tokens: TokenOffice, form: URLSearchParams): Promise<Answered> {
  const no = (error: string, status: string, message: string) => ({
    status: 400,
    body: { error, error_description: message, status, message },
  });
  const isCode = form.get("grant_type") === "authorization_code";
  if (!isCode && form.get("grant_type") !== "refresh_token") {
    return no("unsupported_grant_type", "BAD_GRANT_TYPE", "missing or unknown grant type");
  }
  if (!form.get("client_id")) return no("invalid_client", "BAD_CLIENT_ID", "missing or unknown client id");
  if (!form.get("client_secret")) return no("invalid_client", "BAD_CLIENT_SECRET", "missing or invalid client secret");
  const issued = isCode ? await tokens.redeem(form) : tokens.renew(form.get("refresh_token") ?? "");
  if (issued === null && isCode) return no("invalid_grant", "BAD_AUTH_CODE", "missing or unknown auth code");
  if (issued === null) {
    return no("invalid_grant", "BAD_REFRESH_TOKEN", "refresh token is invalid, expired or revoked");
  }
  const { access, refresh, expiresIn } = issued;
  const body = {
    ...{ access_token: access, refresh_token: refresh, expires_in: expiresIn, token_type: "bearer" },
    ...tokensOf(tokens, access),
  };
  return { status: 200, body };
}

function tokensOf(tokens: TokenOffice, access: string) {
  const account = tokens.accountOf(`Bearer ${access}`) as string;
  return { hub_id: Number(account), scopes: scopesOf(tokens, account) };
}
