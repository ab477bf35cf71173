/** What a person does on the page, the same in every browser. */
import assert from "node:assert/strict";
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
