/** `npm run live-check -- hubspot|salesforce`, with a token of a developer's account in the environment. */
import { hubspot } from "./hubspot.js";
import { type LiveCheckOptions, liveCheck, report } from "./live-check.js";
import { salesforce } from "./salesforce.js";

const usage = `npm run live-check -- hubspot       with HUBSPOT_TOKEN: a private app's, of a portal for developers
npm run live-check -- salesforce    with SALESFORCE_TOKEN and SALESFORCE_INSTANCE, such as https://acme.my.salesforce.com
It makes contacts under example.com, changes them and deletes them. Not for a portal or an organisation in use.`;

const { HUBSPOT_TOKEN, HUBSPOT_URL = "https://api.hubapi.com", SALESFORCE_TOKEN, SALESFORCE_INSTANCE } = process.env;
const [crm] = process.argv.slice(2);
const options: Partial<LiveCheckOptions> =
  crm === "hubspot"
    ? { crm, baseUrl: HUBSPOT_URL, ...(HUBSPOT_TOKEN && { token: HUBSPOT_TOKEN }), prepare: hubspot }
    : crm === "salesforce"
      ? {
          ...{ crm, prepare: salesforce },
          ...(SALESFORCE_INSTANCE && { baseUrl: SALESFORCE_INSTANCE }),
          ...(SALESFORCE_TOKEN && { token: SALESFORCE_TOKEN }),
        }
      : {};

if (options.token === undefined || options.baseUrl === undefined) {
  console.error(usage);
  process.exitCode = 2;
} else {
  try {
    const findings = await liveCheck(options as LiveCheckOptions);
    console.log(report(findings));
    if (findings.some(({ verdict }) => verdict === "contradicted")) process.exitCode = 1;
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 2;
  }
}
