/** An example as someone has it who copied it: in a folder of its own, beside a mapping, with the package installed. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { loadEngine } from "@penguinmails/crm-sync";
import { freePort } from "../../service/store/postgres-server.js";
import { settings } from "./cases.js";
import type { HubSpot } from "./hubspot.js";

export const root = fileURLToPath(new URL("../../../", import.meta.url));
export const preload = fileURLToPath(new URL("preload.mjs", import.meta.url));
export const tool = (name: string) => join(root, "node_modules/.bin", name);

export interface Folder {
  path: string;
  remove(): void;
}

export function copied(file: string): Folder {
  const path = mkdtempSync(join(tmpdir(), "crm-sync-webhooks-"));
  cpSync(join(root, "examples/webhooks", file), join(path, file));
  cpSync(join(root, "examples/hubspot-contacts.yaml"), join(path, "mapping.yaml"));
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

/** `command`: the program with its options, of which the last is the file. */
export async function startProgram(
  [program, ...options]: [string, ...string[]],
  { path, remove }: Folder,
  hubspot: HubSpot,
  more: Record<string, string> = {},
): Promise<Program> {
  const port = await freePort();
  const { PATH = "", HOME = "" } = process.env;
  const env = { PATH, HOME, ...settings, HUBSPOT_STAND_IN: hubspot.url, PORT: String(port), ...more };
  // Its errors are what it says of deliveries that it failed on purpose.
  const child = spawn(program, options, { cwd: path, env, stdio: ["pipe", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  const ended = once(child, "exit");
  const url = `http://127.0.0.1:${port}/webhooks/hubspot`;
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error(`it ended before it answered: ${said}`);
    await wait(20);
  }
  return {
    url,
    folder: path,
    async close() {
      child.kill();
      await ended;
      remove();
    },
  };
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    (response) => response.status === 405,
    () => false,
  );
}

/** What a few lines of JavaScript print, as JSON. */
export async function printed<T>(program: string, options: string[], cwd: string): Promise<T> {
  const { stdout } = await promisify(execFile)(program, options, { cwd });
  return JSON.parse(stdout) as T;
}
