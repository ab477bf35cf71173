import type { Clock } from "../clock.js";
import type { Crm } from "../crm/client.js";
import type { Clients } from "../crm/clients.js";
import type { OAuth } from "../crm/oauth.js";
import type { Jobs } from "../jobs/jobs.js";
import type { SyncStore } from "../store/store.js";
import type { Authenticate } from "./authenticate.js";
import type { LogEntry } from "./log.js";
import type { Operations } from "./operations.js";
import type { WakeLimit } from "./wake-limit.js";

/** The part of the store that the routes use. */
export interface HttpStore extends UsedStore {
  /** The same, whose wake-ups carry a trace. */
  within(trace: string): HttpStore;
}

type UsedStore = Pick<
  SyncStore,
  | "callerOf"
  | "callerOfSession"
  | "addSession"
  | "endSession"
  | "addConnecting"
  | "takeConnecting"
  | "apiKeys"
  | "addApiKey"
  | "removeApiKey"
  | "addIntegration"
  | "integration"
  | "integrations"
  | "integrationOfAccount"
  | "setState"
  | "changeSettings"
  | "pause"
  | "pauses"
  | "endPause"
  | "releaseField"
  | "cancelRun"
  | "pauseRun"
  | "resumeRun"
  | "addMapping"
  | "mapping"
  | "mappings"
  | "addDraft"
  | "drafts"
  | "draft"
  | "removeDraft"
  | "startImpact"
  | "isUpgrading"
  | "approveDraft"
  | "receive"
  | "changeContacts"
  | "addEngagements"
  | "contact"
  | "suppressions"
  | "reviews"
  | "answerReview"
  | "run"
  | "runs"
  | "wasApproved"
  | "runItems"
  | "matchReport"
  | "audit"
  | "deadIntents"
  | "replayIntents"
  | "alerts"
  | "clearAlert"
  | "counts"
>;

export interface HttpOptions {
  store: HttpStore;
  jobs: Pick<Jobs, "dead" | "replay" | "depth">;
  operations: Operations;
  clock: Clock;
  /** Absent: HubSpot's webhooks are not taken. Salesforce's have their secrets with each integration. */
  hubspot?: HubSpotWebhooks;
  /** Whether requests may go there, for what a caller names as the CRM's address. */
  allowedAddress(crm: Crm, url: string): boolean;
  /** Keeps an integration's tokens, sealed. */
  connect: Clients["connect"];
  disconnect: Clients["disconnect"];
  /** Absent: nobody is led to a CRM, and tokens are handed in. */
  oauth?: OAuth;
  /** Where browsers and CRMs reach the service, without a slash at its end. */
  publicUrl?: string;
  /** API keys and sessions, unless given. */
  authenticate?: Authenticate;
  /** Where a request came from, where that is known: who tries keys there has to wait, and nobody else. */
  addressOf?(request: Request): string;
  /** Told of each request once it is answered. */
  log?(entry: LogEntry): void;
  /** Of all tenants, for whoever runs the service: text in Prometheus' format, for who has the token (SHA-256, in hex). */
  metrics?: { tokenHash: string; text(): Promise<string> };
  /** How many wake-ups webhooks may bring. */
  wakeLimit?: WakeLimit;
}

export interface HubSpotWebhooks {
  /** The app's client secret; both while it is being changed. */
  secrets: readonly string[];
  /** The URL that HubSpot was given. Signatures cover it, and behind a proxy a request's own URL is another. */
  publicUrl: string;
}
