/** The app as a Worker would serve it, over a store that knows one portal. */
import { createApp, type HttpStore, type Incoming } from "@penguinmails/crm-sync/service";

const received: Incoming[] = [];
const integration = { tenant: "ours", id: "hubspot", settings: {}, mapping: { version: 1, file: "" } };
const store: Partial<Record<keyof HttpStore, unknown>> = {
  within: () => store,
  callerOf: async (hash: string) => (hash === "" ? null : { tenant: "ours", actor: "somebody", roles: ["reader"] }),
  integrationOfAccount: async (_crm: string, portal: string) => (portal === "62515" ? integration : null),
  receive: async (_ref: object, delivery: Incoming) => {
    received.push(delivery);
    return [];
  },
  audit: async () => [
    { id: "a", integration: "hubspot", input: "{}", decision: JSON.stringify(received.map(({ wakes }) => wakes)) },
  ],
};

const operations = { within: () => operations, rule: async () => ({ realTime: true, consent: [] }) };

const app = createApp({
  store: store as HttpStore,
  jobs: { dead: async () => [], replay: async () => 0, depth: async () => ({ waiting: 0, dead: 0 }) },
  operations: operations as never,
  clock: { now: () => Date.UTC(2026, 2, 1, 10, 0, 5), sleep: async () => {} },
  connect: async () => {},
  disconnect: async () => false,
  allowedAddress: () => false,
  hubspot: {
    secrets: ["yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy"],
    publicUrl: "https://hooks.example.com/webhooks/hubspot",
  },
});

export default { fetch: (request: Request) => app.fetch(request) };
