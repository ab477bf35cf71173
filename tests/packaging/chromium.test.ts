import { testPage } from "./page.js";

await testPage("Chromium");
