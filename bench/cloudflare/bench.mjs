/**
 * What the deployment on Cloudflare takes, measured in workerd: docs/performance.md, "On Cloudflare". `npm run
 * bench:cloudflare`, on Linux, whose /proc says how long a processor was had. Everything is of this machine, and ends by itself.
 */
import { checkSizes } from "../../scripts/sizes.mjs";
import { load, machine } from "../machine.mjs";
import { engineTimes, requestTime, startTimes, webhookTimes } from "./measure.mjs";

const rounds = 10;
const before = load();
await checkSizes();

const range = ({ min, median, max }, unit) => `${digits(median)} ${unit} (${digits(min)} to ${digits(max)})`;
const digits = (value) => value.toFixed(value < 10 ? 2 : 0);
const row = (what, figure) => console.log(`${what.padEnd(58)}${figure}`);

console.log();
const start = await startTimes(rounds);
for (const [name, { milliseconds, processor }] of Object.entries(start)) {
  row(`${name}: workerd's start to the first answer`, range(milliseconds, "ms"));
  row("  processor time of that", range(processor, "ms"));
}
console.log("\nProcessor time in workerd");
const { decide, compile } = await engineTimes(rounds, { decide: 5000, compile: 1000 });
row("engine: decide and acknowledge a pair of twenty fields", range(decide, "ms"));
row("engine: compile their mapping, once an object wakes", range(compile, "ms"));
const webhook = await webhookTimes(300);
row("a webhook, with the queue and D1: taken in", `${digits(webhook.taken)} ms`);
row("  until both sides agree", `${digits(webhook.agreed)} ms`);
row("  where a hundred come in one delivery", `${digits(webhook.together)} ms`);
row("a request to a Worker that does nothing", `${digits(await requestTime(300))} ms`);

const { cpu, cores, node } = machine();
console.log(`\n${cpu}, ${cores} cores, Node ${node}; load ${before} before, ${load()} after`);
