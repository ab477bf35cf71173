import { program } from "./program.mjs";

addEventListener("fetch", (event) => event.respondWith(program().then((results) => new Response(results))));
