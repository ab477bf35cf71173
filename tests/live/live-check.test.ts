/** The live check asks the stand-in, which must agree with itself. It says nothing about the vendors. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { systemClock } from "../../web/service/clock.js";
import { listen } from "../../web/service/node/listen.js";
import { createStandIn } from "../../web/stand-in/stand-in.js";
import { hubspot } from "./hubspot.js";
import { liveCheck, report } from "./live-check.js";
import { salesforce } from "./salesforce.js";

const standIn = createStandIn({ clock: systemClock });
const server = await listen((request) => standIn.handle(request));
after(() => server.close());
const portal = standIn.hubspot("1");
const organisation = standIn.salesforce("00D000000000001EAA");
const accounts = {
  hubspot: { account: portal, prepare: hubspot, left: () => portal.all() },
  salesforce: { account: organisation, prepare: salesforce, left: () => organisation.all("Contact") },
};

for (const crm of ["hubspot", "salesforce"] as const) {
  test(`${crm}: everything that can be looked at is as the stand-in says, and nothing is left behind`, async (t) => {
    const { account, prepare, left } = accounts[crm];
    const { access: token } = account.connect();
    const findings = await liveCheck({ crm, baseUrl: server.origin, token, prepare });
    t.diagnostic(`${crm}: ${findings.filter(({ verdict }) => verdict === "confirmed").length} of ${findings.length}`);
    assert.deepEqual(
      findings.filter(({ verdict, saw }) => verdict === "contradicted" || saw !== ""),
      [],
      report(findings),
    );
    assert.ok(findings.filter(({ verdict }) => verdict === "confirmed").length > 20, report(findings));
    assert.deepEqual(left(), []);
  });
}

test("a CRM that behaves otherwise is told, by code and without values", async () => {
  const { access: token } = portal.connect();
  const { handle } = standIn;
  standIn.handle = async (request) => {
    const answer = await handle(request);
    return answer.status === 409 ? new Response('{"category":"CONFLICT","email":"s3cr3t"}', { status: 418 }) : answer;
  };
  const findings = await liveCheck({ crm: "hubspot", baseUrl: server.origin, token, prepare: hubspot });
  standIn.handle = handle;
  const [found, ...more] = findings.filter(({ behaviour }) => behaviour.what.includes("is refused with 409"));
  assert.equal(more.length, 0);
  assert.equal(found?.verdict, "contradicted");
  assert.match(found?.saw ?? "", /^POST .*: 418 CONFLICT$/);
  assert.doesNotMatch(report(findings), /s3cr3t/);
});

test("the command says what it needs, and what is missing", async () => {
  const run = (env: Record<string, string>, ...args: string[]) =>
    promisify(execFile)(process.execPath, ["scripts/live-check.mjs", ...args], {
      cwd: fileURLToPath(new URL("../..", import.meta.url)),
      env: { PATH: process.env.PATH ?? "", ...env },
    }).then(
      ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
      ({ code, stdout, stderr }) => ({ code, said: stdout + stderr }),
    );
  assert.match((await run({})).said, /HUBSPOT_TOKEN/);
  const wrong = await run({ HUBSPOT_URL: server.origin, HUBSPOT_TOKEN: "none" }, "hubspot");
  assert.deepEqual(wrong, { code: 2, said: "HubSpot does not take the token\n" });
});
