import { loadEngine } from "@penguinmails/crm-sync";
import { simulate } from "./simulate.js";
const o = await simulate({ engine: await loadEngine(), seed: Number(process.argv[3] ?? 1), contacts: Number(process.argv[2] ?? 20), crms: (process.argv[4]?.split(",") ?? ["salesforce","hubspot"]) as any });
const { breaches, stories, ...rest } = o.ledger;
console.log(rest, o.faults, o.deaths, o.seconds);
console.log(breaches, stories.join("\n"));
