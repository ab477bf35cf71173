/** The service's page for people in Chromium: by mouse, and by keyboard alone. */
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { until } from "../preview/browser.mjs";
import { openAdmin } from "./browser.mjs";
import { keys } from "./fake-service.mjs";

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

test("a key that is not known is said at the form, and the next one lets in", async () => {
  await admin.open("", "another-key-of-nobody");
  await admin.says("#refusal", "Not let in: the service does not know this key; enter another one.");
  assert.equal(await admin.page.evaluate(() => focused().id), "key");
  await admin.page.keyboard.type(keys.editor);
  await admin.page.keyboard.press("Enter");
  await admin.says("[role=status]", "3 reviews wait for a person.");
});

test("the key is exchanged for a session: nothing in the browser has it, a reload goes on, and signing out ends", async () => {
  const { page } = admin;
  await admin.open("#health");
  await admin.says("section.card", "hubspot");
  const held = await page.evaluate(() =>
    JSON.stringify([
      document.cookie,
      { ...localStorage },
      { ...sessionStorage },
      location.href,
      document.body.outerHTML,
    ]),
  );
  assert.ok(!held.includes(keys.editor), held);
  assert.equal(await page.evaluate(() => document.cookie), "", "no script reads the cookie");
  await page.reload();
  await admin.says("section.card", "hubspot");
  await Promise.all([page.waitForNavigation(), admin.click("nav button")]);
  await page.reload();
  assert.equal(await page.evaluate(() => document.querySelector("#key").value), "");
  // It goes with the answer to what was asked while the page was left.
  await until(() => page.evaluate(async () => (await fetch("/api/integrations")).status === 401));
});

test("the page has the headers that keep others out, and breaks none of its own rules", async () => {
  const answers = [];
  const gathered = (response) => answers.push(response);
  admin.page.on("response", gathered);
  await admin.open("#mapping/hubspot");
  await admin.says("[role=status]", "Version 3 of hubspot is in force.");
  admin.page.off("response", gathered);
  const own = answers.filter((one) => new URL(one.url()).pathname.startsWith("/admin/"));
  assert.ok(own.length > 2);
  for (const response of own) {
    const headers = response.headers();
    const policy = headers["content-security-policy"] ?? "";
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|\*|https?:/);
    assert.equal(headers["referrer-policy"], "no-referrer");
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.match(headers["strict-transport-security"], /max-age=31536000/);
    assert.equal(headers["cross-origin-resource-policy"], "same-origin");
  }
  assert.deepEqual(await admin.page.evaluate(() => violations), []);
});

test("sections are reached by keyboard, named in the address and the title, and the way back works", async () => {
  const { page } = admin;
  await admin.open();
  await admin.says("nav a", "Dead letters 3");
  await admin.tabTo("nav a[href='#health']");
  await page.keyboard.press("Enter");
  await until(async () => (await focusedText()) === "Health");
  assert.deepEqual(
    await page.evaluate(() => [location.hash, document.title, all("[aria-current=page]").map((one) => one.hash)]),
    ["#health", "Health · PenguinMails CRM sync", ["#health"]],
  );
  await page.goBack();
  await until(async () => (await focusedText()) === "Reviews");
  assert.deepEqual(await page.evaluate(() => all("h1").length), 1);
  await admin.open("#dead-letters");
  await admin.says("h2", "Dead letters");
});

test("the health of each integration: state, what waits, alerts, and failures by cause", async () => {
  await admin.open("#health");
  const [hubspot, acme] = await admin.text("[data-integration]");
  assert.match(hubspot, /^hubspot ●? ?Active HubSpot · account 62515 · mapping version 3/);
  assert.match(hubspot, /Linked 1204 .* Waiting to be looked at 7 retries included/);
  assert.match(hubspot, /Writes under way 3 2 to be sent, 1 without an answer, to be looked up/);
  assert.match(hubspot, /Waiting for a person 3 Reviews Failed for good 3 Dead letters/);
  assert.match(hubspot, /Alerts Something else keeps undoing .* field: city · contact: hubspot-101 · since/);
  assert.match(hubspot, /1 time: INVALID_EMAIL: HubSpot refused it with HTTP 400/);
  assert.match(acme, /acme ◌? ?Proposed Salesforce .* Start a dry first sync/);
  assert.match(acme, /Last at work Never/);
  await admin.click("[data-act=pause]");
  await admin.says("[role=status]", "hubspot is paused.");
  await admin.tabTo("[data-act=resume]");
  await admin.page.keyboard.press("Enter");
  await admin.says("[role=status]", "hubspot is resumed.");
  assert.deepEqual(
    admin.state.asked.map(([, path]) => path),
    ["/api/integrations/hubspot/pause", "/api/integrations/hubspot/resume"],
  );
});

test("the connection is checked, and an administrator connects anew", async () => {
  const { page } = admin;
  await admin.open("#health");
  assert.equal(await page.evaluate(() => all("[data-act=connect]").length), 0, "an editor connects nothing");
  await admin.tabTo("[data-integration=hubspot] [data-act=examine]");
  await page.keyboard.press("Enter");
  await admin.says("[role=status]", "hubspot is checked: 1 thing is wrong.");
  assert.deepEqual(await admin.text("[data-check]"), [
    "Token and account ● Fine of account 62515",
    "Mapped fields can be written ✕ Wrong city HubSpot sets this property itself: map it from the CRM only",
    "Webhooks ◌ Look at it none has ever come: changes are found once an hour",
    "Subscriptions ‖ Not checked subscribe the app to contact.creation",
  ]);
  admin.state.refusal = { status: 403 };
  await admin.click("[data-integration=hubspot] [data-act=examine]");
  await admin.says("[role=alert]", /^The connection was not checked: this key does not have the role/);

  await admin.open("#health/denied/hubspot", keys.admin);
  await admin.says("[data-connecting]", /^hubspot: Not connected: access was denied at the CRM\./);
  await admin.text("[data-act=connect]");
  const links = await page.evaluate(() => all("[data-act=connect]").map((one) => one.getAttribute("href")));
  const { origin } = new URL(page.url());
  assert.deepEqual(links, [
    `${origin}/oauth/hubspot/start?integration=hubspot`,
    `${origin}/oauth/salesforce/start?integration=acme`,
  ]);
  await admin.click("[data-integration=acme] [data-act=connect]");
  await admin.says(
    "[role=alert]",
    "Not connected: the service has no app at this CRM; whoever runs it sets SALESFORCE_CLIENT_ID, CRM_SYNC_PUBLIC_URL and starts it again.",
  );
  assert.equal(new URL(page.url()).pathname, "/admin/", "no page of a problem");
  await admin.open("#health/connected/hubspot", keys.admin);
  await admin.says("[data-connecting]", "hubspot: Connected.");
  await admin.open("#health/unheard-of", keys.admin);
  await admin.text("[data-integration]");
  assert.equal(await page.evaluate(() => all("[data-connecting]").length), 0);
});

test("an administrator disconnects, and is told what is left to do at the CRM", async () => {
  const { page } = admin;
  const asked = () => admin.state.asked.filter(([, path]) => path.endsWith("/disconnect"));
  await admin.open("#health", keys.admin);
  await admin.tabTo("[data-integration=hubspot] [data-act=disconnect]");
  await page.keyboard.press("Enter");
  await admin.says("dialog[open]", /^Disconnect hubspot\?.*until an administrator connects it anew/);
  await page.keyboard.press("Escape");
  assert.deepEqual(asked(), []);
  await admin.click("[data-integration=hubspot] [data-act=disconnect]");
  await admin.says("dialog[open]", /^Disconnect hubspot\?/);
  await admin.click("dialog[open] .main");
  await admin.says("[role=status]", /^hubspot is disconnected\. HubSpot has not said .* remove the app there\.$/);
  assert.deepEqual(asked(), [["POST", "/oauth/hubspot/disconnect", '{"integration":"hubspot"}']]);
  await admin.says("[data-integration=hubspot]", /Not connected/);
});

test("a part is held back with a reason, and goes on once a person ends the pause", async () => {
  const { page } = admin;
  await admin.open("#health");
  await admin.says("#held", "0 pauses now.");
  await admin.text("[data-integration=hubspot]"); // the form knows it from then on
  await page.evaluate(() => {
    const field = (name) => all(`form [name=${name}]`)[0];
    field("integration").value = "hubspot";
    field("direction").value = "to_crm";
    field("field").value = "city";
    field("hours").value = "8";
  });
  await admin.tabTo("[name=reason]");
  await page.keyboard.type("The CRM is being cleaned up");
  await page.keyboard.press("Enter");
  await admin.says("#held", "Held back: hubspot · to the CRM · city.");
  await admin.says("[data-pause]", "The CRM is being cleaned up");
  const { until, ...given } = JSON.parse(admin.state.asked[0][2]);
  assert.deepEqual(given, {
    ...{ integration: "hubspot", direction: "to_crm", field: "city", reason: "The CRM is being cleaned up" },
  });
  assert.ok(Date.parse(until) > Date.now());
  await admin.click("[data-act=end]");
  await admin.says("#held", "The pause has ended: hubspot · to the CRM · city.");
  assert.equal(await page.evaluate(() => all("[data-pause]").length), 0);
});

test("a field that is left alone is written again, and a run is cancelled", async () => {
  await admin.open("#health");
  await admin.click("[data-act=release]");
  await admin.says("[role=status]", "city is written again: 1 contact.");
  const [[, path, body]] = admin.state.asked;
  assert.equal(path, "/api/integrations/hubspot/release");
  assert.deepEqual(JSON.parse(body), { field: "city", contact: "hubspot-101" });
  await admin.open("#runs");
  await admin.click("tr[data-run=r-2] [data-act=cancel]");
  await admin.says("[role=status]", "Every record anew of hubspot: cancelled.");
  assert.deepEqual(
    admin.state.asked.map(([, path]) => path),
    ["/api/runs/hubspot/r-2/cancel"],
  );
});

test("a run rests and goes on, says when it will be done, and what it waits for", async () => {
  const quota = { limit: 250_000, left: 120_000, at: new Date().toISOString(), kept: 125_000 };
  await admin.open("#runs");
  Object.assign(
    admin.state.runs.find(({ run }) => run === "r-2"),
    { endsAt: "2026-03-01T11:30:00Z" },
  );
  await admin.says("tr[data-run=r-2] .progress", "500 looked at, of at most 1204; done about");
  await admin.click("tr[data-run=r-2] [data-act=pause-run]");
  await admin.says("[role=status]", "Every record anew of hubspot: paused.");
  Object.assign(admin.state.integrations[0], { quota });
  await admin.click("tr[data-run=r-2] [data-act=resume-run]");
  await admin.says("[role=status]", "Every record anew of hubspot: running.");
  await admin.says("tr[data-run=r-2] .progress", "Waits: the rest of the CRM's calls of the day is kept");
  assert.deepEqual(
    admin.state.asked.map(([, path]) => path),
    ["/api/runs/hubspot/r-2/pause", "/api/runs/hubspot/r-2/resume"],
  );
  await admin.open("#health");
  Object.assign(admin.state.integrations[0], { quota });
  await admin.click("[data-act=pause]");
  await admin.says("[data-integration=hubspot]", "120000 of 250000");
  await admin.says("[data-integration=hubspot]", "125000 kept for what changes");
});

test("what a run has written is taken back, once what that would do was looked at", async () => {
  await admin.open("#runs");
  const { page, state } = admin;
  await admin.click("tr[data-run=r-1] [data-act=revert]");
  await admin.says("[role=status]", "Dry run (takes back what was written) of hubspot has started");
  const { run } = state.runs[0];
  Object.assign(state.runs[0], { state: "done", finishedAt: new Date().toISOString() });
  state.runs[0].progress.outcomes = { reverted: 1, stands: 1 };
  const reverted = {
    outcome: "reverted",
    crm: { phone: "+49 1" },
    reasons: { phone: "reverted", city: "edited_since" },
  };
  state.items = [{ ...state.items[0], local: {}, ...reverted }];
  await admin.says("[role=status]", "Dry run (takes back what was written) of hubspot: done.");
  await admin.click(`tr[data-run=${run}] a`);
  await admin.says("tbody tr", "Gives back what was there before");
  await admin.says("tbody tr", "Somebody has edited it since");
  await admin.click("[data-act=revert]");
  await admin.says("dialog", "Take it back in 1 pair of hubspot?");
  await admin.tabTo("dialog button");
  await page.keyboard.press("Enter");
  await admin.says("[role=status]", "Takes back what was written of hubspot has started.");
  assert.deepEqual(
    state.asked.map(([, path, body]) => [path, JSON.parse(body)]),
    [
      ["/api/runs/hubspot/r-1/revert", { dry: true }],
      ["/api/runs/hubspot/r-1/revert", { dry: false }],
    ],
  );
});

test("a run is started dry at once, a real one after a question, and its end is told", async () => {
  const { page } = admin;
  await admin.open("#runs");
  await admin.says("tr[data-run=r-2]", "500 looked at, of at most 1204");
  const kinds = await page.evaluate(() => [...all("select[name=kind]")[0].options].map(({ value }) => value));
  assert.deepEqual(kinds, ["incremental", "from_crm", "to_crm", "reconcile", "first_sync"]);
  await admin.click("[data-start=dry]");
  await admin.says("[role=status]", "Dry run (what changed on either side) of hubspot has started.");

  await admin.tabTo("[data-start=real]");
  await page.keyboard.press("Enter");
  await admin.says("dialog", "Run “What changed on either side” of hubspot?");
  await page.keyboard.press("Escape");
  await until(() => page.evaluate(() => all("dialog").length === 0));
  assert.equal(await focusedText(), "Run…", "the focus is back");
  await page.keyboard.press("Enter");
  await admin.says("dialog", "Run “What changed on either side” of hubspot?");
  await admin.tabTo("dialog button");
  await page.keyboard.press("Enter");
  await admin.says("[role=status]", "What changed on either side of hubspot has started.");
  assert.deepEqual(
    admin.state.asked.map(([, , body]) => JSON.parse(body)),
    [
      { integration: "hubspot", kind: "incremental", dry: true },
      { integration: "hubspot", kind: "incremental", dry: false },
    ],
  );
  Object.assign(admin.state.runs[0], { state: "done", finishedAt: new Date().toISOString() });
  await admin.says("[role=status]", "What changed on either side of hubspot: done.");
});

test("a report that the mapping has overtaken cannot be approved", async () => {
  const { page } = admin;
  await admin.open("#runs");
  admin.state.report.outdated = true;
  await admin.click("tr[data-run=r-dry] a");
  await admin.says(".report", "The mapping or the settings have changed since.");
  assert.equal(await page.evaluate(() => all("[data-act=approve]").length), 0);
});

test("a dry run shows what would be done and why; its first sync is approved, once", async () => {
  const { page } = admin;
  await admin.open("#runs");
  await admin.click("tr[data-run=r-dry] a");
  await admin.says("h3", "Dry run (first sync) of acme");
  assert.equal(await page.evaluate(() => location.hash), "#runs/acme/r-dry");
  await admin.says("[role=status]", "4 pairs shown.");
  const [created, exact] = await admin.text("tbody tr");
  assert.match(
    created,
    /Creates a contact in PenguinMails 101 email "amara@example.com" first_name "Amara" .* nothing/,
  );
  assert.match(created, /The value comes from the other side's field\. email, first_name, city$/);
  assert.match(exact, /score 12345678901234567890/);
  await admin.says(
    ".report",
    /The same address on both sides: will be linked 1 .*Only in the CRM: will be created in PenguinMails 2 .*such as The CRM's record 101, The CRM's record 105/,
  );
  await admin.tabTo("[data-act=more]");
  await page.keyboard.press("Enter");
  await admin.says("tbody tr", "Cannot be written as it is");
  assert.equal(await focusedText(), "104", "the first of those that came has the focus");
  await admin.click("[data-act=look]");
  await admin.says("[role=status]", "done: 6 pairs shown.");
  assert.equal((await admin.text("tbody tr")).length, 6, "what was fetched stays");

  await admin.click("[data-act=approve]");
  await admin.says("dialog", "Creates a contact in PenguinMails: 2.");
  await admin.tabTo("dialog button");
  await page.keyboard.press("Enter");
  await admin.says("[role=status]", "Approved: acme is active");
  assert.deepEqual(admin.state.asked, [["POST", "/api/runs/acme/r-dry/approve", ""]]);
  assert.equal(await page.evaluate(() => all("[data-act=approve]").length), 0);
});

test("dead letters are filtered by cause and tried again, one or several, and what came of it is said", async () => {
  const { page } = admin;
  await admin.open("#dead-letters");
  await admin.says("tbody tr", /A write to email hubspot · hubspot-103 · 103 INVALID_EMAIL HubSpot refused it/);
  await admin.says("tbody tr", /The CRM's record 1207 hubspot TypeError/);
  await admin.tabTo("[data-act=one]");
  await page.keyboard.press("Enter");
  await admin.says(
    "[role=status]",
    "1 dead letter is tried again. What fails once more comes back here. 2 dead letters.",
  );
  assert.equal(await focusedText(), "What failed for good", "the focus is not lost with the row");
  // Somebody else was faster with one of them.
  admin.state.deadLetters.jobs = [];
  await admin.click("input[aria-label='Select all']");
  await admin.says("[data-act=selected]", "(2)");
  await admin.click("[data-act=selected]");
  await admin.says(
    "[role=status]",
    /1 dead letter is tried again\. .* 1 other had been dealt with already\. There are no dead letters\./,
  );
  assert.deepEqual(
    admin.state.asked.map(([, , body]) => JSON.parse(body)),
    [
      { jobs: [], intents: ["i1"] },
      { jobs: ["j1"], intents: ["i2"] },
    ],
  );
  await until(() => page.evaluate(() => all("nav a .count").every((one) => one.innerText !== "0")));
});

test("refusals are said in plain words, with what to do", async () => {
  await admin.open("#dead-letters", keys.reader);
  await admin.click("[data-act=one]");
  await admin.says(
    "[role=alert]",
    "Not tried again: this key does not have the role that this needs; use a key of a reader",
  );
  await admin.open("#runs");
  admin.state.integrations[0].state = "paused";
  await admin.click("[data-start=dry]");
  await admin.says("[role=alert]", "Not started: the integration is paused; resume it or end its pause first.");
  admin.state.refusal = { status: 401 };
  await admin.click("a[href='#health']");
  await admin.says("[role=alert]", "The health cannot be had: the service does not know this key; enter another one.");
  admin.state.refusal = { status: 503 };
  await admin.click("a[href='#reviews']");
  await admin.says("[role=alert]", "The reviews cannot be had: the service is starting, or cannot reach its database");
  admin.state.refusal = null;
  await admin.page.setOfflineMode(true);
  await admin.click("a[href='#dead-letters']");
  await admin.says(
    "[role=alert]",
    "The dead letters cannot be had: the service cannot be reached; see whether it runs",
  );
  await admin.page.setOfflineMode(false);
  admin.problems.length = 0; // the browser says that it is offline
  await admin.click("[data-act=look]");
  await admin.says("[role=status]", "3 dead letters.");
  assert.equal(await admin.page.evaluate(() => all("[role=alert]").every((one) => one.innerText === "")), true);
});

/** The mapping file in its editor. */
const typeBehind = async (text, typed) => {
  const { page } = admin;
  // An editor has only those lines in the page that can be seen.
  const isThere = (wanted) => all(".cm-line").some((one) => one.textContent.endsWith(wanted));
  await page.evaluate(() => all("[data-pane=mapping]")[0].scrollIntoView({ block: "end", behavior: "instant" }));
  await until(() => page.evaluate(isThere, text));
  const { x, y } = await page.evaluate((wanted) => {
    const line = all(".cm-line").find((one) => one.textContent.endsWith(wanted));
    line.scrollIntoView({ block: "center", behavior: "instant" });
    const { left, top, height } = line.getBoundingClientRect();
    return { x: left + 4, y: top + height / 2 };
  }, text);
  await page.mouse.click(x, y);
  await page.keyboard.press("End");
  await page.keyboard.type(typed);
};

test("a mapping is tried on records that were decided, and saved as a new version", async () => {
  const { page } = admin;
  await admin.open("#mapping");
  await admin.says("[role=status]", "Version 3 of hubspot is in force.");
  await admin.says(".status", /A person|PenguinMails gets \d/);
  await until(() =>
    page.evaluate(() => /"billing": 9007199254740993/.test(all("[data-pane=crm]")[0].shadowRoot.textContent)),
  );
  await admin.tabTo("select[name=sample]");
  await page.keyboard.press("End");
  await admin.says(".status", "There is no record to map.");
  await page.keyboard.press("Home");
  await admin.says(".status", /PenguinMails gets \d/);

  await typeBehind("crm_field: city}", " # here");
  await admin.says(".badge", "Changed, not saved");
  const asked = [];
  page.once("dialog", (dialog) => {
    asked.push(dialog.type());
    return dialog.dismiss();
  });
  await admin.click("nav button");
  await until(() => asked.length > 0);
  assert.deepEqual(asked, ["beforeunload"], "edits are not lost without a question");
  // More decisions come, and the one whose records are tried is no more among the latest.
  admin.state.decisions = [];
  await admin.click("[data-act=look]");
  await admin.says("select[name=sample]", "hubspot-101");
  await admin.says(".badge", "Changed, not saved");
  await admin.click("a[href='#runs']");
  await admin.click("a[href='#mapping']");
  await admin.says(".badge", "Changed, not saved");
  const save = async () => {
    await admin.tabTo("[data-act=save]");
    await page.keyboard.press("Enter");
    await admin.says("dialog", "Save version 4 of hubspot?");
    await admin.tabTo("dialog button");
    await page.keyboard.press("Enter");
  };
  admin.state.faster = true;
  await save();
  await admin.says("[role=alert]", "Not saved: somebody has saved another version meanwhile; look again.");
  await save();
  await admin.says("[role=status]", "Version 4 of hubspot is saved and in force.");
  assert.match(admin.state.integrations[0].file, /crm_field: city\} # here\n/);
  await admin.says(".badge", "Version 4");
});

test("a mapping that the service refuses is not saved, and its mistakes stand at their places", async () => {
  const { page } = admin;
  await admin.open("#mapping/hubspot");
  await admin.says("[role=status]", "Version 3 of hubspot is in force.");
  const place = { path: "/crm", line: 4, column: 6, endLine: 4, endColumn: 13 };
  const message = "the file is for hubspot, the integration for salesforce";
  admin.state.diagnostics = [{ code: "SVC001", severity: "error", message, hint: 'say "crm: salesforce"', ...place }];
  await typeBehind("crm_field: city}", " # here");
  await admin.says(".badge", "Changed, not saved");
  admin.state.integrations[0].mappingVersion = 5;
  await admin.click("[data-act=save]");
  await admin.says("dialog", "Somebody has saved version 5 since you began with version 3; yours replaces it.");
  await admin.click("dialog button");
  await admin.says("[role=alert]", "Not saved: the mapping file has mistakes; correct them first.");
  await admin.says("ol li", "Line 4, column 6: SVC001 the file is for hubspot");
  await until(() => page.evaluate(() => all(".cm-lint-marker-error").length === 1));
  await admin.click("[data-act=back]");
  await admin.says(".badge", "Version 3");
  assert.equal(await page.evaluate(() => all(".mistakes").length), 0);
});
