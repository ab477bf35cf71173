/** What the command and the service's process say to each other. */
import type { Crm } from "../sync/hands.js";

/** Of nobody. */
export const clientSecret = "the-app's-secret";
export const webhookSecret = "the-webhook's-secret";
export const apiKey = "key-0123456789abcdef";
export const publicUrl = "https://sync.example.com/webhooks/hubspot";
export const tenant = "acme";

export interface Given {
  crm: Crm;
  /** Where the service keeps everything. */
  database: { folder: string } | { databaseUrl: string };
  /** Of the CRM. */
  origin: string;
  account: string;
  ourself: string;
  access: string;
  refresh: string;
  /** As fast as the CRM allows; else only the work limits it. */
  paced: boolean;
  /** Planted, so that the judge has something to find. */
  fault: Fault | null;
}

/**
 * forgets: a create that was sent is forgotten when the process dies. deaf: opt-outs of the CRM are not seen.
 */
export const faults = ["forgets", "deaf"] as const;
export type Fault = (typeof faults)[number];

export interface Answers {
  connect: null;
  /** What waits to be done, in which lane, and what is dead. */
  depth: { bulk: number; others: number; dead: number };
  /** Bytes. */
  memory: number;
  close: null;
}

/** `edit`: that one has reached PenguinMails. */
export type FromProcess =
  | { ready: string }
  | { edit: number }
  | { [Name in keyof Answers]: { answers: Name; answer: Answers[Name] } }[keyof Answers];

/** The number of a live edit, as it stands in what it writes. */
export const editOf = (text: unknown) => Number(/^live-(\d+)$/.exec(String(text))?.[1] ?? Number.NaN);
