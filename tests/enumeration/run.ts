/** Resolves the enumeration with the engine of some runtime, and hashes the bytes of all decisions. */
import type { Engine, Mapping } from "@penguinmails/crm-sync";
import type { Group, InputSet } from "./groups.js";
import { hashOf } from "./hash.js";

const utf8 = new TextEncoder();

/** The lines of hashes.txt, of what groups.ts has written. */
export function hashes(engine: Engine, ndjson: string): string {
  const inputs = new Map<string, { first: Uint8Array; all: Uint8Array; lines: [first: number, all: number] }>();
  const lines = [];
  for (const line of ndjson.split("\n").filter(Boolean)) {
    const { set, group } = JSON.parse(line) as { set?: InputSet; group?: Group };
    if (set) {
      const count = (text: string) => text.split("\n").length - 1;
      const [first, all] = [set.first, set.first + set.rest];
      inputs.set(set.name, { first: utf8.encode(first), all: utf8.encode(all), lines: [count(first), count(all)] });
    } else if (group) {
      let decisions = 0;
      const parts = group.parts.map((part) => {
        const given = inputs.get(part.set);
        if (given === undefined) throw new Error(`there is no set ${part.set}`);
        decisions += given.lines[group.firstContactOnly ? 0 : 1];
        const mapping = compiled(engine, part.mapping);
        const hash = hashOf(mapping.resolveMany(group.firstContactOnly ? given.first : given.all));
        mapping.dispose();
        return hash;
      });
      lines.push(`${hashOf(utf8.encode(parts.join("")))}  ${group.name}: ${decisions} decisions\n`);
    }
  }
  return lines.join("");
}

function compiled(engine: Engine, file: string): Mapping {
  const { mapping, diagnostics } = engine.compile(file);
  if (mapping === null) throw new Error(JSON.stringify(diagnostics));
  return mapping;
}
