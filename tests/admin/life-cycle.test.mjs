/** A mapping's life cycle at the page: versions, drafts, brakes, and what is refused meanwhile. */
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { until } from "../preview/browser.mjs";
import { openAdmin } from "./browser.mjs";
import { brake, keys } from "./fake-service.mjs";

let admin;
before(async () => {
  admin = await openAdmin("chrome");
});
after(() => admin?.close());
afterEach(async () => {
  assert.deepEqual(admin.problems, []);
  assert.deepEqual(await admin.page.evaluate(() => violations), []);
});

const focusedText = () => admin.page.evaluate(() => focused().getAttribute("aria-label") ?? focused().innerText);
const hash = () => admin.page.evaluate(() => location.hash);
const count = (selector) => admin.page.evaluate((wanted) => all(wanted).length, selector);
const asked = () => admin.state.asked.map(([method, path, body]) => [method, path, body && JSON.parse(body)]);
const yes = async (title) => {
  await admin.says("dialog", title);
  await admin.tabTo("dialog button");
  await admin.page.keyboard.press("Enter");
};
/** Nobody types a whole mapping. */
const edit = async (text) => {
  await admin.says("[role=status]", "is in force.");
  await admin.page.evaluate((more) => {
    const [preview] = all("crm-mapping-preview");
    preview.mapping += more;
  }, text);
  await admin.says(".badge", "Changed, not saved");
};

test("versions are listed, and one goes back to another by keyboard, in place of the one that was seen only", async () => {
  const { page } = admin;
  await admin.open("#mapping");
  await admin.tabTo("a[href='#mapping/hubspot/versions']");
  await page.keyboard.press("Enter");
  assert.deepEqual(await admin.text("tbody tr"), [
    "3 In force the file of version 1 again Mar 1, 2026, 10:04 AM editor Open in the editor",
    "2 Mar 1, 2026, 10:03 AM administrator Open in the editor Go back to this one…",
    "1 Mar 1, 2026, 10:01 AM not known by whom Open in the editor Go back to this one…",
  ]);
  await admin.says(".body", "What a version wrote is taken back by an administrator.");
  await admin.tabTo("tr[data-version='2'] [data-act=go-back]");
  await page.keyboard.press("Enter");
  await admin.says("dialog", /^Go back to version 2 of hubspot\? Its file is in force at once, as version 4/);
  await page.keyboard.press("Escape");
  await until(async () => (await focusedText()) === "Go back to this one… (version 2)");
  assert.deepEqual(asked(), []);

  // Somebody else is faster.
  Object.assign(admin.state.integrations[0], { mappingVersion: 4 });
  admin.state.integrations[0].versions.unshift({
    version: 4,
    since: "2026-03-01T10:07:00Z",
    by: "bob",
    restores: null,
  });
  await page.keyboard.press("Enter");
  await yes("Go back to version 2 of hubspot?");
  await admin.says("[role=alert]", "Not gone back: somebody has saved another version meanwhile; look again.");
  await admin.says("tr[data-version='4']", /In force .* bob/);
  await admin.click("tr[data-version='2'] [data-act=go-back]");
  await yes(/as version 5: .* what version 4 has planned/);
  await admin.says("[role=status]", "Version 5 of hubspot is in force, with the file of version 2.");
  await admin.says("tr[data-version='5']", /In force the file of version 2 again/);
  assert.equal(await focusedText(), "Versions of the mapping of hubspot", "the focus is not lost");
  assert.equal(admin.state.ifMatch, '"4"');
});

test("an older version is opened in the editor, and edits are not lost without a question", async () => {
  const { page } = admin;
  await admin.open("#mapping/hubspot");
  await edit("# mine\n");
  await admin.click("a[href='#mapping/hubspot/versions']");
  await admin.click("tr[data-version='1'] [data-act=open]");
  await admin.says("dialog", "Open version 1 in the editor? What was edited of the mapping of hubspot and not saved");
  await page.keyboard.press("Escape");
  await until(async () => (await count("dialog")) === 0);
  await admin.click("tr[data-version='1'] [data-act=open]");
  await yes("Open version 1 in the editor?");
  await admin.says(".badge", "Saved, not in force");
  assert.equal(await hash(), "#mapping/hubspot");
  const [text, saved] = await page.evaluate(() => {
    const [{ mapping, saved }] = all("crm-mapping-preview");
    return [mapping, saved];
  });
  assert.match(text, /# Version 1\n$/);
  assert.doesNotMatch(saved, /# Version/, "it is compared with what is in force");
});

test("what a version wrote is taken back by an administrator, once what that would do was looked at", async () => {
  await admin.open("#mapping/hubspot/versions", keys.admin);
  await admin.says("tr[data-version='3']", "What it wrote is taken back once another one is in force.");
  assert.equal(await count("tr[data-version='3'] [data-act=take-back]"), 0);
  await admin.click("tr[data-version='2'] [data-act=take-back]");
  await until(async () => (await hash()) === "#runs/hubspot/r-4");
  await admin.says("h3", "Dry run (takes back what was written) of hubspot");
  assert.equal(await count("[data-act=revert]"), 0, "not before it is done");
  Object.assign(admin.state.runs[0], { state: "done", finishedAt: new Date().toISOString() });
  admin.state.runs[0].progress.outcomes = { reverted: 2 };
  await admin.click("[data-act=revert]");
  await yes("Take it back in 2 pairs of hubspot?");
  await admin.says("[role=status]", "Takes back what was written of hubspot has started.");
  const path = "/api/integrations/hubspot/mapping/versions/2/revert";
  assert.deepEqual(asked(), [
    ["POST", path, { dry: true }],
    ["POST", path, { dry: false }],
  ]);
  await admin.open("#mapping/hubspot/versions", keys.admin);
  admin.state.refusal = { status: 409, method: "POST", type: "urn:crm-sync:problem:not-now", code: "nothing_written" };
  await admin.click("tr[data-version='2'] [data-act=take-back]");
  await admin.says("[role=alert]", "Not taken back: nothing was written by it.");
});

test("a mapping is saved as a draft, what it would do is found out, and it is approved", async () => {
  const { page } = admin;
  await admin.open("#mapping/hubspot");
  await edit("# a draft\n");
  await admin.tabTo("[data-act=draft]");
  await page.keyboard.press("Enter");
  await until(async () => (await hash()) === "#mapping/hubspot/drafts/d-3");
  await admin.says(".badge", "No report yet");
  await admin.says("#hindrance", "Find out first what it would do; then it can be approved.");
  const approve = () =>
    page.evaluate(() => {
      const [button] = all("[data-act=approve]");
      return [button.ariaDisabled, button.getRootNode().getElementById(button.getAttribute("aria-describedby"))?.id];
    });
  assert.deepEqual(await approve(), ["true", "hindrance"]);
  await admin.click("[data-act=approve]");
  assert.equal(await count("dialog"), 0);

  await admin.tabTo("[data-act=impact]");
  await page.keyboard.press("Enter");
  await admin.says("[role=status]", "It is being found out what it would do");
  await admin.says("#hindrance", "It can be approved once the report is done.");
  assert.equal(await focusedText(), "A draft of the mapping of hubspot", "the focus is not lost with the button");
  const [run] = admin.state.runs;
  Object.assign(run.progress, { seen: 600, total: 1204 });
  await admin.says("[aria-labelledby=impact]", "600 looked at, of at most 1204");
  assert.equal(await count("progress"), 1);
  const { impact } = admin.state.integrations[0].drafts.find(({ draft }) => draft === "d-2");
  Object.assign(run, { state: "done", progress: impact.progress });
  await admin.says("[role=status]", "It is found out what it would do.");
  assert.deepEqual(await admin.text(".sentences li"), [
    "Lifts the opt-out of 1 contact.",
    "Deletes 2 contacts in PenguinMails.",
    "Creates a record in HubSpot for 3 contacts. such as PenguinMails' contact c7",
    "Creates 1 contact in PenguinMails. such as The CRM's record 101, The CRM's record 105",
    "phone: clears it for 1,204 contacts. such as hubspot-101, hubspot-102",
    "city: changes it for 1 contact, fills it for 7 contacts. such as hubspot-105",
    "city: changes it for 12 contacts. such as hubspot-101",
  ]);
  await admin.says(
    ".stops",
    "It would change the CRM's record of 1,204 of the 1,300 contacts that were looked at (92.6 %); its brake allows 50 %.",
  );
  assert.deepEqual(await approve(), ["false", null]);

  await admin.tabTo("[data-act=approve]");
  await page.keyboard.press("Enter");
  await yes(
    /^Approve this draft of hubspot\? .* as version 4, .*Lifts the opt-out of 1 contact\. .*phone: clears it for/,
  );
  await admin.says("[role=status]", "Version 4 of hubspot is in force. Everybody is compared under it");
  await admin.says(".badge", "Approved: version 4");
  assert.equal(await count("[data-act=approve], [data-act=impact]"), 0);
  const path = "/api/integrations/hubspot/mapping/drafts";
  assert.deepEqual(
    asked().map(([method, at]) => [method, at]),
    [
      ["POST", path],
      ["POST", `${path}/d-3/impact`],
      ["POST", `${path}/d-3/approve`],
    ],
  );
  assert.match(asked()[0][2].file, /# a draft\n$/);
  await admin.click("a[href='#mapping/hubspot']");
  await admin.says(".badge", "Version 4");
  await admin.click("a[href='#mapping/hubspot/drafts']");
  assert.deepEqual(await admin.text("tbody tr"), [
    "Draft of Mar 1, 2026, 10:07 AM editor Approved: version 4 version 3",
    "Draft of Mar 1, 2026, 10:05 AM administrator Report outdated version 3",
    "Draft of Mar 1, 2026, 10:02 AM editor No report yet version 3",
  ]);
});

test("an outdated report is not approved, refusals are said, and a draft is deleted after a question", async () => {
  const { page } = admin;
  await admin.open("#mapping/hubspot/drafts");
  const draft = admin.state.integrations[0].drafts[0];
  await admin.click("tr[data-draft=d-2] a");
  // The list says so of it, too: what is done below is to come after the draft's own page has it.
  await admin.says("[data-act=approve]", "Approve…");
  const refuse = (code) => {
    admin.state.refusal = { status: 409, method: "POST", type: "urn:crm-sync:problem:not-now", code };
  };
  // Another version comes into force between the look and the approval.
  refuse("report_outdated");
  Object.assign(draft, { outdated: true });
  admin.state.integrations[0].mappingVersion = 4;
  await admin.click("[data-act=approve]");
  await yes("Approve this draft of hubspot?");
  await admin.says("[role=alert]", "Not approved: the mapping or the settings have changed since this report");
  await admin.says("#hindrance", "Another version has come into force since its report was begun");
  await admin.says(".stops", "It was made of version 3, and version 4 is in force");
  refuse("another_impact");
  await admin.click("[data-act=impact]");
  await admin.says("[role=alert]", "Not found out: what another draft would do is being found out; wait until that");
  admin.state.refusal = null;
  await admin.tabTo("[data-act=delete]");
  await page.keyboard.press("Enter");
  await admin.says("dialog", "Delete this draft of hubspot?");
  await page.keyboard.press("Escape");
  await until(async () => (await focusedText()) === "Delete…");
  await page.keyboard.press("Enter");
  await yes("Delete this draft of hubspot?");
  await until(async () => (await hash()) === "#mapping/hubspot/drafts");
  await until(async () => (await count("tr[data-draft]")) === 1);
  assert.deepEqual(asked(), [["DELETE", "/api/integrations/hubspot/mapping/drafts/d-2", ""]]);
});

test("where approval is asked for only a draft is saved; a mapping that is refused for it leads there", async () => {
  await admin.open("#mapping/hubspot");
  await edit("# mine\n");
  assert.equal(await count("[data-act=save]"), 1);
  // An administrator asks for it meanwhile.
  admin.state.integrations[0].settings.approval = true;
  await admin.click("[data-act=save]");
  await yes("Save version 4 of hubspot?");
  await admin.says(
    "[role=alert]",
    "Not saved: this integration's mapping is changed by a draft that somebody approves",
  );
  await until(async () => (await focusedText()) === "Save as a draft");
  assert.equal(await count("[data-act=save]"), 0);
  const diagnostics = [
    { code: "MAP001", severity: "error", message: "no such key", hint: "", path: "/x", line: 2, column: 1 },
  ].map((one) => ({ ...one, endLine: 2, endColumn: 4 }));
  admin.state.diagnostics = diagnostics;
  await admin.page.keyboard.press("Enter");
  await admin.says("[role=alert]", "Not saved: the mapping file has mistakes; correct them first.");
  await admin.says("ol li", "Line 2, column 1: MAP001 no such key");
  admin.state.diagnostics = [];
  await admin.tabTo("[data-act=draft]");
  await admin.page.keyboard.press("Enter");
  await until(async () => (await hash()) === "#mapping/hubspot/drafts/d-3");
  await admin.click("a[href='#mapping/hubspot']");
  await admin.says(".badge", "Saved, not in force");
});

test("brakes are set in percent, and what is left empty is as usual; others are told what they are", async () => {
  const { page } = admin;
  await admin.open("#mapping/hubspot/brakes");
  await admin.says("form label", "Stop a mapping that empties a field of more than % of the contacts (usual: 20 %)");
  await admin.tabTo("input[name=cleared]");
  await page.keyboard.type("12.5");
  await admin.tabTo("input[name=minimum]");
  await page.keyboard.type("20");
  await page.keyboard.press("Enter");
  await admin.says("[role=status]", "The brakes of hubspot are saved.");
  await admin.click("input[name=deleted]");
  await page.keyboard.type("200");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => all("input[name=deleted]")[0].validity.rangeOverflow), true);
  assert.deepEqual(asked(), [["PUT", "/api/integrations/hubspot/brakes", { minimum: 20, shares: { cleared: 0.125 } }]]);
  await admin.says("[aria-labelledby=approval]", "An administrator changes that.");
  assert.equal(await count("[data-act=approval]"), 0, "no dead button");
  await page.evaluate(() => {
    location.hash = "#mapping/acme/brakes";
  });
  await admin.says("h3", "Brakes of acme");
  await admin.says("form label", "empties a field");
  assert.equal(
    await page.evaluate(() => all("input[name=deleted]")[0].value),
    "",
    "nothing of what was typed for another",
  );
  const { brakes } = admin.state.integrations[0].settings;
  await admin.open("#mapping/hubspot/brakes", keys.reader);
  admin.state.integrations[0].settings.brakes = brakes;
  await admin.click("[data-act=look]");
  await admin.says("li", "Stops a mapping that empties a field of more than 12.5 % of the contacts.");
  await admin.says("li", "Of fewer than 20 contacts nothing is concluded.");
  assert.equal(await count("form"), 0);
});

test("an administrator has approval asked for, after a question", async () => {
  await admin.open("#mapping/hubspot/brakes", keys.admin);
  await admin.tabTo("[data-act=approval]");
  await admin.page.keyboard.press("Enter");
  await yes("Ask for approval of each mapping of hubspot?");
  await admin.says("[role=status]", "Mappings of hubspot are approved from now on.");
  await admin.says("[data-act=approval]", "Ask for no approval any more…");
  assert.deepEqual(asked(), [["PUT", "/api/integrations/hubspot/approval", { required: true }]]);
  await admin.click("a[href='#mapping/hubspot']");
  await admin.says("[data-act=draft]", "Save as a draft");
  await until(async () => (await count("[data-act=save]")) === 0);
  admin.state.refusal = { status: 403, method: "PUT" };
  await admin.click("a[href='#mapping/hubspot/brakes']");
  await admin.click("[data-act=approval]");
  await yes("Ask for no approval of mappings of hubspot any more?");
  await admin.says("[role=alert]", "Not changed: this key does not have the role that this needs");
});

test("a brake's stop says what happened, and leads back, on, or to what was written", async () => {
  const { page } = admin;
  await admin.open("#runs", keys.admin);
  brake(admin.state);
  await admin.click("[data-act=look]");
  await admin.says("tr[data-run=r-3]", /Stopped by a brake cleared: 60 of 120 .* What to do/);
  await admin.click("tr[data-run=r-3] a[href='#health']");
  await admin.says("[data-integration=hubspot] .badge", "Stopped by a brake");
  await admin.says(
    "p",
    /^Version 3 of the mapping would empty a field of 60 of the 120 contacts that were looked at \(50 %\); its brake allows 20 %\. Fields: phone\./,
  );
  assert.equal(await count("[data-pause] [data-act=end]"), 0, "it is ended where it is said what comes of it");
  assert.deepEqual(await admin.text("[data-way], [data-act=lift]"), [
    "Go back to the version before…",
    "Go on all the same…",
    "Take back what version 3 wrote…",
  ]);
  await admin.tabTo("[data-way=back]");
  await page.keyboard.press("Enter");
  await until(async () => (await hash()) === "#mapping/hubspot/versions");
  await admin.click("tr[data-version='2'] [data-act=go-back]");
  await yes("The brake's pause stands until somebody ends it.");
  await admin.says("[role=status]", "Version 4 of hubspot is in force, with the file of version 2.");
  await admin.says("p", "Version 4 is in force by now, and decides what waits once the pause ends.");
  assert.equal(await count("[data-way=back]"), 0);
  await admin.tabTo("[data-act=lift]");
  await page.keyboard.press("Enter");
  await yes("End the pause of hubspot? What waits is decided by version 4.");
  await admin.says("[role=status]", "The pause has ended: hubspot goes on by version 4.");
  assert.equal(await focusedText(), "Versions of the mapping of hubspot", "the focus is not lost with the button");
  assert.equal(await count("[data-act=lift]"), 0);
  assert.deepEqual(
    asked().map(([, path]) => path),
    ["/api/integrations/hubspot/mapping/versions/2/activate", "/api/pauses/p-brake/end"],
  );
});

test("what a brake has stopped goes on all the same if a person says so, and is told where somebody was faster", async () => {
  const { page } = admin;
  await admin.open("#health");
  brake(admin.state);
  await admin.click("[data-act=look]");
  await admin.tabTo("[data-act=lift]");
  assert.equal(await count("[data-way=take-back]"), 0, "which is an administrator's");
  admin.state.pauses[0].stands = false;
  await page.keyboard.press("Enter");
  await yes("Have hubspot go on all the same? Version 3 then does what the brake has stopped");
  await admin.says("[role=alert]", "The pause was not ended: the pause has ended already; look again.");
  admin.state.pauses[0].stands = true;
  await admin.click("[data-act=lift]");
  await yes("Have hubspot go on all the same?");
  await admin.says("[role=status]", "The pause has ended: hubspot goes on by version 3.");
  assert.equal(await focusedText(), "hubspot");
  await admin.says("[data-integration=hubspot] .badge", "Active");
});
