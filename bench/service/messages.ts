/** What the bench and the processes that it measures say to each other. */
import type { Crm } from "../../tests/service/sync/hands.js";

/** One account of the CRM with its tenant here. */
export interface Account {
  tenant: string;
  account: string;
  /** Of the CRM's user or app that the service is. */
  ourself: string;
  access: string;
  refresh: string;
}

export interface Configuration {
  crm: Crm;
  /** Of the stand-in. */
  origin: string;
  accounts: Account[];
  databaseUrl?: string;
  folder?: string;
  /** False: the service keeps to the rate that the CRM allows; true: nobody limits anybody. */
  lifted: boolean;
  wakeLimit?: { rate: number; burst: number };
}

/** A contact as PenguinMails has it; `id` is `contactId` of its record there, also with the rival. */
export interface Held {
  tenant: string;
  id: string;
  crmId: string | null;
  fields: { [field in Watched]: string | null };
}

export const watched = ["email", "phone", "city"] as const;
export type Watched = (typeof watched)[number];

/** What reached a side, and when that was certain: committed here, or acknowledged by the CRM and that committed. */
export interface Arrived {
  side: "local" | "crm";
  at: number;
  records: { key: string; fields: Partial<Record<Watched, string>> }[];
}

export interface Usage {
  /** Milliseconds of processor time since its start. */
  cpu: number;
  /** Megabytes: now, and the most so far. */
  memory: number;
  peak: number;
}

/** What can be asked of a process, with what it answers. */
export interface Requests {
  /** Takes over these records of the CRM, so that both sides agree. */
  seed: { asks: { tenant: string; crmIds: string[] }; answers: null };
  /** Begins to synchronise; nothing happens before. */
  start: { asks: null; answers: null };
  /** PenguinMails' own application changes contacts: where there is no route for it. */
  change: { asks: { tenant: string; id: string; fields: Partial<Record<Watched, string>> }[]; answers: null };
  /** What could be worked on now; what is to be looked at again in a minute is not among it. */
  depth: { asks: null; answers: { due: number; dead: number } };
  contacts: { asks: null; answers: Held[] };
  usage: { asks: null; answers: Usage };
  close: { asks: null; answers: null };
}
export type Handlers = {
  [Name in keyof Requests]: (asked: Requests[Name]["asks"]) => Promise<Requests[Name]["answers"]>;
};

export type ToProcess =
  | { configuration: Configuration }
  | { [Name in keyof Requests]: { number: number; name: Name; asked: Requests[Name]["asks"] } }[keyof Requests];
export type FromProcess =
  | { ready: { origin: string | null } }
  | { arrived: Arrived }
  | { number: number; answer: unknown }
  | { number: number; failed: string };

export const keyOf = (tenant: string, contact: string) => `${tenant}/${contact}`;
export const tenantOf = (key: string) => key.slice(0, key.indexOf("/"));
