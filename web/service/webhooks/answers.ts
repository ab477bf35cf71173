/** HTTP answers of the service: counts, or a problem (RFC 9457). Neither holds anything that came with the request. */

export function json(status: number, body: object): Response {
  return Response.json(body, { status, headers: { "cache-control": "no-store" } });
}

/** Why a request was not taken; docs/webhooks.md says more about each. */
const problems = {
  "method-not-allowed": [405, "deliveries come by POST"],
  "too-large": [413, "the body is too large"],
  "signature-missing": [401, "the request has no signature of version 3"],
  "signature-expired": [401, "the signature's time is more than five minutes from now"],
  "signature-wrong": [401, "the signature does not fit the request"],
  "not-a-delivery": [400, "the body is no JSON array of HubSpot's events"],
} as const;

export function problem(name: keyof typeof problems): Response {
  const [status, title] = problems[name];
  const headers = { "content-type": "application/problem+json", ...(status === 405 && { allow: "POST" }) };
  return new Response(JSON.stringify({ type: `urn:crm-sync:webhook:${name}`, title, status }), { status, headers });
}
