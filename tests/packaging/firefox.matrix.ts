import { testPage } from "./page.js";

await testPage("Firefox");
