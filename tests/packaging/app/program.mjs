/** What every runtime runs, the same for all: it knows the package and the cases, nothing else. */
import { loadEngine } from "@penguinmails/crm-sync";
import { normalizers } from "@penguinmails/crm-sync/normalizers";
import { loadRuntime } from "@penguinmails/crm-sync/runtime";
import groups from "./cases.json" with { type: "json" };

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

const calls = {
  mapMany: (mapping, { direction, records, context }) => {
    const bytes = encoder.encode(records);
    return sameStreamed(mapping.mapMany(direction, bytes, context), mapping.mapStream(direction, context), bytes);
  },
  resolveMany: (mapping, { inputs }) => {
    const bytes = encoder.encode(inputs);
    return sameStreamed(mapping.resolveMany(bytes), mapping.resolveStream(), bytes);
  },
  resolve: (mapping, { input }) => `${JSON.stringify(mapping.resolve(JSON.parse(input)))}\n`,
};

/** The lines that a call gave as a whole, which the stream has to give too, however the bytes are cut. */
async function sameStreamed(whole, { readable, writable }, bytes) {
  const streamed = new Response(readable).text();
  const writer = writable.getWriter();
  for (let start = 0; start < bytes.length; start += 100) await writer.write(bytes.subarray(start, start + 100));
  await writer.close();
  const lines = decoder.decode(whole);
  return (await streamed) === lines ? lines : "the stream gives something else\n";
}

export async function program() {
  const engine = await loadEngine();
  const runtime = await loadRuntime();
  const lines = [];
  for (const group of groups) {
    const { mapping, diagnostics } = engine.compile(group.mapping, { catalogs: group.catalogs });
    if (mapping === null) lines.push(`${diagnostics.map(({ code }) => code)}\n`);
    // The smaller module, which has no compiler, must give the same.
    const loaded = mapping && runtime.load(mapping.toBytes());
    for (const { call, ...given } of group.calls) {
      const line = await calls[call](mapping, given);
      lines.push((await calls[call](loaded, given)) === line ? line : "the smaller module gives something else\n");
    }
    loaded?.dispose();
    mapping?.dispose();
  }
  lines.push(`${normalized().join(" ")}\n`);
  return JSON.stringify({ text: lines.join(""), runsStrings: runsStrings() });
}

function normalized() {
  const { unicode_nfc, phone_e164, domain_ascii } = normalizers;
  return [unicode_nfc("Zoe\u0308"), phone_e164("030 1234567", "DE"), domain_ascii("ada@Müller.example")];
}

function runsStrings() {
  try {
    return new Function("return true")();
  } catch {
    return false;
  }
}
