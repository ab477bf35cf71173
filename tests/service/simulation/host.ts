/** Where the service runs, and what the world has to do with it there. */
import type { Engine } from "@penguinmails/crm-sync";
import type { Clients } from "../../../web/service/crm/clients.js";
import type { Jobs } from "../../../web/service/jobs/jobs.js";
import type { IntegrationRef } from "../../../web/service/store/model.js";
import type { SyncStore } from "../../../web/service/store/store.js";
import type { HandClock } from "../crm/support.js";
import type { Crm } from "../sync/hands.js";

export const clientSecret = "the-app's-secret";

/** Of a tenant. */
export interface Parts {
  store: SyncStore;
  jobs: Jobs;
  clients: Clients;
}

/** The service, which may die in the middle of whatever it does, whereupon another one goes on where it was. */
export interface Host {
  readonly deaths: number;
  /** When a death ends, whoever called meanwhile calls again. */
  readonly up: Promise<void>;
  /** Where it finds the CRMs. */
  readonly crms: Readonly<Record<Crm, string>>;
  /** The front door, which stays: while no service runs it says so. */
  handle(request: Request): Promise<Response>;
  of(tenant: string): Parts;
  /** Works until nothing is due, or until it dies. */
  work(): Promise<void>;
  die(): Promise<void>;
  /** The world's clock has moved on. */
  pass(milliseconds: number): Promise<void>;
  /** How much has come in and is not dealt with. */
  waiting(integration: IntegrationRef): Promise<number>;
  close(): Promise<void>;
}

/** What the world gives a host. */
export interface Place {
  engine: Engine;
  clock: HandClock;
  /** The address of the front door. */
  front: string;
  /** Rejects where the connection breaks. */
  crm(request: Request): Promise<Response>;
  seed: number;
  /** The service's name in broken.ts. */
  broken?: string;
}

export type OpenHost = (place: Place) => Promise<Host>;
