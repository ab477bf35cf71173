/** Results as text: as they come, and as the tables of docs/performance.md. */

/** Three digits, or all of an integer's. */
const three = (value) => (value >= 1000 ? Math.round(value).toString() : Number(value.toPrecision(3)).toString());
const range = ({ min, median, max }, unit) => `${three(median)}${unit} (${three(min)}–${three(max)})`;
const ratio = (times) => range(times, "×");

/** Small times in nanoseconds, great ones in milliseconds. */
function time(microseconds) {
  const [factor, unit] =
    microseconds.median < 1 ? [1000, " ns"] : microseconds.median < 1000 ? [1, " µs"] : [0.001, " ms"];
  return range(Object.fromEntries(Object.entries(microseconds).map(([key, value]) => [key, value * factor])), unit);
}

function memory({ peak_memory_mib: peak, wasm_memory_mib: wasm }) {
  if (peak === undefined) return "";
  return `${range(peak, " MiB")}${wasm === undefined ? "" : `, WebAssembly ${three(wasm.max)}`}`;
}

export function machineText({ machine, load }) {
  const { cpu, cores, memory_gib, os, node, v8 } = machine;
  return `${cpu}, ${cores} cores, ${memory_gib} GiB, ${os}; Node ${node}, V8 ${v8}; load ${load.before} before, ${load.after} after`;
}

const perCall = (records) => `${records.toLocaleString("en")} ${records === 1 ? "record" : "records"} a call`;

export function resultText({ work, records, bytes_per_record, contestants }) {
  const title =
    bytes_per_record === undefined ? work : `${work}, ${perCall(records)}, ${bytes_per_record} bytes a record`;
  const lines = contestants.map(({ name, microseconds_per_record, times_ours, ...one }) => {
    const speed = bytes_per_record && `${three(bytes_per_record / microseconds_per_record.median)} MB/s`;
    const cells = [
      name.padEnd(25),
      time(microseconds_per_record).padEnd(25),
      speed?.padEnd(11),
      memory(one).padEnd(45),
    ];
    return `  ${cells.filter((cell) => cell?.trim()).join(" ")}${times_ours ? ` ${ratio(times_ours)} ours` : ""}`.trimEnd();
  });
  return [title, ...lines].join("\n");
}

/** A table in Markdown for each set of contestants: what a record takes us, and how many times that the others take. */
export function tables(results) {
  const groups = new Map();
  for (const result of results) {
    const names = result.contestants.map(({ name }) => name).join();
    groups.set(names, [...(groups.get(names) ?? []), result]);
  }
  return [...groups.values()].map(tableOf).join("\n\n");
}

const row = (cells) => `| ${cells.join(" | ")} |`;

function tableOf(results) {
  const [{ contestants }] = results;
  const head = ["", ...contestants.map(({ name }, i) => (i > 0 ? `${name}, times ours` : name))];
  const rows = results.map(({ work, records, bytes_per_record, contestants }) => [
    bytes_per_record === undefined ? work : `${work}, ${perCall(records)}`,
    ...contestants.map(({ microseconds_per_record, times_ours, ...one }) =>
      [times_ours ? ratio(times_ours) : time(microseconds_per_record), memory(one)].filter(Boolean).join("; "),
    ),
  ]);
  return [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");
}
