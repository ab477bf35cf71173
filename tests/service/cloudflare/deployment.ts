/** The whole deployment in workerd: Worker, queue, directory, and an object for each tenant. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { Response as Incoming, Miniflare, type Request as Outgoing } from "miniflare";
import { bundled } from "../../workerd.js";
import { keyring } from "../store/keyring.js";
import type { Time } from "../sync/fast-clock.js";
import { tenantAsked } from "./asked.js";
import { makeDirectory } from "./directory.js";

export const clientSecret = "the-app's-secret";
export const publicUrl = "https://sync.example.com";
/** Of `settings`: the CRMs' own hosts, whose requests come to the test all the same. */
export const hosts = { hubspot: "https://api.hubapi.com", salesforce: "https://acme.my.salesforce.com" };

export const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

export interface DeploymentOptions extends Partial<Time> {
  /** What the CRMs answer, or the address of a server of this machine that does. */
  crm: ((request: Request) => Promise<Response>) | string;
  /** Where it keeps everything; in memory unless given. */
  folder?: string;
  /** A file with its code; bundled anew unless given. */
  script?: string;
  /** Its queue's messages are sent to `queueUrl`, and brought by the test. */
  outsideQueue?: boolean;
  publicUrl?: string;
  bindings?: Record<string, string>;
}

export const bundle = () => bundled("tests/service/cloudflare/service-worker.ts");

export type Deployment = Awaited<ReturnType<typeof deploy>>;

export async function deploy(options: DeploymentOptions) {
  const { crm, folder, script, outsideQueue = false, bindings } = options;
  const { began = Date.now(), speed = 1, publicUrl: url = publicUrl } = options;
  const keys = Object.entries(keyring.keys).map(([name, key]) => `${name}:${Buffer.from(key).toString("base64")}`);
  const engine = readFileSync(fileURLToPath(new URL("../../../dist/engine/engine.wasm", import.meta.url)));
  const kept = (name: string) => (folder === undefined ? {} : { [`${name}Persist`]: `${folder}/${name}` });
  /** What it has logged. */
  const lines: string[] = [];
  const worker = new Miniflare({
    handleRuntimeStdio(stdout: Readable, stderr: Readable) {
      for (const stream of [stdout, stderr]) createInterface(stream).on("line", (line) => lines.push(line));
    },
    compatibilityDate: "2026-04-01",
    modules: [
      { type: "ESModule", path: "worker.js", contents: script ? readFileSync(script, "utf8") : await bundle() },
      { type: "CompiledWasm", path: "engine/engine.wasm", contents: engine },
    ],
    durableObjects: { TENANTS: { className: "TestTenant", useSQLite: true } },
    d1Databases: ["DIRECTORY"],
    ...kept("durableObjects"),
    ...kept("d1"),
    queueProducers: { WEBHOOKS: "webhooks" },
    queueConsumers: {
      webhooks: { maxBatchSize: 100, maxBatchTimeout: 0, maxRetries: 10, deadLetterQueue: "webhooks-dead" },
      "webhooks-dead": { maxBatchSize: 100, maxBatchTimeout: 0, maxRetries: 100 },
    },
    bindings: {
      CRM_SYNC_KEYS: keys.join(","),
      CRM_SYNC_PUBLIC_URL: url,
      ...{ HUBSPOT_CLIENT_ID: "app", HUBSPOT_CLIENT_SECRET: clientSecret },
      ...{ SALESFORCE_CLIENT_ID: "app", SALESFORCE_CLIENT_SECRET: clientSecret },
      TIME: JSON.stringify({ began, speed }),
      OUTSIDE_QUEUE: outsideQueue,
      ...bindings,
    },
    outboundService: typeof crm === "string" ? { external: { address: crm, http: {} } } : answering(crm),
  });
  await makeDirectory(worker);
  /** As the world outside reaches it. */
  const fetchIt = async (request: Request): Promise<Response> => {
    const { pathname, search } = new URL(request.url);
    const { method, headers } = request;
    const body = method === "GET" ? {} : { body: await request.arrayBuffer() };
    const answer = await worker.dispatchFetch(url + pathname + search, {
      method,
      headers: [...headers],
      redirect: "manual",
      ...body,
    });
    const content = [204, 303].includes(answer.status) ? null : await answer.arrayBuffer();
    return new Response(content, { status: answer.status, headers: [...answer.headers] });
  };
  return {
    worker,
    lines,
    fetch: fetchIt,
    /** What is inside of a tenant's object. */
    tenant: (name: string) => tenantAsked(name, fetchIt),
    close: () => worker.dispose(),
  };
}

const answering = (crm: (request: Request) => Promise<Response>) => async (request: Outgoing) => {
  const { method, url, headers } = request;
  const body = method === "GET" ? {} : { body: await request.text() };
  const answer = await crm(new Request(url, { method, headers: [...headers], ...body }));
  return new Incoming(await answer.arrayBuffer(), { status: answer.status, headers: [...answer.headers] });
};
