/** Results as text: tables as they stand in docs/performance.md. */
import type { Report } from "./bench.js";
import type { Contest } from "./contest.js";
import type { Rate } from "./rig.js";
import type { Spread } from "./time.js";

const row = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]) =>
  [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");

const number = (value: number) => (value >= 100 ? Math.round(value) : value).toLocaleString("en");
const time = (milliseconds: number) =>
  Number.isFinite(milliseconds)
    ? milliseconds >= 1000
      ? `${(milliseconds / 1000).toFixed(1)} s`
      : `${milliseconds >= 10 ? Math.round(milliseconds) : milliseconds} ms`
    : "–";
const rate = ({ aSecond, aProcessorSecond }: Rate) => `${number(aSecond)} (${number(aProcessorSecond)})`;
const spread = ({ p50, p99 }: Spread) => `${time(p50)} / ${time(p99)}`;
const answersOf = (answers: Record<number, number>) =>
  Object.entries(answers)
    .map(([status, times]) => `${times}× ${status}`)
    .join(", ");

export function reportText({ machine, load, seconds, databases, limited }: Report): string {
  const { cpu, cores, memory_gib, os, node } = machine;
  const columns = databases.map(({ database }) => database);
  const across = (what: string, of: (at: (typeof databases)[number]) => string | number) => [
    what,
    ...databases.map(of),
  ];
  const accepted = (databases[0]?.accepted ?? []).map(({ crm, eventsARequest }, index) =>
    across(`${crm === "hubspot" ? "HubSpot" : "Salesforce"}, ${eventsARequest} a request`, (at) => {
      const one = at.accepted[index];
      return one === undefined
        ? ""
        : `${rate(one.events)} in ${number(one.requests.aSecond)} requests; ${spread(one.milliseconds)}`;
    }),
  );
  const contender = ({ contender: name }: Contest) => (name === "rival" ? "naive loop" : "service");
  const contests = databases.flatMap(({ database, contest }) =>
    contest.map((one) => [
      ...[database, contender(one), rate(one.backlog.rate)],
      ...[spread(one.atRest.fromCrm), spread(one.atRest.toCrm)],
      ...[`${one.together.lost} of ${one.together.edits}`, one.together.duplicated],
    ]),
  );
  return [
    `${cpu}, ${cores} cores, ${memory_gib} GiB, ${os}; Node ${node}; load ${load.before} before, ${load.after} after; ${seconds} seconds`,
    table(
      ["webhook events accepted in a second (in one of the processor); p50 / p99 of an answer", ...columns],
      accepted,
    ),
    table(
      ["HubSpot, no rate limits", ...columns],
      [
        across("first synchronisation, contacts in a second", (at) => number(at.firstSync)),
        across("at rest, an edit in the CRM to here, p50 / p99", (at) => spread(at.atRest.fromCrm)),
        across("at rest, a change here to the CRM's acknowledgement", (at) => spread(at.atRest.toCrm)),
        across("a backlog of pairs edited on both sides, in a second (in one of the processor)", (at) =>
          rate(at.backlog.rate),
        ),
        across("held: pairs edited on both sides, in a second", (at) => number(at.sustained)),
        across("at that rate, until both have arrived", (at) =>
          spread(at.steps.find(({ rate }) => rate === at.sustained)?.bothSides ?? ({} as Spread)),
        ),
        across("offered beyond: pairs in a second, for seconds", (at) =>
          [number(at.beyond.offeredASecond), at.beyond.seconds].join(", "),
        ),
        across("beyond: the CRM's edits to here", (at) => spread(at.beyond.fromCrm)),
        across("beyond: changes here to the CRM", (at) => spread(at.beyond.toCrm)),
        across("beyond: a second tenant's edits in its CRM to here", (at) => spread(at.beyond.neighbour)),
        across("beyond: all had arrived after another", (at) => `${at.beyond.drainedAfter} s`),
        across("beyond: deliveries answered", (at) => answersOf(at.beyond.answers)),
        across(
          "beyond: edits lost, dead letters",
          (at) => `${at.beyond.lost} of ${at.beyond.edits}, ${at.beyond.dead}`,
        ),
        across("the service's memory at most", (at) => `${at.beyond.peakMegabytes} MB`),
        across("Salesforce at rest: an edit there to here", (at) => spread(at.salesforce.fromCrm)),
        across("Salesforce at rest: a change here to its acknowledgement", (at) => spread(at.salesforce.toCrm)),
      ],
    ),
    table(
      [
        ...["database", "", "a backlog, records in a second", "at rest, CRM to here", "at rest, here to CRM"],
        ...["edits on both sides lost", "duplicates"],
      ],
      contests,
    ),
    table(
      ["within HubSpot's rate limits", "records of a backlog", "in a second"],
      limited.map(({ contender: name, backlog }) => [
        name === "rival" ? "naive loop" : "service",
        backlog.records,
        rate(backlog.rate),
      ]),
    ),
  ].join("\n\n");
}
