/** What goes between the simulation and the deployment beside what goes between everybody and it. */
import type { Message } from "../../../web/service/cloudflare/environment.js";

/** In requests and answers: what time it is for whoever sends them. */
export const timeHeader = "x-simulation-time";
/** Where the Worker finds the queue. */
export const queueAddress = "https://queue.example.com/";

export type Work =
  | { kind: "ask"; tenant: string; text: string }
  | { kind: "work"; tenant: string }
  | { kind: "cron" }
  /** Answered with the seconds until each message is to come again; null: it is dealt with. */
  | { kind: "queue"; queue: string; messages: readonly Message[] };
