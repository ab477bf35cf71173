import { testPage } from "./page.js";

await testPage("Chromium", {
  executablePath: "/usr/bin/chromium",
  args: [
    "--no-sandbox", // root has none
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
