/** An example as someone has it who copied it: in a folder of its own, beside a mapping, with the package installed. */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { loadEngine } from "@penguinmails/crm-sync";
import { freePort } from "../../service/store/postgres-server.js";
import type { HubSpot } from "./hubspot.js";
import { within } from "./within.js";

export const root = fileURLToPath(new URL("../../../", import.meta.url));

/** A runtime that a package brings. */
export function tool(name: string): string {
  const path = join(root, "node_modules/.bin", name);
  assert.ok(existsSync(path), `there is no ${name} in node_modules/.bin, where npm ci installs it`);
  return path;
}

export interface Folder {
  path: string;
  remove(): void;
}

/** With a `start.js` that runs the file against the stand-in. */
export function copied(file: string): Folder {
  const path = mkdtempSync(join(tmpdir(), "crm-sync-webhooks-"));
  cpSync(join(root, "examples/webhooks", file), join(path, file));
  cpSync(join(root, "examples/hubspot-contacts.yaml"), join(path, "mapping.yaml"));
  const preload = new URL("preload.mjs", import.meta.url);
  writeFileSync(join(path, "start.js"), `import "${preload}";\nimport "./${file}";\n`);
  const dependencies = { "@penguinmails/crm-sync": "*", "@hono/node-server": "*", pg: "*" };
  writeFileSync(join(path, "package.json"), JSON.stringify({ type: "module", dependencies }));
  for (const scope of ["@penguinmails", "@hono"]) mkdirSync(join(path, "node_modules", scope), { recursive: true });
  symlinkSync(root, join(path, "node_modules/@penguinmails/crm-sync"));
  for (const name of ["@hono/node-server", "pg"]) {
    symlinkSync(join(root, "node_modules", name), join(path, "node_modules", name));
  }
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** The mapping as `crm-sync compile` gives it. */
export async function compiled(): Promise<Uint8Array> {
  const { mapping } = (await loadEngine()).compile(readFileSync(join(root, "examples/hubspot-contacts.yaml")));
  if (mapping === null) throw new Error("the mapping has mistakes");
  return mapping.toBytes();
}

export interface Program {
  url: string;
  folder: string;
  close(): Promise<void>;
}

/** `command`: what runs a file of the folder, which is added. */
export async function startProgram(
  [program, ...options]: [string, ...string[]],
  { path, remove }: Folder,
  hubspot: HubSpot,
  settings: Record<string, string>,
): Promise<Program> {
  const port = await freePort();
  const { PATH = "", HOME = "" } = process.env;
  const env = { PATH, HOME, HUBSPOT_STAND_IN: hubspot.url, PORT: String(port), ...settings };
  // Its errors are what it says of deliveries that it failed on purpose.
  const child = spawn(program, [...options, "start.js"], { cwd: path, env, stdio: ["pipe", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  const ended = once(child, "close");
  const url = `http://127.0.0.1:${port}/webhooks/hubspot`;
  const tooEarly = ended.then(() => assert.fail("it ended before it answered"));
  try {
    await within("the program's first answer", (signal) => Promise.race([tooEarly, firstAnswer(url, signal)]));
  } catch (error) {
    await close();
    throw new Error(`${program}: ${(error as Error).message}. It said: ${said}`);
  }
  return { url, folder: path, close };

  async function close() {
    child.stdin.end();
    child.kill("SIGKILL");
    await ended;
    remove();
  }
}

async function firstAnswer(url: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const status = await fetch(url, { signal }).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 405) return;
    await wait(20);
  }
}

/** What a few lines of JavaScript print, as JSON. */
export async function printed<T>(program: string, options: string[], cwd: string): Promise<T> {
  const { stdout } = await within(`what ${program} prints`, (signal) =>
    promisify(execFile)(program, options, { cwd, signal }),
  );
  return JSON.parse(stdout) as T;
}
