/** The five expressions that other engines for CEL are measured with, on records that are parsed already. */
import { loadBenchEngine } from "./engine.mjs";
import { rivals } from "./rivals/expressions.mjs";

const expressions = {
  compare: "lead_score >= 75",
  logic: "lead_score >= 75 && country in ['DE','FR'] || email.endsWith('@acme.com')",
  concatenate: "first_name + ' ' + last_name",
  "filter and map": "items.filter(i, i.opens > 0).map(i, i.opens + i.clicks)",
  presence: "has(company.name) ? company.name : 'Unknown'",
};

/** Four that take turns; `items` of them have no influence but on "filter and map". */
function records(items) {
  return Array.from({ length: 4 }, (_, i) => ({
    lead_score: [10, 75, 80.5, 74][i],
    country: ["DE", "US", "FR", "AT"][i],
    email: ["ada@acme.com", "bo@example.org", "cy@example.org", "di@acme.com"][i],
    first_name: ["Ada", "Bo", "Cyrill", "Di"][i],
    last_name: ["Lovelace", "Derek", "Neef", "Ångström"][i],
    company: i % 2 === 0 ? { name: "Acme" } : {},
    items: Array.from({ length: items }, (_, j) => ({ opens: (i + j) % 3, clicks: (i * j) % 5 })),
  }));
}

const batch = 1000;

/** Each part is measured for itself: how long one evaluation takes, or from the text to the first result. */
export const expressionsWork = {
  name: "expressions",
  async parts() {
    const engine = await loadBenchEngine();
    const evaluations = Object.entries(expressions).map(([title, source]) =>
      part(`evaluate, ${title}`, engine, [source], records(100), title === "filter and map" ? 10 : batch, false),
    );
    // The first result of a text is mostly asked of a small record.
    const first = part(
      "parse, compile and evaluate once, all five",
      engine,
      Object.values(expressions),
      records(1),
      1,
      true,
    );
    return [...evaluations, first];
  },
};

/** `times` evaluations, or compilations, of each of the sources are one run. */
function part(title, engine, sources, given, times, compiles) {
  const contestants = [ours("crm-sync", engine, sources, given, times, compiles)];
  if (!compiles) contestants.push(ours("crm-sync, a call each", engine, sources, given, times, compiles, 1));
  for (const rival of rivals) contestants.push(theirs(rival, sources, given, times, compiles));
  return { work: `expressions: ${title}`, contestants, inputs: [given], records: times };
}

function ours(name, engine, sources, given, times, compiles, atOnce = times) {
  const numbers = sources.map((source) => engine.prepare(source, given));
  const once = compiles ? engine.compile : engine.evaluate;
  return {
    name,
    output: () => JSON.stringify(numbers.map((n) => given.map((_, record) => JSON.parse(engine.resultOf(n, record))))),
    run: () => {
      for (const number of numbers) {
        for (let done = 0; done < times; done += atOnce) once(number, atOnce);
      }
    },
  };
}

function theirs({ name, prepare, plain }, sources, given, times, compiles) {
  const programs = sources.map(prepare);
  return {
    name,
    output: () => JSON.stringify(programs.map((program) => given.map((record) => plain(program(record))))),
    run: () => {
      for (let i = 0; i < sources.length; i++) {
        const program = programs[i];
        for (let done = 0; done < times; done++) {
          (compiles ? prepare(sources[i]) : program)(given[compiles ? 0 : done & 3]);
        }
      }
    },
  };
}
