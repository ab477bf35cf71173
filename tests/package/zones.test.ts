/** Named time zones: the tables that the package reads off the host's Intl, against Intl itself. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type EvaluateOptions, loadEngine } from "@penguinmails/crm-sync";
import { compiled, failing } from "./support.js";

const engine = await loadEngine();

/** Both hemispheres, half and quarter hours, far east and west, a day that was skipped, Ramadan, local mean times. */
const zones = [
  "Africa/Casablanca",
  "Africa/Freetown",
  "America/Caracas",
  "America/New_York",
  "America/Recife",
  "America/Sao_Paulo",
  "America/St_Johns",
  "Asia/Gaza",
  "Asia/Kathmandu",
  "Asia/Kolkata",
  "Asia/Pyongyang",
  "Australia/Lord_Howe",
  "Australia/Sydney",
  "Europe/Amsterdam",
  "Europe/Berlin",
  "Europe/Dublin",
  "Pacific/Apia",
  "Pacific/Auckland",
  "Pacific/Chatham",
  "US/Central",
];

const zone = (timeZone: string) =>
  new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });

/** What the engine reads of moments, as Intl writes them. */
function read(name: string, moments: number[]): string[] {
  const part = (call: string) => `string(t.${call}('${name}'))`;
  const month = `string(t.getMonth('${name}') + 1)`;
  const text = `${month} + '/' + ${part("getDate")} + '/' + ${part("getFullYear")} + ' ' + ${part("getHours")} + ':' +
    ${part("getMinutes")} + ':' + ${part("getSeconds")}`;
  const times = moments.map((at) => ({ t: "timestamp" as const, v: new Date(at).toISOString() }));
  const answer = engine.evaluateTyped(`times.map(t, ${text})`, { times: { t: "list", v: times } }, { dialect: "cel" });
  assert.ok("value" in answer && answer.value.t === "list", JSON.stringify(answer).slice(0, 500));
  return answer.value.v.map((value) => (value.t === "string" ? value.v : ""));
}

const written = (format: Intl.DateTimeFormat, at: number) =>
  format
    .format(at)
    .replace(",", "")
    .replaceAll(/\b0(\d)/g, "$1");

/** Every three weeks and some hours from 1900 to 2100. */
const spread = Array.from({ length: 3300 }, (_, index) => Date.UTC(1900, 0) + index * 1_911_111_000);

for (const name of zones) {
  test(`${name} is what Intl says`, () => {
    const format = zone(name);
    for (let start = 0; start < spread.length; start += 300) {
      const moments = spread.slice(start, start + 300);
      assert.deepEqual(
        read(name, moments),
        moments.map((at) => written(format, at)),
      );
    }
  });
}

test("the second before a transition and the second of it", () => {
  for (const [name, at] of [
    ["Europe/Berlin", "2025-03-30T01:00:00Z"],
    ["Europe/Berlin", "2025-10-26T01:00:00Z"],
    ["America/St_Johns", "2011-11-06T02:31:00Z"], // at a minute past midnight, in those years
    ["Australia/Lord_Howe", "2025-04-05T15:00:00Z"], // by half an hour
    ["Pacific/Apia", "2011-12-30T10:00:00Z"], // a day was skipped
    ["Africa/Freetown", "1939-09-05T00:00:00Z"], // four days only
    ["Europe/Amsterdam", "1937-07-01T00:00:00Z"],
    ["America/New_York", "2099-11-01T06:00:00Z"],
  ] as const) {
    const moments = [-86_400_000, -1000, 0, 1000, 86_400_000].map((shift) => Date.parse(at) + shift);
    const format = zone(name);
    assert.deepEqual(
      read(name, moments),
      moments.map((moment) => written(format, moment)),
    );
  }
});

const at = { at: "2026-07-01T12:00:00Z" };
const hour = (zone: string, options?: EvaluateOptions) =>
  engine.evaluate(`timestamp(at).getHours(${zone})`, at, options);

test("an expression names zones, and the call may name one for what names none", () => {
  assert.equal(hour("'Europe/Berlin'"), 14);
  assert.equal(hour("'Asia/Kolkata'", { dialect: "cel" }), 17);
  assert.equal(hour("", { timezone: "Asia/Tokyo" }), 21);
  assert.equal(engine.evaluate("timestamp(at).getHours() - timestamp(at).getHours('Asia/Tokyo')", at), 12 - 21);
  assert.equal(
    engine.evaluate("timestamp(at).getHours() - timestamp(at).getHours('Europe/Paris')", at, {
      timezone: "Asia/Tokyo",
    }),
    21 - 14,
  );
});

test("a zone that does not exist is an error with the name that was meant", () => {
  const suggesting = (suggestion: string | undefined) => (error: { diagnostics?: { suggestion?: string }[] }) =>
    failing("EXP023")(error) && error.diagnostics?.[0]?.suggestion === suggestion;
  assert.throws(() => hour("'Europe/Berlni'"), suggesting("Europe/Berlin"));
  assert.throws(() => hour("'Atlantis'"), suggesting(undefined));
  assert.throws(() => hour("", { timezone: "Europa/Berlin" }), suggesting("Europe/Berlin"));
  assert.throws(() => hour("at"), failing("EXP023", /written out/));
});

test("tables that are given are taken instead of the host's", () => {
  const zones = { "Europe/Berlin": [0, Date.parse(at.at) / 1000, -3600], "Mars/Olympus": [1800] };
  assert.equal(hour("'Europe/Berlin'", { zones }), 11);
  assert.equal(engine.evaluate("timestamp(at).getMinutes('Mars/Olympus')", at, { zones }), 30);
  assert.throws(() => hour("'UTC'", { zones: { "X/Y": [0, 1] } }), failing("API004", /X\/Y/));
});

test("more zones than anyone means are refused, and soon", () => {
  const name = "america/argentina/comodrivadavia";
  const spelled = (index: number) =>
    [...name].map((sign, at) => ((index >> at) & 1 ? sign.toUpperCase() : sign)).join("");
  const many = Array.from({ length: 3000 }, (_, index) => `timestamp(at).getHours('${spelled(index)}')`);
  assert.throws(() => engine.evaluate(`[${many.join(", ")}]`, at), failing("EXP023"));
});

const file = (timezone: string) => `
timezone: ${timezone}
field_mapping:
  - {crm_field: Hour, formula: "timestamp(at).getHours()", direction: to_crm}
  - {crm_field: Tokyo, formula: "timestamp(at).getHours('Asia/Tokyo')", direction: to_crm}
  - {crm_field: Offset, formula: "{{timestamp(at).getHours('+01:00')}}", direction: to_crm}
`;

test("a mapping file names its own zone and others; their transitions are part of its hash", () => {
  const mapping = compiled(engine, file("America/St_Johns"));
  assert.deepEqual(mapping.toCrm(at).record, { Hour: 9, Tokyo: 21, Offset: 13 });
  const utc = compiled(engine, file("UTC"));
  assert.deepEqual(utc.toCrm(at).record, { Hour: 12, Tokyo: 21, Offset: 13 });
  assert.notEqual(utc.hash, mapping.hash);
  const given = engine.compile(file("America/St_Johns"), { zones: { "America/St_Johns": [-3600] } });
  assert.deepEqual(given.mapping?.toCrm(at).record, { Hour: 11, Tokyo: 21, Offset: 13 });
  assert.notEqual(given.mapping?.hash, mapping.hash);
  assert.equal(compiled(engine, file("America/St_Johns")).hash, mapping.hash);
});

test("a mapping file's zone that does not exist is a diagnostic at its place", () => {
  const { mapping, diagnostics } = engine.compile(file("Europe/Berlni"));
  assert.equal(mapping, null);
  const told = diagnostics.map(({ code, line, column, path, suggestion }) => [code, line, column, path, suggestion]);
  assert.deepEqual(told, [["EXP023", 2, 11, "/timezone", "Europe/Berlin"]]);
});
