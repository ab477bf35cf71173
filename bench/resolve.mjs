/** Three-way decisions on twenty fields, bytes to bytes. */
import { intoKept } from "./kept.mjs";
import { entries, pair } from "./pairs.mjs";
import { tuned } from "./rivals/resolve.mjs";

export const file = JSON.stringify({
  name: "resolve",
  conflict_resolution: { default: "newest_wins", tie: "crm_wins", skew: "2s" },
  field_mapping: entries.map(({ local, crm, strategy }) => ({
    penguinmails_field: local,
    crm_field: crm,
    conflict: strategy,
  })),
});

const encoder = new TextEncoder();
/** A string, or an object of strings, under the keys of hashes: of each entry, of the mapping, of the writes. */
const hashes = /,"(?:mapping|fingerprint)":(?:"[^"]*"|\{[^}]*\})/g;

export const resolve = {
  name: "resolve",
  contestants(engine) {
    const { mapping, diagnostics } = engine.compile(file);
    if (mapping === null) throw new Error(JSON.stringify(diagnostics));
    return [
      { name: "crm-sync", run: (bytes) => mapping.resolveMany(bytes) },
      {
        name: "crm-sync, into kept memory",
        run: intoKept((bytes, memory) => mapping.resolveMany(bytes, undefined, memory)),
      },
      { name: "JavaScript, tuned", run: tuned },
    ];
  },
  input(first, count) {
    const lines = Array.from({ length: count }, (_, i) => `${JSON.stringify(pair(first + i))}\n`);
    return encoder.encode(lines.join(""));
  },
  /** The rival computes no hashes, so they are left out of the comparison. */
  compared: (text) => text.replaceAll(hashes, ""),
};
