/** Segment's mapping kit with the mapping of ../map-direct.mjs. */
import { createRequire } from "node:module";
import { value } from "./map-direct.mjs";

const { transformBatch } = createRequire(import.meta.url)("@segment/actions-core/mapping-kit");

const paths = {
  email: { "@path": "$.email" },
  first_name: { "@path": "$.firstname" },
  last_name: { "@path": "$.lastname" },
  company: { "@path": "$.company" },
  job_title: { "@path": "$.jobtitle" },
  phone: { "@path": "$.phone" },
  source: { "@path": "$.hs_analytics_source" },
  website: { "@path": "$.website" },
};

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** All records of a call at once, since each call validates the mapping. The kit knows no blank texts. */
export function mappingKit(bytes) {
  const contacts = [];
  for (const line of decoder.decode(bytes).split("\n")) {
    if (line !== "") contacts.push(JSON.parse(line));
  }
  let output = "";
  for (const contact of transformBatch(paths, contacts)) {
    for (const field in contact) contact[field] = value(contact[field]);
    output += `${JSON.stringify(contact)}\n`;
  }
  return encoder.encode(output);
}
