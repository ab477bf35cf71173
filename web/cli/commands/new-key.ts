/** `crm-sync new-key`: an API key for a tenant of the deployment on Cloudflare, whose first one nobody can ask it for. */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { addKey } from "../../serve/api-key.js";
import { systemClock } from "../../service/clock.js";
import { callers } from "../../service/store/postgres/callers.js";
import type { Sql } from "../../service/store/sql.js";
import { bound, sqlite } from "../../service/store/sqlite/dialect.js";
import type { Command } from "../command.js";
import { Misuse } from "../failure.js";
import { write } from "../streams.js";

export const newKey: Command = {
  name: "new-key",
  usage: "crm-sync new-key <tenant> [options]",
  summary: "makes an API key of a tenant on Cloudflare",
  details: [
    "Writes the key's hash into the directory, the D1 database of the binding DIRECTORY, by the wrangler that is installed in\nthe folder of the deployment. The key is printed this once; it may do everything, also make others (POST /api/keys). A\ntenant is there once it has a key.",
  ],
  options: {
    folder: { type: "string", value: "folder", help: "where wrangler.jsonc is (default: this one)" },
    local: { type: "boolean", help: "of what `wrangler dev` runs, not of what is deployed" },
  },
  async run(values, positionals) {
    const [tenant, ...others] = positionals;
    if (tenant === undefined || others.length > 0) throw new Misuse("CLI001", "new-key: name one tenant", this.usage);
    if (!/^[^\p{Cc}\p{Cs}]{1,200}$/u.test(tenant))
      throw new Misuse("CLI001", "new-key: a tenant's name has at most 200 characters, and none that control");
    const folder = resolve(typeof values.folder === "string" ? values.folder : ".");
    const wrangler = wranglerOf(folder);
    let refused: string | null = null;
    const sql: Sql = {
      async query(text, given = []) {
        const place = values.local === true ? "--local" : "--remote";
        const args = [wrangler, "d1", "execute", "DIRECTORY", place, "--yes", "--command", literal(text, given)];
        const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
        if (status !== 0) refused = `${stdout}${stderr}`;
        return [];
      },
    };
    const transaction = <T>(_tenant: string | null, work: (sql: Sql) => Promise<T>) => work(sql);
    const key = await addKey(callers({ database: { transaction }, clock: systemClock }), tenant);
    if (refused !== null) {
      process.stderr.write(refused);
      return 1;
    }
    await write(`${key}\n`);
    process.stderr.write("This is shown this once; only its hash is kept.\n");
    return 0;
  },
};

/** With its values in it, as wrangler takes a statement. */
const literal = (text: string, values: readonly unknown[]) =>
  sqlite(text).replace(/\?(\d+)/g, (_, number) => {
    const value = bound(values[Number(number) - 1]);
    return typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value);
  });

function wranglerOf(folder: string): string {
  try {
    return createRequire(join(folder, "package.json")).resolve("wrangler/bin/wrangler.js");
  } catch {
    throw new Misuse(
      "CLI008",
      `new-key: there is no wrangler in ${folder}`,
      "npm install wrangler; or --folder names another",
    );
  }
}
