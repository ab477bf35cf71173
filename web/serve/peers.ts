/** The packages that the service needs beside this one. They are optional, since nothing else here needs them. */
import { Misuse } from "../cli/failure.js";

const always = [
  ...["hono", "@hono/node-server", "@hono/zod-openapi", "zod"],
  ...["yaml", "fast-xml-parser", "pg-boss", "pg"],
];
const embedded = ["@electric-sql/pglite"];
const measured = ["prom-client"];

export interface Needed {
  isEmbedded: boolean;
  isMeasured: boolean;
}

/** Throws with all that are missing, and with the line that installs them. */
export async function requirePeers({ isEmbedded, isMeasured }: Needed): Promise<void> {
  const missing = new Set<string>();
  for (const name of [...always, ...(isEmbedded ? embedded : []), ...(isMeasured ? measured : [])]) {
    try {
      await import(name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
      // One that is here may lack another one.
      missing.add(/^Cannot find package '([^']+)'/.exec((error as Error).message)?.[1] ?? name);
    }
  }
  if (missing.size === 0) return;
  const names = [...missing].join(" ");
  throw new Misuse("CLI008", `serve needs packages that are not installed: ${names}`, `npm install ${names}`);
}
