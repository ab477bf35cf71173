/** Opt-outs and opt-ins: HubSpot's own properties of them are read-only, and change by its communication preferences. */
import { CrmUnavailable, type CrmWrite, type CrmWritten } from "../client.js";
import { type HubSpotApi, preferencesVersion, textOf } from "./api.js";
import { written } from "./written.js";

/** Opted out of everything; what `settings.subscriptions` names are single subscription types. */
export const optOutOfAll = "hs_email_optout";

export type ConsentWrite = Extract<CrmWrite, { kind: "consent" }>;

export function isOptOut(value: unknown): boolean {
  return textOf(value) === "true";
}

/** Whether it takes nothing back: those may be sent whatever the record holds by now, and as often as one likes. */
export function onlyOptsOut({ values }: ConsentWrite, consentFields: readonly string[]): boolean {
  return Object.entries(values).every(([property, value]) => !consentFields.includes(property) || isOptOut(value));
}

/** `subscriptions`: HubSpot's subscription id by property. */
export async function writeConsent(
  api: HubSpotApi,
  write: ConsentWrite,
  subscriptions: Readonly<Record<string, string>>,
): Promise<CrmWritten> {
  const { ref, id, email } = write;
  if (email === null || email.trim() === "") {
    return refused(ref, "EMAIL_MISSING", Object.keys(write.values), "HubSpot keeps consent by e-mail address");
  }
  let sent = false;
  const statuses = `/communication-preferences/${preferencesVersion}/statuses/${encodeURIComponent(email)}`;
  for (const [property, value] of Object.entries(write.values)) {
    const out = isOptOut(value);
    if (property === optOutOfAll && !out) {
      const hint = "HubSpot lifts an opt-out of everything by the person's own doing only";
      return refused(ref, "OPT_IN_NOT_ALLOWED", [property], hint);
    }
    const path = property === optOutOfAll ? `${statuses}/unsubscribe-all?channel=EMAIL` : statuses;
    const body = property === optOutOfAll ? undefined : statusOf(subscriptions[property], out);
    let answer: Awaited<ReturnType<HubSpotApi["send"]>>;
    try {
      answer = await api.send("POST", path, body);
    } catch (error) {
      // The first of them may be written, and all of them may be sent again.
      if (!sent || !(error instanceof CrmUnavailable)) throw error;
      return { ref, state: "later", after: error.after, why: error.message };
    }
    sent = true;
    if (answer.state === "failed") {
      const { code } = answer.error;
      return refused(ref, code, [property], `HubSpot refused the ${out ? "opt-out" : "opt-in"}`);
    }
    if (answer.state === "unknown") return { ref, state: "unknown", why: answer.why };
    if (answer.state === "later") return { ref, state: "later", after: answer.after, why: answer.why };
    if (answer.errors[0] !== undefined) return refused(ref, answer.errors[0].code, [property], "HubSpot refused it");
  }
  return written(ref, id, write.values, null);
}

function statusOf(subscription: string | undefined, out: boolean) {
  return {
    channel: "EMAIL",
    statusState: out ? "UNSUBSCRIBED" : "SUBSCRIBED",
    subscriptionId: Number(subscription),
    // Only the person's own act lifts an opt-out here, and portals under the GDPR refuse one without a basis.
    ...(out ? {} : { legalBasis: "CONSENT_WITH_NOTICE", legalBasisExplanation: "The person opted in." }),
  };
}

function refused(ref: string, code: string, fields: string[], hint: string): CrmWritten {
  return { ref, state: "refused", code, fields, hint };
}
