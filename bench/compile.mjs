/** From a mapping file of 200 entries to a mapping that runs; the rivals read the YAML and compile its expressions. */
import { parse } from "yaml";
import { rivals } from "./rivals/expressions.mjs";

const kinds = [
  (i) => `{crm_field: Direct_${i}__c, penguinmails_field: direct_${i}, normalize: [trim]}`,
  (i) => `{crm_field: Name_${i}__c, formula: "{{first_name}} {{last_name}} ${i}", direction: to_crm}`,
  (i) =>
    `{crm_field: Hot_${i}__c, condition: "lead_score >= ${i}", value_if_true: Hot, value_if_false: Warm, direction: to_crm}`,
  (i) => `{crm_field: Source_${i}__c, penguinmails_field: source_${i}, value_map: {web: Web, phone: [Phone, Call]}}`,
  (i) => `{crm_field: Total_${i}__c, formula: "SUM(opens + clicks) + ${i}", over: engagements, direction: to_crm}`,
];
const entries = Array.from({ length: 200 }, (_, i) => `  - ${kinds[i % kinds.length](i)}`);
export const file = `name: compile\ncrm: salesforce\nfield_mapping:\n${entries.join("\n")}\n`;

/** What of an entry an engine for CEL can take: of a template its parts, of a sum the summand. */
function expressionsOf({ formula, condition }) {
  if (condition !== undefined) return [condition];
  if (formula === undefined) return [];
  if (formula.includes("{{")) return [...formula.matchAll(/\{\{(.*?)\}\}/g)].map(([, part]) => part);
  return [formula.replace(/SUM\((.*?)\)/, "$1")];
}

export const compile = {
  name: "compile",
  parts(engine) {
    const compiled = (text) => {
      const { mapping, diagnostics } = engine.compile(text);
      if (mapping === null) throw new Error(JSON.stringify(diagnostics));
      return mapping;
    };
    // Fields are described only to be compared with the rivals': a mapping runs without.
    const ours = (name, ready) => ({
      name,
      run: () => ready().dispose(),
      output: () => JSON.stringify(ready().fields.map(({ crm_field }) => crm_field)),
    });
    const json = JSON.stringify(parse(file));
    const bytes = compiled(file).toBytes();
    const contestants = [
      ours("crm-sync, YAML", () => compiled(file)),
      ours("crm-sync, JSON", () => compiled(json)),
      ours("crm-sync, compiled before", () => engine.load(bytes)),
      ...rivals.map(({ name, prepare }) => ({
        name: `yaml and ${name}`,
        run: () => {
          const { field_mapping } = parse(file);
          for (const entry of field_mapping) entry.programs = expressionsOf(entry).map(prepare);
          return JSON.stringify(field_mapping.map(({ crm_field }) => crm_field));
        },
      })),
    ];
    return [{ work: "compile a file of 200 entries", contestants, inputs: [file], records: 1 }];
  },
};
