import { testPage } from "./page.js";

await testPage("Firefox", { browser: "firefox", executablePath: "/usr/bin/firefox-esr" });
