/** The table of a simulation, for people and for docs/simulation.md. */
import type { Outcome } from "./simulate.js";

const grouped = (count: number) => String(count).replace(/\B(?=(\d{3})+$)/g, ",");

export function table({ options, ledger, faults, deaths, seconds }: Outcome): string {
  const struck = [...faults].sort(([one], [other]) => (one < other ? -1 : 1));
  const lost = (["edit lost", "edit lost with its record", "wrong winner", "value invented", "sides differ"] as const)
    .map(ledger.of)
    .concat(ledger.of("not delivered"))
    .reduce((sum, count) => sum + count, 0);
  const rows: [string, string | number][] = [
    ["contacts", options.contacts],
    ["acts of people", ledger.acts],
    ["… edits of a field", ledger.edits],
    ["… opt-outs; opt-ins of the person's own", `${grouped(ledger.optOuts)}; ${grouped(ledger.optIns)}`],
    ["… deletions; merges", `${grouped(ledger.deletions)}; ${grouped(ledger.merges)}`],
    ["… answers to reviews", ledger.answers],
    ["faults that struck", struck.map(([fault, count]) => `${fault} ${grouped(count)}`).join(", ")],
    ["deaths of the service's process", deaths],
    ["CRM connected anew after it refused a token", ledger.connections],
    ["decisions", ledger.decisions],
    ["… replayed to the same bytes", ledger.replayed],
    ["reviews open at the end", ledger.openReviews],
    ["fields left alone as fought over", ledger.fights],
    ["duplicates", ledger.of("duplicate")],
    ["edits lost, or fields that differ and nobody is asked", lost],
    ["opt-outs lifted", ledger.of("opt-out lifted")],
    [
      "anything else that must not be",
      [...ledger.breaches.values()].reduce((sum, count) => sum + count, 0) -
        lost -
        ledger.of("duplicate") -
        ledger.of("opt-out lifted"),
    ],
    ["seconds", Math.round(seconds)],
  ];
  const lines = rows.map(([name, value]) => `| ${name} | ${typeof value === "number" ? grouped(value) : value} |`);
  return ["|  |  |", "| --- | ---: |", ...lines].join("\n");
}
