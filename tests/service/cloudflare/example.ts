/** examples/cloudflare as somebody has it who has copied it and installed the package from its tarball. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const root = fileURLToPath(new URL("../../../", import.meta.url));

export interface Manifest {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}
export const manifestOf = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

export type Copy = Awaited<ReturnType<typeof copyExample>>;

/** What else the package needs is linked from here, since nothing is downloaded; so are versions that the example names. */
export async function copyExample() {
  const temporary = mkdtempSync(join(tmpdir(), "crm-sync-cloudflare-"));
  const folder = join(temporary, "app");
  cpSync(join(root, "examples/cloudflare"), folder, { recursive: true });
  const packed = await promisify(execFile)(
    "npm",
    ["pack", "--json", "--ignore-scripts", "--pack-destination", temporary],
    { cwd: root, maxBuffer: 1 << 26 },
  );
  const [{ filename }] = JSON.parse(packed.stdout) as [{ filename: string }];
  const installed = join(folder, "node_modules/@penguinmails/crm-sync");
  mkdirSync(installed, { recursive: true });
  await promisify(execFile)("tar", ["-xzf", join(temporary, filename), "--strip-components=1", "-C", installed]);
  const { dependencies, devDependencies } = manifestOf(folder);
  for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
    const link = join(folder, "node_modules", name);
    if (name === "@penguinmails/crm-sync") continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, "node_modules", name), link);
  }
  // Nobody is asked for anything, nothing is sent anywhere, and nothing is left at home.
  const home = { HOME: temporary, XDG_CONFIG_HOME: temporary, CI: "1", NO_COLOR: "1" };
  const env = { ...process.env, ...home, CLOUDFLARE_CF_FETCH_ENABLED: "false" };
  const wrangler = join(root, "node_modules/wrangler/bin/wrangler.js");
  const children: ChildProcess[] = [];

  return {
    folder,
    installed,
    env,
    async wrangler(...args: string[]): Promise<string> {
      const { stdout } = await promisify(execFile)(process.execPath, [wrangler, ...args], { cwd: folder, env });
      return stdout;
    },
    async crmSync(...args: string[]): Promise<string> {
      const program = join(installed, "dist/cli/crm-sync.js");
      const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], { cwd: folder, env });
      return stdout;
    },
    secrets(variables: Record<string, string>) {
      const lines = Object.entries(variables).map(([name, value]) => `${name}="${value}"\n`);
      writeFileSync(join(folder, ".dev.vars"), lines.join(""));
    },
    /** `wrangler dev`, until it answers. */
    async dev(...args: string[]) {
      const port = await freePort();
      const child = spawn(process.execPath, [wrangler, "dev", "--ip", "127.0.0.1", "--port", String(port), ...args], {
        ...{ cwd: folder, env },
        stdio: ["ignore", "pipe", "pipe"],
      });
      children.push(child);
      let said = "";
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding("utf8").on("data", (text) => (said += text));
      const origin = `http://localhost:${port}`;
      while ((await fetch(`${origin}/healthz`).catch(() => null)) === null) {
        if (child.exitCode !== null) throw new Error(`wrangler dev has ended: ${said}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      return { origin, said: () => said, stop: () => ended(child) };
    },
    async remove() {
      await Promise.all(children.map(ended));
      rmSync(temporary, { recursive: true, force: true });
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  child.kill("SIGTERM");
  await closed;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
