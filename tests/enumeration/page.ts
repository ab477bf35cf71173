/** What a page runs: fetches the enumeration, and leaves its hashes where the test finds them. */
import { loadEngine } from "@penguinmails/crm-sync";
import { hashes } from "./run.js";

const answer = async () => hashes(await loadEngine(), await (await fetch("/enumeration")).text());
(globalThis as { answer?: Promise<string> }).answer = answer();
