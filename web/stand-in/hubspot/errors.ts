/** What HubSpot refuses, and how it says so. */
import { behaves } from "../behaviours.js";

behaves(
  "hubspot",
  "recorded",
  "An error has status, message, correlationId and category, and where it can say so the inputs in context.",
  "samples hs-batch-400-duplicate-ids.json, hs-batch-create-409.json",
);
behaves(
  "hubspot",
  "recorded",
  "Values that are not taken refuse the request with 400 VALIDATION_ERROR; the message quotes a list of them, `errors` has their codes.",
  "sample hs-batch-create-400-invalid-props.json",
);

export interface Refusal {
  /** Such as INVALID_EMAIL. */
  code: string;
  message: string;
  /** The property that it is about. */
  property?: string;
}

export interface ErrorBody {
  status: "error";
  message: string;
  category: string;
  context?: Record<string, string[]>;
  errors?: unknown[];
  subCategory?: string;
}

/** The whole request is refused. */
export class Refused extends Error {
  override readonly name = "Refused";
  constructor(
    readonly status: number,
    readonly body: Record<string, unknown>,
  ) {
    super(`${status} ${String(body.category ?? body.errorType ?? "")}`);
  }
}

export function refuse(status: number, category: string, message: string, context?: Record<string, string[]>): Refused {
  return new Refused(status, { status: "error", message, category, ...(context && { context }) });
}

/** The request itself is wrong. */
export const badRequest = (message: string, context?: Record<string, string[]>) =>
  refuse(400, "VALIDATION_ERROR", message, context);

/** Values that are not taken; those of all inputs of a batch in one list. */
export function invalid(refusals: readonly Refusal[]): Refused {
  const quoted = refusals.map(({ code, message, property }) => ({
    isValid: false,
    message,
    error: code,
    ...(property !== undefined && { name: property }),
  }));
  const errors = refusals.map(({ code, message, property }) => ({
    message,
    code,
    ...(property !== undefined && { context: { propertyName: [property] } }),
  }));
  const distinct = [...new Map(errors.map((error) => [JSON.stringify(error), error])).values()];
  return new Refused(400, {
    status: "error",
    message: `Property values were not valid: ${JSON.stringify(quoted)}`,
    category: "VALIDATION_ERROR",
    errors: distinct,
  });
}

export function throwRefusals(refusals: readonly Refusal[]): void {
  if (refusals.length > 0) throw invalid(refusals);
}

behaves(
  "hubspot",
  "recorded",
  "A unique value that another record holds refuses an update with 400, and the message names both records.",
  "sample hs-400-email-already-held.json",
);

export function held(portal: string, property: string, value: string, by: { id: string; on: string }): Refused {
  const coordinates =
    `PropertyValueCoordinates{portalId=${portal}, objectTypeId=ObjectTypeId{legacyObjectType=CONTACT}, ` +
    `propertyName=${property}, value=${value}}`;
  return badRequest(`Cannot set ${coordinates} on ${by.on}. ${by.id} already has that value.`);
}

behaves(
  "hubspot",
  "recorded",
  "A single contact that is not there is answered with 404, OBJECT_NOT_FOUND and its id in the context.",
  "github.com/HubSpot/hubspot-api-nodejs/issues/669",
);

export const notFound = (id: string) =>
  refuse(404, "OBJECT_NOT_FOUND", "Object not found.  objectId are usually numeric.", { id: [id] });

behaves(
  "hubspot",
  "documented",
  "A record that somebody else writes now is answered with 423; one waits two seconds.",
  "HubSpot, Error handling: 423 Locked",
);
behaves("hubspot", "assumed", "One locked record refuses a whole batch.", "the page says nothing of batches");

export const locked = (id: string) =>
  refuse(423, "LOCKED", "The resource is currently locked and cannot be modified.", { id: [id] });
