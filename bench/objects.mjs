/** `toCrm` on JavaScript objects, of which each call takes one. */
import { file as directFile } from "./map-direct.mjs";
import { file as fullFile } from "./map-full.mjs";
import { person } from "./people.mjs";
import { mapPerson } from "./rivals/map-full.mjs";
import { mapToCrm } from "./rivals/objects.mjs";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const people = Array.from({ length: 256 }, (_, i) => person(i));
/** The eight fields alone: most of a person has nothing to do with them. */
const contacts = people.map(({ email, first_name, last_name, company, job_title, phone, source }) => ({
  email,
  first_name,
  last_name,
  company,
  job_title,
  phone,
  source,
  website: null,
}));

export const objects = {
  name: "objects",
  parts: (engine) => [
    part("objects: 8 direct fields", engine, directFile, contacts, mapToCrm),
    part("objects: 20 entries of map-full", engine, fullFile, people, mapPerson),
  ],
};

function part(work, engine, file, inputs, byHand) {
  const { mapping, diagnostics } = engine.compile(file);
  if (mapping === null) throw new Error(JSON.stringify(diagnostics));
  const throughBytes = (record) =>
    JSON.parse(decoder.decode(mapping.mapMany("to_crm", encoder.encode(JSON.stringify(record)))));
  const contestants = [
    { name: "crm-sync, toCrm", run: (record) => mapping.toCrm(record).record },
    { name: "crm-sync, bytes of one", run: throughBytes },
    { name: "JavaScript", run: byHand },
  ].map((one) => ({ ...one, output: (record) => JSON.stringify(one.run(record)) }));
  return { work, contestants, inputs, records: 1 };
}
