/** Where reviews come from, and where their answers go. */
import { decode } from "../../bindings/package/decode.js";
import { encode } from "../../bindings/package/encode.js";
import { answerOf } from "./refusals.js";

/** A question to a person, as `GET /api/reviews` gives it. */
export interface Review {
  id: string;
  integration: string;
  contact: string | null;
  crmId: string | null;
  /** Null: a deletion, or with `candidates` the question who is who. */
  field: string | null;
  local: unknown;
  crm: unknown;
  /** What both sides last agreed on. */
  base: unknown;
  reason: string;
  /** RFC 3339. */
  opened_at: string;
  /** `local:` or `crm:`, and an id. */
  candidates: string[] | null;
}

export type ReviewAnswer =
  | { choose: "local" | "crm" | "none" }
  | { choose: "value"; value: unknown }
  | { choose: "link"; candidate: string };

/** gone: a side has moved on, or somebody else has answered. unfit: the question does not take this answer. */
export type Answered = "answered" | "gone" | "unfit";

export interface ReviewSource {
  list(): Promise<Review[]>;
  answer(review: Review, answer: ReviewAnswer): Promise<Answered>;
}

/** An API key with the roles reader and editor; or the token of a session, whose cookie the browser sends by itself. */
export type Access = string | { csrf: string };

export const accessHeaders = (access: Access): Record<string, string> => ({
  ...(typeof access === "string" ? { authorization: `Bearer ${access}` } : { "x-crm-sync-csrf": access.csrf }),
  "content-type": "application/json",
});

/** The reviews of a sync service. */
export function serviceReviews(origin: string, access: Access): ReviewSource {
  const headers = accessHeaders(access);
  return {
    async list() {
      const response = await answerOf(`${origin}/api/reviews?state=open`, { headers });
      return (decode(await response.text()) as { reviews: Review[] }).reviews;
    },
    async answer({ integration, id }, answer) {
      const place = `${origin}/api/reviews/${encodeURIComponent(integration)}/${encodeURIComponent(id)}/answer`;
      // Also while the page is being left.
      const request = { method: "POST", headers, body: encode(answer, "the answer"), keepalive: true };
      const { status } = await answerOf(place, request, [404, 422]);
      if (status === 404) return "gone";
      return status === 422 ? "unfit" : "answered";
    },
  };
}
