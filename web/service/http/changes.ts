/** From PenguinMails' changes to what is kept of them, and to who is to look at them. */
import type { Act } from "@penguinmails/crm-sync";
import { mostUrgent, type Subject, type Wake } from "../jobs/jobs.js";
import type { Integration } from "../store/model.js";
import type { ContactChange, IntegrationWakes } from "../store/store.js";
import { at } from "../sync/merge-patch.js";
import type { IntegrationRule, Operations } from "./operations.js";

export interface GivenChange {
  id: string;
  patch: Record<string, unknown> | null | "privacy";
  updatedAt?: string | undefined;
  fieldTimes?: Record<string, string> | undefined;
  acts?: Record<string, Act> | undefined;
}

export type Rules = { integration: string; rule: IntegrationRule }[];

/** Of every integration, also those that are paused: an opt-out is consent whoever is to be told of it. */
export function rulesOf(operations: Operations, integrations: readonly Integration[]): Promise<Rules> {
  return Promise.all(
    integrations.map(async (found) => ({ integration: found.id, rule: await ruleOf(operations, found) })),
  );
}

export const ruleOf = (operations: Operations, integration: Integration): Promise<IntegrationRule> =>
  operations.rule(integration).catch(() => unreadable);

/** Of a mapping that cannot be read any more: it must not keep others' opt-outs from being kept; who is woken reports it. */
const unreadable: IntegrationRule = { realTime: true, consent: [], looksUp: false };

/** PenguinMails' own opt-out of everything, whatever the mappings say. */
export const unsubscribed = "unsubscribed";

/** The paths that are consent, which are the topics of their opt-outs. */
export function consentTopics(rules: Rules): Set<string> {
  return new Set([unsubscribed, ...rules.flatMap(({ rule }) => rule.consent.map(({ local }) => local))]);
}

export function withConsent(change: GivenChange, updatedAt: string, topics: ReadonlySet<string>): ContactChange {
  const { id, patch, fieldTimes, acts } = change;
  const optOuts: ContactChange["optOuts"] = [];
  const optIns: ContactChange["optIns"] = [];
  for (const topic of topics) {
    const value = at(patch, topic);
    const act = acts?.[topic];
    if (value === true) {
      const since = act?.at ?? fieldTimes?.[topic] ?? updatedAt;
      optOuts.push({ topic, since, source: act?.source ?? "penguinmails" });
    } else if (value === false && act?.by === "subject") {
      optIns.push({ topic, at: act.at });
    }
  }
  return {
    id,
    patch,
    updatedAt,
    ...(fieldTimes !== undefined && { fieldTimes }),
    ...(acts !== undefined && { acts }),
    optOuts,
    optIns,
  };
}

/** Everybody looks at consent and at people who ask to be forgotten; at the rest who wants to know it at once. */
export function wakesFor(changes: readonly ContactChange[], rules: Rules): IntegrationWakes[] {
  return rules.map(({ integration, rule: { realTime } }) => {
    const wakes = changes.flatMap(({ id, patch, optOuts, optIns }): Wake[] => {
      const subject: Subject = `local:${id}`;
      if (optOuts.length > 0 || optIns.length > 0) return [{ subject, lane: "consent" }];
      return realTime || patch === "privacy" ? [{ subject, lane: "live" }] : [];
    });
    return { integration, wakes: mostUrgent(wakes) };
  });
}
