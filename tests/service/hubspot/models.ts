/** The models of HubSpot's own client, and the limits of its pages: what the service sends is checked against them. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import type { StandIn } from "../../../web/stand-in/stand-in.js";

const models = fileURLToPath(
  new URL("../../../../shared/schemas/hubspot-contacts.from-sdk-14.0.1.schema.json", import.meta.url),
);
export const withoutModels = existsSync(models) ? false : `there are no models in ${models}`;
const checks: [RegExp, string][] = [
  [/\/batch\/read$/, "BatchReadInputSimplePublicObjectId"],
  [/\/batch\/create$/, "BatchInputSimplePublicObjectBatchInputForCreate"],
  [/\/batch\/update$/, "BatchInputSimplePublicObjectBatchInput"],
  [/\/batch\/archive$/, "BatchInputSimplePublicObjectId"],
  [/\/search$/, "PublicObjectSearchRequest"],
  [/\/gdpr-delete$/, "PublicGdprDeleteInput"],
];
const ajv = withoutModels ? null : validator();

function validator(): Ajv {
  const schema = JSON.parse(readFileSync(models, "utf8"));
  // The client's type says texts; HubSpot's documentation sends objects, and these are taken.
  schema.$defs.PublicObjectSearchRequest.properties.sorts.items = {
    type: "object",
    required: ["propertyName", "direction"],
    properties: { propertyName: { type: "string" }, direction: { enum: ["ASCENDING", "DESCENDING"] } },
  };
  for (const model of Object.values<{ properties?: object; additionalProperties?: boolean }>(schema.$defs)) {
    if (model.properties) model.additionalProperties ??= false;
  }
  return new Ajv({ strict: false, validateFormats: false }).addSchema(schema, "hubspot");
}

interface Sent {
  method: string;
  path: string;
  body: string;
}

/** The request's body, once it is one that HubSpot takes. */
export function bodyOf(asked: Sent) {
  const body = asked.body === "" ? undefined : JSON.parse(asked.body);
  const model = checks.find(([path]) => path.test(asked.path))?.[1];
  if (/\/objects\/[\w-]+\/contacts/.test(asked.path)) {
    assert(model !== undefined || asked.method === "GET", `no model for ${asked.method} ${asked.path}`);
  }
  if (model !== undefined && ajv !== null) {
    assert(ajv.validate(`hubspot#/$defs/${model}`, body), `${asked.path}: ${ajv.errorsText()}`);
  }
  const limit = body?.propertiesWithHistory?.length > 0 ? 50 : 100;
  if (Array.isArray(body?.inputs)) {
    assert(body.inputs.length > 0 && body.inputs.length <= limit, `${body.inputs.length} inputs`);
    const ids = body.inputs.flatMap(({ id }: { id?: string }) => (id === undefined ? [] : [id.toLowerCase()]));
    assert.equal(new Set(ids).size, ids.length, "Duplicate IDs found in batch input");
  }
  if (asked.path.endsWith("/search")) assert(asked.body.length <= 3000 && body.limit <= 200);
  return body;
}

/** Notes what is wrong about requests to HubSpot; whatever asks is not disturbed. */
export function watched(standIn: StandIn, mistakes: string[]): StandIn {
  const { handle } = standIn;
  standIn.handle = async (request) => {
    const path = new URL(request.url).pathname;
    if (path.startsWith("/crm/")) {
      try {
        bodyOf({ method: request.method, path, body: await request.clone().text() });
      } catch (error) {
        mistakes.push(`${request.method} ${path}: ${(error as Error).message}`);
      }
    }
    return handle(request);
  };
  return standIn;
}
