import { program } from "./program.mjs";

postMessage(await program());
