// docs/stand-in.md: what the stand-in takes to be the CRMs' behaviour, out of the list that its own code makes.
import "./typescript.mjs";

await import("../web/stand-in/stand-in.ts");
const { behaviours } = await import("../web/stand-in/behaviours.ts");

const crms = { hubspot: "HubSpot", salesforce: "Salesforce" };
const grounds = {
  documented: "Documented by the vendor",
  recorded: "Recorded of the real service",
  assumed: "Assumed: only a real account can confirm it",
};
const cell = (text) => text.replaceAll("|", "\\|");
const of = (crm, ground) => behaviours.filter((one) => one.crm === crm && one.ground === ground);

function section(crm, ground) {
  const rows = of(crm, ground)
    .map(({ what, source }) => `| ${cell(what)} | ${cell(source)} |`)
    .sort();
  const column = ground === "assumed" ? "why" : "source";
  return `### ${crms[crm]}. ${grounds[ground]}: ${rows.length}\n\n| what happens | ${column} |\n|---|---|\n${rows.join("\n")}\n`;
}

export function standInPage() {
  const counts = Object.keys(crms).map(
    (crm) =>
      `| ${crms[crm]} | ${Object.keys(grounds)
        .map((ground) => of(crm, ground).length)
        .join(" | ")} |`,
  );
  const sections = Object.keys(crms).map((crm) =>
    [`## ${crms[crm]}\n`, ...Object.keys(grounds).map((ground) => section(crm, ground))].join("\n"),
  );
  return `# The stand-in

HubSpot and Salesforce as the service sees them, kept in memory: for trying out (\`npx crm-sync serve\`) and for tests. It
is no vendor's code, and nothing here was tested against a vendor's own servers. What it takes to be their behaviour, and
how that is known:

| | documented | recorded | assumed |
|---|---|---|---|
${counts.join("\n")}

A person with an account for developers can confirm part of it:

    HUBSPOT_TOKEN=… npm run live-check -- hubspot
    SALESFORCE_TOKEN=… SALESFORCE_INSTANCE=https://acme.my.salesforce.com npm run live-check -- salesforce

It makes some contacts under example.com, reads, changes, searches, opts out and deletes them, and lists each behaviour below
as confirmed, contradicted (with the answer's codes) or not checkable there. \`npm test\` runs it against the stand-in only.

This page is generated from \`web/stand-in/\` by \`scripts/generate-docs.mjs\`. "Sample" is a recording that came with the
tests.

${sections.join("\n")}`;
}
