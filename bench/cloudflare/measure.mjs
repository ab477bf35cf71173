/** What the Worker of examples/cloudflare takes in workerd; only of this machine, and by processor time where it can be. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Miniflare } from "miniflare";
import { bundledWorker } from "../../scripts/sizes.mjs";
import { deploy } from "../../tests/service/cloudflare/deployment.ts";
import { freePort } from "../../tests/service/cloudflare/example.ts";
import { queueUrl } from "../../tests/service/cloudflare/outside-queue.ts";
import { tenantWith } from "../../tests/service/cloudflare/tenant.ts";
import { startWorkerd } from "../../tests/workerd.ts";
import { systemClock } from "../../web/service/clock.ts";
import { createStandIn } from "../../web/stand-in/stand-in.ts";
import { spread } from "../measure.mjs";
import { pause } from "../service/time.ts";

const engine = readFileSync(fileURLToPath(new URL("../../dist/engine/engine.wasm", import.meta.url)));

/** The program itself, where what npm installs under its name starts it. */
const workerd = createRequire(import.meta.url)("workerd").default;

/** Of a process: what it is called, and what Linux tells of it after that, beginning with its state. */
function statOf(pid) {
  const [, name = "", rest = ""] = /\((.*)\) (.*)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
  return { name, fields: rest.split(" ") };
}

/** Milliseconds of a processor that it has had, itself and the kernel for it, in steps of ten. */
function processorTime(pid) {
  const { fields } = statOf(pid);
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Miniflare's, of which there is one at a time. */
function pidOfWorkerd() {
  const pid = readdirSync("/proc").find((one) => {
    if (!/^\d+$/.test(one)) return false;
    try {
      const { name, fields } = statOf(one);
      return name === "workerd" && Number(fields[1]) === process.pid;
    } catch {
      return false; // it has ended meanwhile
    }
  });
  if (pid === undefined) throw new Error("workerd does not run");
  return Number(pid);
}

/** A Worker that does nothing. */
const empty = 'export default { fetch: () => new Response("ok") };';

/** From the start of a process to the first answer, with the engine in it; the same of an empty one. */
export async function startTimes(rounds) {
  const bundle = Buffer.from(await bundledWorker());
  const samples = { service: [], empty: [] };
  for (let round = 0; round < rounds; round++) {
    samples.service.push(await started(bundle));
    samples.empty.push(await started(empty));
  }
  const of = (list) => ({
    milliseconds: spread(list.map(({ milliseconds }) => milliseconds)),
    processor: spread(list.map(({ processor }) => processor)),
  });
  return { service: of(samples.service), empty: of(samples.empty) };
}

async function started(worker) {
  const folder = mkdtempSync(join(tmpdir(), "crm-sync-bench-"));
  const port = await freePort();
  writeFileSync(join(folder, "worker.js"), worker);
  writeFileSync(join(folder, "engine.wasm"), engine);
  writeFileSync(join(folder, "config.capnp"), configuration(port));
  const start = performance.now();
  const child = spawn(workerd, ["serve", join(folder, "config.capnp")], { stdio: ["ignore", "ignore", "inherit"] });
  try {
    while (!(await isOpen(port))) {
      if (child.exitCode !== null) throw new Error("workerd has ended");
      await pause(1);
    }
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`);
    const milliseconds = performance.now() - start;
    if (!answer.ok) throw new Error(`the Worker answers ${answer.status}`);
    return { milliseconds, processor: processorTime(child.pid) };
  } finally {
    await ended(child);
    rmSync(folder, { recursive: true });
  }
}

/** Neither directory nor queue: what is asked for first needs none of them. */
const configuration = (port) => `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main)],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]
);
const main :Workerd.Worker = (
  compatibilityDate = "2026-04-01",
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "engine/engine.wasm", wasm = embed "engine.wasm")
  ],
  bindings = [(name = "CRM_SYNC_KEYS", text = "one:${Buffer.alloc(32, 1).toString("base64")}")]
);
`;

function isOpen(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
}

async function ended(child) {
  if (child.exitCode !== null) return;
  const closed = once(child, "close");
  child.kill("SIGKILL");
  await closed;
}

/** Milliseconds of a processor that a step of the engine takes in workerd: of many in one request. */
export async function engineTimes(rounds, counts) {
  const worker = await startWorkerd("bench/cloudflare/engine-worker.mjs");
  try {
    const ask = async (step, count) => {
      const body = JSON.stringify({ step, count });
      const answer = await worker.dispatchFetch("http://localhost/", { method: "POST", body });
      if ((await answer.text()) !== "done") throw new Error("the engine's Worker has failed");
    };
    const of = async (step) => {
      await ask(step, counts[step]);
      const samples = [];
      for (let round = 0; round < rounds; round++) {
        const before = processorTime(pidOfWorkerd());
        await ask(step, counts[step]);
        samples.push((processorTime(pidOfWorkerd()) - before) / counts[step]);
      }
      return spread(samples);
    };
    return { decide: await of("decide"), compile: await of("compile") };
  } finally {
    await worker.dispose();
  }
}

/** The same of a request to a Worker that does nothing. */
export async function requestTime(requests) {
  const worker = new Miniflare({ modules: true, script: empty, compatibilityDate: "2026-04-01" });
  try {
    const ask = async () => (await worker.dispatchFetch("http://localhost/")).text();
    await ask();
    const before = processorTime(pidOfWorkerd());
    for (let request = 0; request < requests; request++) await ask();
    return (processorTime(pidOfWorkerd()) - before) / requests;
  } finally {
    await worker.dispose();
  }
}

/**
 * Milliseconds of a processor that all of workerd has had for each webhook, what stands for the queue and D1 included: to
 * take it in, which ends in the queue; until both sides agree and the tenant's object has nothing left to do; and the same
 * where a hundred come in one delivery, as HubSpot sends them where there are many. Each is of a contact of its own.
 */
export async function webhookTimes(webhooks) {
  return {
    taken: await processorOf(webhooks, { isTaken: true }),
    agreed: await processorOf(webhooks, {}),
    together: await processorOf(webhooks, { isTogether: true }),
  };
}

async function processorOf(webhooks, { isTaken = false, isTogether = false }) {
  const standIn = createStandIn({ clock: systemClock });
  // Where it ends in the queue, nobody brings what is there.
  const crm = async (request) => (request.url === queueUrl ? new Response() : standIn.handle(request));
  const deployment = await deploy({ crm, outsideQueue: isTaken });
  try {
    const { hands, settle, pairOf } = await tenantWith({ deployment, standIn, clock: systemClock }, "hubspot", 1);
    const ids = Array.from({ length: webhooks }, (_, index) =>
      hands.create({ email: `person-${index}@example.com`, last_name: "Lee", city: "Ulm" }),
    );
    await settle();
    const before = processorTime(pidOfWorkerd());
    for (const id of ids) {
      hands.edit(id, { city: "Bonn" });
      if (!isTogether) await standIn.deliver((request) => deployment.fetch(request));
    }
    await settle();
    const taken = (processorTime(pidOfWorkerd()) - before) / webhooks;
    const cities = new Set((await Promise.all(ids.map(pairOf))).map((pair) => pair?.contact?.record.city));
    if (!isTaken && (cities.size !== 1 || !cities.has("Bonn"))) throw new Error("not everybody has moved");
    return taken;
  } finally {
    await deployment.close();
  }
}
