/** Eight direct fields of 39, bytes to bytes. */

import { contact } from "./contacts.mjs";
import { intoKept } from "./kept.mjs";
import { plain, tuned } from "./rivals/map-direct.mjs";
import { mappingKit } from "./rivals/mapping-kit.mjs";

export const file = `
name: map-direct
crm: hubspot
field_mapping:
  - {crm_field: email, penguinmails_field: email}
  - {crm_field: firstname, penguinmails_field: first_name}
  - {crm_field: lastname, penguinmails_field: last_name}
  - {crm_field: company, penguinmails_field: company}
  - {crm_field: jobtitle, penguinmails_field: job_title}
  - {crm_field: phone, penguinmails_field: phone}
  - {crm_field: hs_analytics_source, penguinmails_field: source}
  - {crm_field: website, penguinmails_field: website}
`;

const encoder = new TextEncoder();

export const mapDirect = {
  name: "map-direct",
  /** The contestants, ours first: each takes the bytes of an input and gives those of an output. */
  contestants(engine) {
    const { mapping, diagnostics } = engine.compile(file);
    if (mapping === null) throw new Error(JSON.stringify(diagnostics));
    return [
      { name: "crm-sync", run: (bytes) => mapping.mapMany("from_crm", bytes) },
      {
        name: "crm-sync, into kept memory",
        run: intoKept((bytes, memory) => mapping.mapMany("from_crm", bytes, undefined, memory)),
      },
      { name: "JavaScript, plain", run: plain },
      { name: "JavaScript, tuned", run: tuned },
      { name: "Segment's mapping kit", run: mappingKit },
    ];
  },
  /** NDJSON of the contacts from `first` on. */
  input(first, count) {
    const lines = Array.from({ length: count }, (_, i) => `${JSON.stringify(contact(first + i))}\n`);
    return encoder.encode(lines.join(""));
  },
};
