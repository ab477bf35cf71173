/** What a user of the CRM does, over HTTP: of the stand-in only, since the real ones have people. */
import { Refused } from "../../stand-in/hubspot/errors.js";
import type { HubSpotPortal } from "../../stand-in/hubspot/portal.js";

export const handsPath = "/try-out/contacts";

const json = (status: number, body: unknown) => Response.json(body, { status });
const problem = (status: number, message: string) => json(status, { message });

/** Null: the request is none of these. */
export async function answerToHands(portal: HubSpotPortal, request: Request): Promise<Response | null> {
  const { pathname } = new URL(request.url);
  const path = new RegExp(`^${handsPath}(?:/(\\d+)(/opt-out)?)?$`).exec(pathname);
  if (path === null) return null;
  const [, id, act] = path;
  const found = id === undefined ? null : portal.get(id);
  if (id !== undefined && found === null) return problem(404, `there is no contact ${id}; GET ${handsPath} lists them`);
  try {
    switch (`${request.method}${id === undefined ? "" : " one"}${act ?? ""}`) {
      case "GET":
        return json(200, portal.all());
      case "POST":
        return json(201, portal.get(portal.create(await properties(request))));
      case "GET one":
        return json(200, found);
      case "PATCH one":
        portal.edit(id as string, await properties(request));
        return json(200, portal.get(id as string));
      case "DELETE one":
        portal.remove(id as string);
        return new Response(null, { status: 204 });
      case "POST one/opt-out":
        portal.optOut(found?.properties.email ?? "");
        return json(200, portal.get(id as string));
      default:
        return problem(405, "GET, POST; GET, PATCH, DELETE of one; POST of one's opt-out");
    }
  } catch (error) {
    if (error instanceof Refused) return json(error.status, error.body);
    if (error instanceof SyntaxError || error instanceof TypeError)
      return problem(400, "the body is an object of properties, in JSON");
    throw error;
  }
}

async function properties(request: Request): Promise<Record<string, unknown>> {
  const given: unknown = JSON.parse(await request.text());
  if (typeof given !== "object" || given === null || Array.isArray(given)) throw new TypeError("not an object");
  return given as Record<string, unknown>;
}
