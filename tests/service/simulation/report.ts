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

export function section(outcome: Outcome, database: string): string {
  const { contacts, seed } = outcome.options;
  const more = database === "embedded" ? "" : ` --database ${database}`;
  return `The whole service over HTTP, as it is put together for Node, between the stand-ins of both CRMs and PenguinMails' own calls:
a tenant with Salesforce, one with HubSpot. People edit on both sides, also between two requests of the service; webhooks
and requests fail in every way that the stand-in knows; the process dies now and then in the middle of its work.

${table(outcome)}

By \`npm run simulate:service -- --contacts ${contacts} --seed ${seed}${more} --markdown docs/simulation.md\`; \`npm test\` runs 300
contacts on the embedded database, and six services that are broken in one place each, which all have to be found out. The
seed says what people do; where requests and edits meet depends on the machine too.

- Per request: 429, 503 and broken connections before and after it was carried out 2 % each, 500 after it was 1.5 %; tokens
  end. Of webhooks 15 % are lost, 10 % come twice, 10 % late, 3 % have a forged companion. HubSpot's index lags by 20
  seconds; a fifth of Salesforce's transactions commit up to 20 seconds late. An operator connects a CRM anew that has
  refused us, and lets brakes go.
- Every author is remembered with what they saw. What a side shows must be an edit whose author knew what stood there
  before, or one that contradicts it and wins by the field's strategy; whoever looks at a field checks it, and the end does.
- At the end both sides agree but for open reviews, nobody is there twice, deleted records stay away, opted-out people cannot
  be mailed and nobody else is kept from it, nothing waits, and each decision is made again from its input to the byte.
- It cannot be judged, and counts as neither, what somebody edits in Salesforce while the answer to a write of ours is lost:
  Salesforce has no history that would tell whether they saw it. An address is left alone until both sides know each other.
`;
}

export function deployedSection(outcome: Outcome): string {
  const { contacts, seed } = outcome.options;
  return `The same people, CRMs and judge, and the service as it is deployed on Cloudflare, in workerd: the Worker, an object with a
SQLite of its own for each tenant, and the directory in D1.

${table(outcome)}

By \`npm run simulate:service -- --on cloudflare --contacts ${contacts} --seed ${seed} --markdown docs/simulation.md\`; \`npm test\` runs 160
contacts, and two deployments that are broken within the object, which have to be found out.

- It is workerd that dies: it is killed while CRMs are being asked. Its files stay, and another one goes on with them. What
  an object was working on comes back when its time is over.
- Time is the simulation's. Requests and answers tell the Worker and its objects what time it is; alarms go off when they
  are due by that clock, and the cron trigger every hour.
- The queue is the simulation's too, since miniflare's would lose with workerd what the platform keeps. It brings what it
  has taken in any order, 3 % of what was dealt with once more, and retries and dead letters as they are configured.
`;
}
