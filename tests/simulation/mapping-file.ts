/** The mapping that the simulated pairs are synced by: the mission's strategies, and what it has no words for. */
import { fields, units } from "./fields.js";

export const deletePolicies = ["unlink", "propagate", "recreate", "review"] as const;
export type DeletePolicy = (typeof deletePolicies)[number];

/** Clocks are up to a minute and a half off, so two of them up to three minutes apart. */
export const clockError = 90_000;
export const skew = 300_000;

export const mappingFile = (onCrmDelete: DeletePolicy, onLocalDelete: DeletePolicy) => `
name: simulation
crm: salesforce
catalog:
  penguinmails: {tags: multi_enum}
  crm: {Tags__c: multi_enum, Score__c: number}
conflict_resolution:
  fields: {${units.map(({ fields: [first], strategy }) => `${first?.name}: ${strategy}`).join(", ")}}
  groups:
${units
  .filter((unit) => unit.fields.length > 1)
  .map((unit) => `    - [${unit.fields.map(({ name }) => name).join(", ")}]`)
  .join("\n")}
  skew: ${skew / 1000}s
  on_crm_delete: ${onCrmDelete}
  on_local_delete: ${onLocalDelete}
field_mapping:
${fields
  .map(
    ({ name, crm }) =>
      `  - {penguinmails_field: ${name}, crm_field: ${crm}${name === "lead_score" ? ", direction: to_crm" : ""}}`,
  )
  .join("\n")}
`;
