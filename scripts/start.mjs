/** Sets everything up, builds, shows the main job on records of our own, and serves the preview until it is stopped. */
import { join } from "node:path";
import { addressOf, serve } from "./serve.mjs";
import { root, run } from "./steps.mjs";

await import("./build.mjs");
console.log();
run(process.execPath, [join(root, "dist/cli/crm-sync.js"), "demo"]);

const server = await listening();
console.log(`\nThe mapping preview is at ${addressOf(server)} (Ctrl+C ends it)`);
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    server.close();
    server.closeAllConnections();
  });
}

/** On the port of PORT, else on 8787 or the next that is free. */
async function listening() {
  const page = join(root, "build/preview");
  if (process.env.PORT) return serve(page, Number(process.env.PORT));
  for (let port = 8787; ; port++) {
    try {
      return await serve(page, port);
    } catch (error) {
      if (error.code !== "EADDRINUSE") throw error;
    }
  }
}
