/** A PostgreSQL of Debian's, for the time of a test: in a temporary folder, at a free port of this machine. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";

const run = promisify(execFile);
const installed = "/usr/lib/postgresql";

export interface PostgresServer {
  /** As an operator has it: a role that owns its database and may create roles, and is no superuser. */
  url: string;
  superuserUrl: string;
  /** Another database of the same owner. */
  database(name: string): Promise<string>;
  close(): Promise<void>;
}

function programs(): string | null {
  if (!existsSync(installed)) return null;
  const versions = readdirSync(installed).sort((one, other) => Number(other) - Number(one));
  const found = versions
    .map((version) => join(installed, version, "bin"))
    .find((bin) => existsSync(join(bin, "initdb")));
  return found ?? null;
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** PostgreSQL refuses to run as root. */
const command = (program: string, args: string[]): [string, string[]] =>
  process.getuid?.() === 0 ? ["runuser", ["-u", "postgres", "--", program, ...args]] : [program, args];

export interface PostgresOptions {
  /** Whether it waits for the disk with every transaction, which tests need not. */
  fsync?: boolean;
}

export async function startPostgres({
  fsync = false,
}: PostgresOptions = {}): Promise<PostgresServer | { missing: string }> {
  const bin = programs();
  if (bin === null) return { missing: `there is no PostgreSQL in ${installed}` };
  const folder = mkdtempSync(join(tmpdir(), "crm-sync-postgres-"));
  const execute = (program: string, ...args: string[]) =>
    run(...command(join(bin, program), args), {
      cwd: folder,
      env: { PATH: process.env.PATH ?? "", LC_ALL: "C.UTF-8" },
    });
  if (process.getuid?.() === 0) await run("chown", ["postgres", folder]);
  chmodSync(folder, 0o700);
  const data = join(folder, "data");
  const log = join(folder, "log");
  const port = await freePort();
  await execute("initdb", "-D", data, "-U", "root", "--auth=trust", "--encoding=UTF8", "--no-sync");
  const settings = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=${fsync ? "on" : "off"} -c max_connections=60`;
  // Its standard output is not ours, or whoever started the test would wait for the server's end.
  await execute("pg_ctl", "start", "-w", "-s", "-D", data, "-l", log, "-o", settings);
  // Its input ends with this process, however that ends: a test that is killed leaves no server behind.
  const stop = `cat >/dev/null; exec ${join(bin, "pg_ctl")} stop -w -s -m immediate -D ${data}`;
  const guard = spawn(...command("sh", ["-c", stop]), {
    cwd: folder,
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  guard.unref();
  const urlOf = (user: string, database: string) => `postgres://${user}@127.0.0.1:${port}/${database}`;
  const superuserUrl = urlOf("root", "postgres");
  const administer = async (text: string) => {
    const client = new pg.Client(superuserUrl);
    await client.connect();
    await client.query(text).finally(() => client.end());
  };
  await administer("create role crm_sync_owner login createrole");
  const database = async (name: string) => {
    await administer(`create database ${name} owner crm_sync_owner`);
    return urlOf("crm_sync_owner", name);
  };
  return {
    url: await database("crm_sync"),
    superuserUrl,
    database,
    async close() {
      guard.ref();
      const stopped = once(guard, "exit");
      guard.stdin.end();
      await stopped;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
