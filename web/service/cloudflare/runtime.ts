/** The little of Cloudflare's runtime that is used, as its documentation has it. */
import type { ObjectStorage } from "../store/sqlite/object-database.js";

export interface ObjectState {
  storage: ObjectStorage & {
    /** Milliseconds since 1970. */
    setAlarm(at: number): Promise<void>;
    deleteAlarm(): Promise<void>;
  };
}

export interface D1Database {
  prepare(text: string): { bind(...values: (string | number | null)[]): { all<Row>(): Promise<{ results: Row[] }> } };
}

export interface Namespace<Stub> {
  getByName(name: string): Stub;
}

export interface Queue<Message> {
  send(message: Message): Promise<unknown>;
  sendBatch(messages: readonly { body: Message }[]): Promise<unknown>;
}

export interface MessageBatch<Message> {
  queue: string;
  messages: readonly { body: Message; ack(): void; retry(options?: { delaySeconds?: number }): void }[];
}
