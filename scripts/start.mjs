/** Sets everything up, builds, shows the sync service on a stand-in of HubSpot, and serves the preview, until it is stopped. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { addressOf, serve } from "./serve.mjs";
import { root } from "./steps.mjs";

await import("./build.mjs");

const page = await listening();
const service = spawn(process.execPath, [join(root, "dist/cli/crm-sync.js"), "serve", "--try-out"], {
  cwd: root,
  stdio: ["inherit", "inherit", "inherit", "ipc"],
});
// Said last, where it is found.
service.on("message", () => console.log(`The mapping preview is at ${addressOf(page)}`));
service.on("exit", (code) => {
  process.exitCode = code ?? 1;
  page.close();
  page.closeAllConnections();
});
// From a terminal the service hears of Ctrl+C by itself; twice within a second is once.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => service.kill(signal));

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
