/** Asks a CRM itself, by a developer's own token, what the stand-in takes to be its behaviour. */
import "./typescript.mjs";

await import("../tests/live/live-check-command.ts");
