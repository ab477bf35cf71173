/** What a person does on the page, the same in every browser. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cellsOf, clickBehind, marksOf, mistakesOf, statusOf, until } from "./browser.mjs";

export async function changesAThreshold(page) {
  assert.deepEqual((await cellsOf(page, "Lead_Status__c"))[3], '→ CRM\n"Hot"');
  await clickBehind(page, "mapping", "lead_score >= 75");
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Backspace");
  await page.keyboard.type("90");
  await until(async () => (await cellsOf(page, "Lead_Status__c"))[3] === "nothing");
  assert.match((await cellsOf(page, "Lead_Status__c"))[4], /Nothing changed since both sides last agreed\.\n*in_sync/);
}

export async function misspellsAKey(page) {
  await clickBehind(page, "mapping", "value_if_true");
  await page.keyboard.type("x");
  await until(async () => (await mistakesOf(page, "mapping")).length > 0);
  const [mistake] = await mistakesOf(page, "mapping");
  assert.match(mistake, /error\s+34:5\s+MAP001: unknown key `value_if_truex`; did you mean `value_if_true`\?/);
  const { lines, underlined } = await marksOf(page, "mapping");
  assert.ok(lines.includes("34"), lines.join());
  assert.ok(underlined.includes("value_if_truex"), underlined.join());
  assert.match(await statusOf(page), /The mapping file has 1 mistake\. Below is the last result\./);
}

export async function seesExactNumbers(page) {
  const [local, crm, base, result] = await cellsOf(page, "custom_fields.billing_id");
  assert.match(local, /9007199254740993$/);
  assert.match(crm, /9007199254740992$/);
  assert.equal(base, "9007199254740992");
  assert.equal(result, "→ CRM\n9007199254740993");
  const whole = await page.evaluate(() => shadow.querySelector("pre").textContent);
  assert.match(whole, /"Billing_Id__c": 9007199254740993,/);
}

/** The cells of a table in the list of many records, row by row. */
function tableOf(page, name) {
  return page.evaluate((table) => {
    const rows = shadow.querySelector("crm-many-records").shadowRoot?.querySelectorAll(`${table} tbody tr`) ?? [];
    return [...rows].map((row) => [...row.cells].map((cell) => cell.innerText.trim().replace(/\s*\n\s*/g, "\n")));
  }, name);
}

export const listOf = (page) => tableOf(page, ".list");
export const totalsOf = async (page) =>
  (await tableOf(page, ".totals")).map(([outcome, count]) => [outcome.split("\n")[0], count]);

export async function choosesManyRecords(page) {
  await page.evaluate(() => shadow.querySelector('[name=mode][value="many"]').focus());
  await page.keyboard.press(" ");
  await until(async () => (await listOf(page)).length > 0);
}

/** From the totals to the list, from there to the record, and back to where it was opened. */
export async function findsTheFailingRecord(page, by, { andBack = true } = {}) {
  const act = async (find) => {
    const target = (await page.evaluateHandle(find)).asElement();
    if (by === "mouse") return target.click();
    await target.focus();
    await page.keyboard.press("Enter");
  };
  await act(() => shadow.querySelector("crm-many-records").shadowRoot.querySelector('[data-group="failed"] button'));
  await until(async () => (await listOf(page)).length === 1);
  const [[number, record, outcome]] = await listOf(page);
  assert.deepEqual([number, outcome], ["613", "✕ REC002"]);
  assert.match(record, /^person613@example\.com\s+lead_score: number\. The value does not fit the field's type\.$/);

  await act(() => shadow.querySelector("crm-many-records").shadowRoot.querySelector(".list .open"));
  await until(async () => (await cellsOf(page, "lead_score"))[3] === "✕ error");
  assert.match((await cellsOf(page, "lead_score"))[4], /does not fit the field's type\.\s+REC002: /);
  assert.match(await page.evaluate(() => preview.local), /"lead_score": "eighty"/);
  const focused = () => page.evaluate(() => shadow.activeElement?.innerText);
  await until(async () => (await focused()) === "Back to the list");
  assert.equal(await page.evaluate(() => shadow.querySelector(".back .note").innerText), "Record 613 of 1,000");
  if (!andBack) return;

  await page.keyboard.press("Enter");
  await until(async () => (await listOf(page)).length === 1);
  const open = () => page.evaluate(() => shadow.querySelector("crm-many-records").shadowRoot.activeElement?.innerText);
  await until(async () => (await open()) === "person613@example.com");
}

/** What the comparison says: its summary, and of each record and field what was and what would be. */
export function comparisonOf(page) {
  return page.evaluate(() => {
    const root = shadow.querySelector("crm-mapping-comparison")?.shadowRoot;
    const read = (cell) => cell.innerText.trim().replace(/\s+/g, " ");
    return {
      summary: root?.querySelector("[role=status]")?.innerText ?? "",
      rows: [...(root?.querySelectorAll("tbody tr") ?? [])].map((row) => [...row.cells].slice(-3).map(read)),
      lines: [...(root?.querySelectorAll(".cm-changedLine, .cm-deletedLine") ?? [])].map((line) => line.textContent),
    };
  });
}

/** Opens the comparison, changes the threshold, and reads what comes of it. */
export async function comparesSavedAndEdited(page, by) {
  const button = await page.evaluateHandle(() =>
    [...shadow.querySelectorAll(".actions button")].find((one) => one.innerText.startsWith("Compare")),
  );
  if (by === "mouse") await button.click();
  else {
    await button.focus();
    await page.keyboard.press("Enter");
  }
  await until(async () => (await comparisonOf(page)).summary.startsWith("None of 1,001 records"));
  await changesAThreshold(page);
  await until(async () => (await comparisonOf(page)).rows.length > 1);
  // What is out of sight is not drawn.
  await page.evaluate(() => shadow.querySelector("crm-mapping-comparison").scrollIntoView());
  await until(async () => (await comparisonOf(page)).lines.length > 0);
  const { summary, rows, lines } = await comparisonOf(page);
  assert.match(summary, /^\d+ of 1,001 records would come out differently\.$/);
  assert.deepEqual(rows[0], ["Lead_Status__c", '→ CRM "Hot"', "nothing"]);
  assert.deepEqual(lines, ['    condition: "lead_score >= 75"', '    condition: "lead_score >= 90"']);
}

/** The marked rows by their fields, and the marked lines of the mapping file. */
export function markedOf(page) {
  return page.evaluate(() => ({
    rows: [...shadow.querySelectorAll('tr[aria-current="true"]')].map((row) => row.dataset.field),
    lines: [...editorOf("mapping").querySelectorAll(".cm-entry")].map((line) => line.textContent),
  }));
}

export async function goesFromRowToEntryAndBack(page, by) {
  const button = await page.evaluateHandle(() => shadow.querySelector('tr[data-field="lifecycle_stage"] .entry'));
  if (by === "mouse") await button.click();
  else {
    await button.focus();
    await page.keyboard.press("Enter");
  }
  await until(async () => (await markedOf(page)).rows.length > 0);
  assert.deepEqual(await markedOf(page), {
    rows: ["lifecycle_stage"],
    lines: [
      "  - crm_field: Stage__c",
      "    penguinmails_field: lifecycle_stage",
      "    value_map: {mql: Nurturing, customer: Won}",
    ],
  });
  if (by === "mouse") await clickBehind(page, "mapping", "penguinmails_field: company");
  else {
    await page.evaluate(() => editorOf("mapping").querySelector(".cm-content").focus());
    await page.keyboard.press("ArrowUp");
  }
  await until(async () => (await markedOf(page)).rows.join() === "company");
  assert.deepEqual((await markedOf(page)).lines, ["  - crm_field: Company__c", "    penguinmails_field: company"]);
}

/** Replaces all of an editor's text by the clipboard's, as a paste does. */
export async function pastes(page, pane, text) {
  await page.evaluate((name) => editorOf(name).querySelector(".cm-content").focus(), pane);
  await page.keyboard.down("Control");
  await page.keyboard.press("a");
  await page.keyboard.up("Control");
  await page.evaluate(
    (name, given) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", given);
      const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
      editorOf(name).querySelector(".cm-content").dispatchEvent(paste);
    },
    pane,
    text,
  );
}

export async function pastesAWebhook(page, by) {
  const radio = await page.evaluateHandle(() => shadow.querySelector('[name=mode][value="webhook"]'));
  if (by === "mouse") await radio.click();
  else {
    await radio.focus();
    await page.keyboard.press(" ");
  }
  const told = () =>
    page.evaluate(
      () => shadow.querySelector("crm-webhook-effect")?.shadowRoot?.querySelector("[role=status]")?.innerText ?? "",
    );
  await until(async () => (await told()).startsWith("Paste the body"));
  const header = { entityName: "Contact", changeType: "UPDATE", transactionKey: "t", sequenceNumber: 1 };
  const event = { ...header, commitTimestamp: 1_700_000_000_000, recordIds: ["0035e000003AbCdAAK"] };
  const body = JSON.stringify({ ChangeEventHeader: event, HasOptedOutOfEmail: true });
  if (by === "mouse") await pastes(page, "payload", body);
  else {
    await page.evaluate(() => editorOf("payload").querySelector(".cm-content").focus());
    await page.keyboard.type(body);
  }
  await until(async () =>
    (await told()).startsWith("A change event of Salesforce: 1 event. 1 record would be looked at."),
  );
  const cells = (table) =>
    page.evaluate(
      (name) =>
        [...shadow.querySelector("crm-webhook-effect").shadowRoot.querySelectorAll(`.${name} td`)].map((cell) =>
          cell.innerText.trim(),
        ),
      table,
    );
  assert.deepEqual(await cells("opt-outs"), ["0035e000003AbCdAAK", "unsubscribed", "2023-11-14T22:13:20.000Z"]);
  assert.deepEqual(await cells("wakes"), ["0035e000003AbCdAAK", "UPDATE", "! before all others"]);
}

export function shortcutsOpen(page) {
  return page.evaluate(() => shadow.querySelector("crm-shortcuts").shadowRoot?.querySelector("dialog").open === true);
}

export async function opensTheShortcuts(page) {
  await page.keyboard.press("?");
  await until(() => shortcutsOpen(page));
  await page.keyboard.press("Escape");
  await until(async () => !(await shortcutsOpen(page)));
  await page.evaluate(() => shadow.querySelector(".shortcuts").focus());
  await page.keyboard.press("?");
  await until(() => shortcutsOpen(page));
  await page.keyboard.press("Escape");
  await until(async () => !(await shortcutsOpen(page)));
  await page.evaluate(() => editorOf("mapping").querySelector(".cm-content").focus());
  await page.keyboard.press("?");
  await until(() => page.evaluate(() => preview.mapping.startsWith("?#")));
  assert.equal(await shortcutsOpen(page), false);
}

/** The element and the page around it take the colours. */
export async function choosesATheme(page, theme) {
  const choice = await page.evaluateHandle(() => shadow.querySelector("[name=theme]"));
  await choice.select(theme);
  const lightness = () =>
    page.evaluate(() => {
      const surface = getComputedStyle(shadow.querySelector(".card")).backgroundColor;
      const ground = getComputedStyle(document.documentElement).backgroundColor;
      return [surface, ground].map((colour) => (Number(/\d+/.exec(colour)[0]) > 127 ? "light" : "dark")).join();
    });
  await until(async () => (await lightness()) === `${theme},${theme}`);
}

/** What was offered at this very moment is not yet taken by Enter. */
const slowly = () => new Promise((resolve) => setTimeout(resolve, 150));

/** Takes what is offered, asking for it where nothing is. */
async function takes(page, label) {
  const offered = () =>
    page.evaluate(() => {
      const options = [...editorOf("mapping").querySelectorAll("[role=option]")];
      return options.map((option) => [
        option.querySelector(".cm-completionLabel").innerText,
        option.ariaSelected === "true",
      ]);
    });
  await slowly();
  if ((await offered()).length === 0) {
    await page.keyboard.down("Control");
    await page.keyboard.press(" ");
    await page.keyboard.up("Control");
  }
  await until(async () => (await offered()).some(([one]) => one === label));
  await slowly();
  for (let step = 0; step < 60; step++) {
    if ((await offered()).some(([one, isSelected]) => isSelected && one === label)) break;
    await page.keyboard.press("ArrowDown");
  }
  await page.keyboard.press("Enter");
  await slowly();
}

export async function writesAMapping(page) {
  await page.evaluate(() => {
    Object.assign(preview, { mapping: "", mode: "to_crm", local: '{"email": "ada@example.org"}' });
    editorOf("mapping").querySelector(".cm-content").focus();
  });
  await until(() => page.evaluate(() => editorOf("mapping").querySelector(".cm-content").innerText.trim() === ""));
  for (const label of ["crm", "salesforce"]) await takes(page, label);
  await page.keyboard.press("Enter");
  for (const label of ["field_mapping", "penguinmails_field", "email"]) await takes(page, label);
  await page.keyboard.press("Enter");
  for (const label of ["crm_field", "Email"]) await takes(page, label);
  assert.equal(
    await page.evaluate(() => preview.mapping),
    "crm: salesforce\nfield_mapping:\n  - penguinmails_field: email\n    crm_field: Email",
  );
  await until(async () => (await cellsOf(page, "email"))[2] === '→ CRM\n"ada@example.org"');
  assert.deepEqual(await mistakesOf(page, "mapping"), []);
}

export async function mendsThreeMistakes(page) {
  const wrong = [
    "crm: salesforce",
    "objct: Contact",
    "sync: {create: {crm: false}}",
    "field_mapping:",
    "  - {penguinmails_field: email, crm_field: Email, direction: to_crmm}",
    "  - {penguinmails_field: company, crm_field: Company__c, normalise: [trim]}",
  ].join("\n");
  await page.evaluate((text) => {
    preview.mapping = text;
    editorOf("mapping").querySelector(".cm-content").focus();
  }, wrong);
  const mistakes = async () => (await mistakesOf(page, "mapping")).length;
  await until(async () => (await mistakes()) === 3);
  // F8 selects what is wrong, so that what is typed replaces it.
  for (const [right, left] of [
    ["object", 2],
    ["to_crm", 1],
    ["normalize", 0],
  ]) {
    await page.keyboard.press("F8");
    await page.keyboard.type(right);
    await until(async () => (await mistakes()) === left);
  }
  const mapping = () => page.evaluate(() => preview.mapping);
  const mended = wrong.replace("objct", "object").replace("to_crmm", "to_crm").replace("normalise", "normalize");
  assert.equal(await mapping(), mended);
  await page.keyboard.down("Control");
  for (let step = 0; step < 20 && (await mapping()) !== wrong; step++) await page.keyboard.press("z");
  await page.keyboard.up("Control");
  assert.equal(await mapping(), wrong);
  await until(async () => (await mistakes()) === 3);
}

/** Gives the link without records, of the two that are made and opened. */
export async function sharesALink(page, reload) {
  await page.evaluate(() => {
    preview.mapping = `# Ünïcode 王 🐧\n${preview.mapping}`;
    preview.mode = "to_crm";
    preview.local = '{"email": "canary@example.com"}';
  });
  const [shared, whole] = await page.evaluate(async () => [
    await preview.link(),
    await preview.link({ records: true }),
  ]);
  const mapping = await page.evaluate(() => preview.mapping);
  assert.match(shared, /^#crm-mapping=[\w-]+$/);
  const opened = async (hash) => {
    await page.evaluate((value) => {
      location.hash = value;
    }, hash);
    await until(() => page.evaluate(() => preview.mapping.startsWith("# Ünïcode 王 🐧\n")));
    return page.evaluate(() => [preview.mapping, preview.mode, preview.local]);
  };
  await reload();
  const sample = await page.evaluate(() => preview.local);
  assert.deepEqual(await opened(shared), [mapping, "to_crm", sample]);
  await reload();
  assert.deepEqual(await opened(whole), [mapping, "to_crm", '{"email": "canary@example.com"}']);
  return shared;
}

export async function importsAndExports(page) {
  const folder = mkdtempSync(join(tmpdir(), "crm-sync-files-"));
  const text = "# 王\nfield_mapping: [{crm_field: Email, penguinmails_field: email}]\n";
  writeFileSync(join(folder, "given.yaml"), text);
  const input = await page.evaluateHandle(() => shadow.querySelector("[type=file]"));
  await input.uploadFile(join(folder, "given.yaml"));
  await until(async () => (await page.evaluate(() => preview.mapping)) === text);
  assert.match(
    await page.evaluate(() => shadow.querySelector(".actions [role=status]").innerText),
    /given\.yaml was read/,
  );
  const saved = await page.evaluate(async () => {
    const { createObjectURL } = URL;
    let blob;
    URL.createObjectURL = (given) => {
      blob = given;
      return createObjectURL.call(URL, given);
    };
    shadow.querySelector(".actions button").click();
    URL.createObjectURL = createObjectURL;
    return blob.text();
  });
  assert.equal(saved, text);
  rmSync(folder, { recursive: true });
}
