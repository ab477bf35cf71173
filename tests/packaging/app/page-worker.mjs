import { program } from "./program.mjs";

program().then((results) => postMessage(results));
