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

const scopes = ["oauth", "crm.objects.contacts.read", "crm.objects.contacts.write", "crm.objects.owners.read"];

export function exchanged(tokens: TokenOffice, form: URLSearchParams): { status: number; body: unknown } {
  const no = (error: string, status: string, message: string) => ({
    status: 400,
    body: { error, error_description: message, status, message },
  });
  if (form.get("grant_type") !== "refresh_token") {
    return no("unsupported_grant_type", "BAD_GRANT_TYPE", "missing or unknown grant type");
  }
  if (!form.get("client_id")) return no("invalid_client", "BAD_CLIENT_ID", "missing or unknown client id");
  if (!form.get("client_secret")) return no("invalid_client", "BAD_CLIENT_SECRET", "missing or invalid client secret");
  const issued = tokens.renew(form.get("refresh_token") ?? "");
  if (issued === null) {
    return no("invalid_grant", "BAD_REFRESH_TOKEN", "refresh token is invalid, expired or revoked");
  }
  const { access, refresh, expiresIn } = issued;
  const body = {
    ...{ access_token: access, refresh_token: refresh, expires_in: expiresIn, token_type: "bearer" },
    ...{ hub_id: Number(tokens.accountOf(`Bearer ${access}`)), scopes },
  };
  return { status: 200, body };
}
