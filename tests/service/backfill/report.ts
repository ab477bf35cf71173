/** The table of a backfill, for people and for docs/operations.md; and what of it is not as it has to be. */
import { budgetOf, type Outcome } from "./backfill.js";

const grouped = (count: number) => String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ",");

/** Of a shorter one the process is still warming up, in seconds. */
const judgesMemoryFrom = 120;

/** How much more than in the first tenth of the time the process may have in the last one: a quarter, and 32 MB. */
const margin = (first: number) => first * 1.25 + 32;

const callsOf = ({ tried, done }: Outcome) => tried.calls + done.calls;

/** Nothing where all is well. */
export function complaints(outcome: Outcome): string[] {
  const { options, verdict, memory, kills } = outcome;
  const found = [...verdict.breaches].map(([kind, count]) => `${kind}: ${count}`).concat(verdict.stories);
  if (callsOf(outcome) > budgetOf(outcome))
    found.push(`${grouped(callsOf(outcome))} calls, the budget is ${grouped(budgetOf(outcome))}`);
  const [first = 0] = memory;
  const last = memory.at(-1) ?? 0;
  if (outcome.tried.seconds + outcome.done.seconds >= judgesMemoryFrom && last > margin(first))
    found.push(`memory grew from ${first} to ${last} MB`);
  if (kills < options.kills) found.push(`killed ${kills} times instead of ${options.kills}`);
  return found;
}

export function table(outcome: Outcome): string {
  const { options, report, tried, done, kills, live, memory, verdict } = outcome;
  const phase = ({ seconds, calls }: Outcome["done"]) =>
    `${grouped(seconds)} s, ${grouped(options.contacts / seconds)} contacts a second, ${grouped(calls)} calls`;
  const latency = ({ edits, p50, p99 }: Outcome["live"]["during"]) =>
    `${grouped(p50)} ms / ${grouped(p99)} ms (${grouped(edits)} edits)`;
  const breaches = [...verdict.breaches.values()].reduce((sum, count) => sum + count, 0);
  const rows: [string, string][] = [
    [
      "contacts on each side; CRM; seed; limited by",
      `${grouped(options.contacts)}; ${options.crm}; ${options.seed}; ${options.paced ? "the CRM's rate" : "the machine"}`,
    ],
    ["the report", [...report].map(([match, count]) => `${match} ${grouped(count)}`).join(", ")],
    ["reported within", phase(tried)],
    ["done within", phase(done)],
    [
      "calls (budget); for a thousand contacts",
      `${grouped(callsOf(outcome))} (${grouped(budgetOf(outcome))}); ${grouped((1000 * callsOf(outcome)) / options.contacts)}`,
    ],
    ["kills", grouped(kills)],
    ["linked", grouped(verdict.links)],
    ["lost, doubled, overwritten, opt-outs lost", grouped(breaches)],
    ["memory at most, MB, by tenths of the time", memory.join(", ")],
    ["live edits meanwhile, p50 / p99", latency(live.during)],
    ["live edits afterwards, p50 / p99", latency(live.after)],
  ];
  return ["|  |  |", "| --- | ---: |", ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join("\n");
}
