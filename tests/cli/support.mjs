/** Runs the built command line as its users do, and loads single sources of it. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import "../../scripts/typescript.mjs";

export const root = new URL("../../", import.meta.url);
export const pathOf = (relative) => fileURLToPath(new URL(relative, root));
export const example = (name) => pathOf(`examples/${name}`);
const program = pathOf("dist/cli/crm-sync.js");

/** Colours and widths must not depend on where the tests run. */
const environment = { ...process.env, NO_COLOR: "", COLUMNS: "100", FORCE_COLOR: "" };

export function start(args, options = {}) {
  return spawn(process.execPath, [program, ...args], { cwd: pathOf("."), env: environment, ...options });
}

/** `input` is a text, bytes, or an array of them that is written piece by piece. */
export async function run(args, input = "", options = {}) {
  const child = start(args, options);
  const stdout = [];
  const stderr = [];
  child.stdout.on("data", (chunk) => stdout.push(chunk));
  child.stderr.on("data", (chunk) => stderr.push(chunk));
  child.stdin.on("error", () => {}); // a command that ends without reading its input closes the pipe
  const ended = new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code ?? signal));
  });
  for (const piece of [input].flat()) {
    child.stdin.write(piece);
    if (Array.isArray(input)) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  child.stdin.end();
  const code = await ended;
  return { code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
}

export const lines = (text) => text.split("\n").filter((line) => line !== "");
export const jsonLines = (text) => lines(text).map((line) => JSON.parse(line));

/** A TypeScript source as a module. */
export const source = (relative) => import(new URL(relative, root));
