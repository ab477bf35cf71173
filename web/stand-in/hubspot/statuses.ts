/** /communication-preferences: the statuses of one address. */
import { behaves } from "../behaviours.js";
import { badRequest } from "./errors.js";
import type { Status } from "./preferences.js";
import type { State } from "./state.js";
import { isEmail } from "./values.js";

behaves(
  "hubspot",
  "documented",
  "An address's status of one subscription is set by POST to statuses, of everything by POST to unsubscribe-all; answers are lists of statuses.",
  "HubSpot, Subscription preferences API 2026-03: status",
);
behaves(
  "hubspot",
  "assumed",
  "Any number is a subscription type's id here.",
  "a portal has types of its own, which nobody defines here",
);
behaves(
  "hubspot",
  "assumed",
  "Whoever is opted out of everything cannot be subscribed to one thing.",
  "the older version refuses it; the newer one lets portals resubscribe under conditions",
);

function complete(state: State, results: unknown[]) {
  const now = new Date(state.clock.now()).toISOString();
  return { status: "COMPLETE", results, startedAt: now, completedAt: now };
}

function checkedEmail(email: string): string {
  if (!isEmail(email)) throw badRequest(`Email address ${email} is invalid`, { subscriberIdString: [email] });
  return email.toLowerCase();
}

function ofEmail(channel: unknown): void {
  if (channel !== "EMAIL") throw badRequest("channel must be EMAIL");
}

export function read(state: State, given: string, query: URLSearchParams) {
  const email = checkedEmail(given);
  ofEmail(query.get("channel") ?? "EMAIL");
  const statuses = [...state.preferences.of(email)].filter(([subscription]) => subscription !== "all");
  return complete(
    state,
    statuses.map(([subscription, status]) => told(state, email, status, { subscriptionId: Number(subscription) })),
  );
}

export function set(state: State, given: string, body: unknown) {
  const email = checkedEmail(given);
  const { channel, statusState, subscriptionId } = (body ?? {}) as Record<string, unknown>;
  ofEmail(channel);
  const subscription = String(subscriptionId);
  if (!/^\d+$/.test(subscription)) throw badRequest("subscriptionId must be a number");
  if (statusState !== "SUBSCRIBED" && statusState !== "UNSUBSCRIBED" && statusState !== "NOT_SPECIFIED") {
    throw badRequest("statusState must be one of SUBSCRIBED, UNSUBSCRIBED, NOT_SPECIFIED");
  }
  if (statusState === "SUBSCRIBED" && state.preferences.isOutOfAll(email)) {
    throw badRequest(`${email} cannot be updated because they have unsubscribed`);
  }
  state.preferences.set(email, subscription, statusState, state.app);
  return complete(state, [told(state, email, statusState, { subscriptionId: Number(subscription) })]);
}

export function readAll(state: State, given: string) {
  const email = checkedEmail(given);
  const results = state.preferences.isOutOfAll(email) ? [told(state, email, "UNSUBSCRIBED", wide)] : [];
  return complete(state, results);
}

export function unsubscribeAll(state: State, given: string, query: URLSearchParams) {
  const email = checkedEmail(given);
  ofEmail(query.get("channel"));
  state.preferences.set(email, "all", "UNSUBSCRIBED", state.app);
  return complete(state, [told(state, email, "UNSUBSCRIBED", wide)]);
}

const wide = { wideStatusType: "PORTAL_WIDE" };

const told = ({ clock }: State, subscriberIdString: string, status: Status, more: object) => ({
  ...{ channel: "EMAIL", subscriberIdString, status, source: "API" },
  timestamp: new Date(clock.now()).toISOString(),
  ...more,
});
