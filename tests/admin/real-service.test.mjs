/** The page on the service itself, as `crm-sync serve --try-out` has it: what the fake one of the other tests answers. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { start } from "../cli/support.mjs";
import { until } from "../preview/browser.mjs";
import { openPage } from "./browser.mjs";

let child;
let said = "";
let admin;
let port;
before(async () => {
  port = 20_000 + Math.floor(Math.random() * 20_000);
  child = start(["serve", "--try-out", "--port", String(port)], { stdio: ["ignore", "pipe", "inherit"] });
  child.stdout.setEncoding("utf8").on("data", (text) => {
    said += text;
  });
  await until(() => said.includes("Ctrl+C ends it") || child.exitCode !== null, 120_000);
  admin = await openPage("chrome", `http://127.0.0.1:${port}`);
});
after(async () => {
  await admin?.close();
  if (child.exitCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "close");
});

const keyOf = () => /KEY=(\S+)/.exec(said)?.[1];
/** What people do in HubSpot's stand-in. */
const hands = async (method, path = "", body = undefined) => {
  const url = `http://127.0.0.1:${port + 1}/try-out/contacts${path}`;
  return (await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) })).json();
};
const yes = async (title) => {
  await admin.says("dialog", title);
  await admin.click("dialog button");
};

test("health, a dry run with its items, dead letters and a saved mapping, of the service itself", async () => {
  await admin.open("#health", keyOf());
  await admin.says("section.card", /^hubspot .* Active HubSpot · account 62515 .* Waiting for a person 1 Reviews/);
  await admin.text("[data-act=connect]");
  // To the stand-in of HubSpot, which leads back at once.
  await Promise.all([admin.page.waitForNavigation(), admin.click("[data-act=connect]")]);
  await admin.says("[data-connecting]", "hubspot: Connected.");
  assert.equal(new URL(admin.page.url()).hash, "#health/connected/hubspot");
  await admin.click("[data-act=examine]");
  await admin.says("[role=status]", "hubspot is checked: nothing is wrong.");
  await admin.says("[data-check=token]", /Fine of account 62515$/);
  await admin.click("a[href='#runs']");
  await admin.says("tbody tr", /First sync hubspot · dry Done .* looked at/);
  await admin.page.select(">>> select[name=kind]", "reconcile");
  await admin.click("[data-start=dry]");
  await admin.says("tbody tr", /Every record anew hubspot · dry Done/);
  await admin.click("tbody tr a");
  await admin.says("[role=status]", /Dry run \(every record anew\), done: \d+ pairs shown\./);
  await admin.says("tbody tr", /Nothing to do/);
  await admin.click("a[href='#dead-letters']");
  await admin.says("[role=status]", "There are no dead letters.");
  await admin.click("a[href='#mapping']");
  await admin.says("[role=status]", "Version 1 of hubspot is in force.");
  await admin.says(".status", /PenguinMails gets \d/);
  await admin.click(".cm-line");
  await admin.page.keyboard.press("End");
  await admin.page.keyboard.type(" Edited.");
  await admin.says(".badge", "Changed, not saved");
  await admin.click("[data-act=save]");
  await admin.click("dialog button");
  await admin.says("[role=status]", "Version 2 of hubspot is saved and in force.");
  await admin.click(".cm-line");
  await admin.page.keyboard.press("End");
  await admin.page.keyboard.press("Enter");
  await admin.page.keyboard.type("versiom: 1");
  await admin.says(".badge", "Changed, not saved");
  await admin.click("[data-act=save]");
  await admin.click("dialog button");
  await admin.says("ol li", /Line \d+, column 1: MAP001/);
  await admin.click("[data-act=back]");
  assert.deepEqual(admin.problems, []);
});

const nobodysPhone = () =>
  admin.page.evaluate(() => {
    const [preview] = all("crm-mapping-preview");
    const phone = "{penguinmails_field: phone, crm_field: phone}";
    const nobodys = "{penguinmails_field: nobodys, crm_field: phone, direction: to_crm, drift: restore}";
    preview.mapping = preview.mapping.replace(phone, nobodys);
  });

test("what a draft would do is found out of everybody; another one is approved", async () => {
  const { page } = admin;
  await admin.open("#mapping/hubspot", keyOf());
  await admin.says("[role=status]", "of hubspot is in force.");
  const tryOut = async () => {
    await admin.says(".badge", "Changed, not saved");
    await admin.click("[data-act=draft]");
    await admin.says(".badge", "No report yet");
    await admin.click("[data-act=impact]");
    await admin.says(".badge", "Can be approved");
  };
  await nobodysPhone();
  await tryOut();
  const some = (await hands("GET")).filter(({ properties }) => properties.phone).length;
  await admin.says(".sentences li", `phone: clears it for ${some} contacts. such as hubspot-`);
  await admin.click("[data-act=delete]");
  await yes("Delete this draft of hubspot?");
  await admin.says("p", "None yet.");
  assert.equal((await hands("GET")).filter(({ properties }) => properties.phone).length, some);

  await admin.click("a[href='#mapping/hubspot']");
  await page.evaluate(() => {
    const [preview] = all("crm-mapping-preview");
    preview.mapping = `${preview.saved}# Approved.\n`;
  });
  await tryOut();
  await admin.click("[data-act=approve]");
  await yes("Approve this draft of hubspot?");
  await admin.says("[role=status]", /^Version \d+ of hubspot is in force\. Everybody is compared under it/);
  await admin.click("a[href='#runs']");
  await admin.says("tbody tr", /^Every record anew hubspot · writes Done/);
  assert.deepEqual(admin.problems, []);
});

test("a bad mapping is stopped by its brake, gone back from and taken back; what people edited meanwhile stands", async () => {
  const { page } = admin;
  await admin.open("#mapping/hubspot/brakes", keyOf());
  await admin.click("input[name=minimum]");
  await page.keyboard.type("6");
  await admin.click("[data-act=brakes]");
  await admin.says("[role=status]", "The brakes of hubspot are saved.");
  await admin.click("a[href='#mapping/hubspot']");
  await admin.says("[role=status]", "of hubspot is in force.");
  const good = Number(/Version (\d+) of/.exec((await admin.text("[role=status]")).join(" "))[1]);
  const bad = good + 1;
  await nobodysPhone();
  await admin.says(".badge", "Changed, not saved");
  await admin.click("[data-act=save]");
  await yes(`Save version ${bad} of hubspot?`);
  await admin.says("[role=status]", `Version ${bad} of hubspot is saved and in force.`);

  // One after another is edited, and loses the phone with it, until the brake has enough to compare.
  const before = (await hands("GET")).filter(({ properties }) => properties.phone);
  const phoneOf = async (id) => (await hands("GET", `/${id}`)).properties.phone ?? "";
  const isBraked = () =>
    page.evaluate(async () => (await (await fetch("/api/pauses")).json()).pauses.some(({ stands }) => stands));
  const cleared = [];
  for (const { id } of before) {
    await hands("PATCH", `/${id}`, { city: "Bergamo" });
    await until(async () => (await phoneOf(id)) === "" || (await isBraked()), 60_000);
    if (await isBraked()) break;
    cleared.push(id);
  }
  assert.ok(cleared.length >= 2 && cleared.length < before.length, `${cleared.length} of ${before.length}`);

  await admin.click("a[href='#health']");
  await admin.says("[data-integration=hubspot] .badge", "Stopped by a brake");
  await admin.says("p", new RegExp(`^Version ${bad} of the mapping would empty a field of .* Fields: phone\\.`));
  await admin.click("[data-way=back]");
  await admin.click(`tr[data-version='${good}'] [data-act=go-back]`);
  await yes("The brake's pause stands until somebody ends it.");
  await admin.says("[role=status]", `Version ${bad + 1} of hubspot is in force, with the file of version ${good}.`);
  await admin.click("[data-act=lift]");
  await yes(`What waits is decided by version ${bad + 1}.`);
  await admin.says("[role=status]", `The pause has ended: hubspot goes on by version ${bad + 1}.`);

  // A person fills one of the phones again, in HubSpot.
  const [edited, left] = cleared;
  await hands("PATCH", `/${edited}`, { phone: "+39 06 1234" });
  const held = (id, field = "phone") =>
    page.evaluate(
      async (contact, name) => (await (await fetch(`/contacts/${contact}`)).json()).record[name],
      `hubspot-${id}`,
      field,
    );
  await until(async () => (await held(edited)) === "+39 06 1234", 120_000);

  await admin.click("[data-act=look]");
  await admin.click(`tr[data-version='${bad}'] [data-act=take-back]`);
  await admin.says("[role=status]", /^Dry run \(takes back what was written\), done:/);
  await admin.says(
    `tr[aria-label$='· ${left}']`,
    /Gives back what was there before .* It still holds what was written .*phone/,
  );
  await admin.says(`tr[aria-label$='· ${edited}']`, /Somebody has edited it since phone/);
  assert.equal(await phoneOf(left), "", "it was only looked at");
  await admin.click("[data-act=revert]");
  await yes("Take it back in");
  await admin.says("[role=status]", "Takes back what was written of hubspot has started.");
  await admin.click(".back");
  await admin.says("tbody tr", /^Takes back what was written hubspot · writes Done/);
  const { phone } = before.find(({ id }) => id === left).properties;
  await until(async () => (await phoneOf(left)) === phone);
  assert.equal((await hands("GET", `/${left}`)).properties.city, "Bergamo");
  assert.equal(await held(left, "city"), "Bergamo", "what was carried over, and rightly so, stays");
  assert.equal(await phoneOf(edited), "+39 06 1234");
  assert.equal(await held(edited), "+39 06 1234");
  assert.deepEqual(admin.problems, []);
});
