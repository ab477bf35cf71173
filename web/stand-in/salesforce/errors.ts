/** What Salesforce refuses, and how it says so. */
import { behaves } from "../behaviours.js";

behaves(
  "salesforce",
  "recorded",
  "Errors of a request are a list of {message, errorCode, fields}; of one record among others, of {statusCode, message, fields}.",
  "samples sf-401-invalid-session.json, sf-404-entity-is-deleted.json, sf-collections-allornone-rollback.json",
);

export interface Refusal {
  statusCode: string;
  message: string;
  fields?: string[];
  /** Of a duplicate rule. */
  duplicateResult?: unknown;
}

/** The whole request, or subrequest, is refused. */
export class Refused extends Error {
  override readonly name = "Refused";
  constructor(
    readonly status: number,
    readonly refusals: Refusal[],
  ) {
    super(refusals.map(({ statusCode }) => statusCode).join(" "));
  }
}

export const refuse = (status: number, statusCode: string, message: string, fields?: string[]) =>
  new Refused(status, [{ statusCode, message, ...(fields && { fields }) }]);

/** As the body of an answer. */
export const errorBody = (refusals: readonly Refusal[]) =>
  refusals.map(({ statusCode, message, ...rest }) => ({ message, errorCode: statusCode, ...rest }));

/** As one of the results of a collection. */
export const resultErrors = (refusals: readonly Refusal[]) =>
  refusals.map(({ statusCode, message, fields = [], ...rest }) => ({ statusCode, message, fields, ...rest }));
