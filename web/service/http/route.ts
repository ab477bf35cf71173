/** A route is data: what it is called by, who may, what it takes and answers. The app and its OpenAPI document come of it. */
import { z } from "@hono/zod-openapi";
import type { Caller, Role } from "../store/model.js";
import type { Attempts } from "./attempts.js";
import type { HttpOptions } from "./options.js";
import type { ProblemName } from "./problem.js";
import type { WakeBuckets } from "./wake-limit.js";

export type Params = z.ZodObject<Record<string, z.ZodString>>;

export interface Route {
  method: "get" | "post" | "put" | "delete";
  /** As OpenAPI writes it. */
  path: `/${string}`;
  summary: string;
  /** Any of these; an editor is a reader too. null: anybody, or whoever proves it in another way. */
  roles: readonly Role[] | null;
  params?: Params;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** Of a body; 64 KB unless given. */
  maximumBytes?: number;
  /** Of a body that the route reads by itself. */
  mediaTypes?: readonly string[];
  /** The status of success, and its body. */
  answer: readonly [status: number, schema: z.ZodType | null];
  /** Beyond those that follow from the above. */
  problems?: readonly ProblemName[];
  /** A failure is the store's, and the same request is to be made again. */
  retry?: boolean;
  handle(call: Call): Promise<Response>;
}

export interface Call {
  options: HttpOptions;
  buckets: WakeBuckets;
  attempts: Attempts;
  /** As it came; its body is read where the route has a schema for one. */
  request: Request;
  /** Of a route with `roles`. */
  caller: Caller;
  params: Record<string, string>;
  query: Record<string, unknown>;
  body: unknown;
  /** For the log. */
  unknownAccounts(count: number): void;
}

interface TypedRoute<P extends Params, Q extends z.ZodObject, B extends z.ZodType>
  extends Omit<Route, "params" | "query" | "body" | "handle"> {
  params?: P;
  query?: Q;
  body?: B;
  handle(
    call: Omit<Call, "params" | "query" | "body"> & { params: z.output<P>; query: z.output<Q>; body: z.output<B> },
  ): Promise<Response>;
}

/** Has the handler see what the schemas of its route give. */
export const route = <P extends Params, Q extends z.ZodObject, B extends z.ZodType>(
  given: TypedRoute<P, Q, B>,
): Route => given as unknown as Route;

/** Of a route that is for whoever is known. */
export const allRoles: readonly Role[] = ["reader", "editor", "host", "admin"];

export function allows(roles: readonly Role[], caller: Caller): boolean {
  return roles.some((role) => caller.roles.includes(role) || (role === "reader" && caller.roles.includes("editor")));
}

/** Text that can stand in a path and in Postgres; anything else is no id of anything here. */
export const id = z.string().regex(/^[^\p{Cc}\p{Cs}]{1,200}$/u);
export const limit = z.coerce.number().int().min(1).max(200).default(50);
