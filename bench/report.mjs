/** Results as text. */

const three = (value) => Number(value.toPrecision(3)).toString();
const range = ({ min, median, max }, unit) => `${three(median)}${unit} (${three(min)}–${three(max)})`;

export function machineText({ machine, load }) {
  const { cpu, cores, memory_gib, os, node, v8 } = machine;
  return `${cpu}, ${cores} cores, ${memory_gib} GiB, ${os}; Node ${node}, V8 ${v8}; load ${load.before} before, ${load.after} after`;
}

export function resultText({ work, records, bytes_per_record, contestants }) {
  const title = `${work}, ${records} ${records === 1 ? "record" : "records"} a call, ${bytes_per_record} bytes a record`;
  const lines = contestants.map(({ name, microseconds_per_record, times_ours }) => {
    const megabytes = `${three(bytes_per_record / microseconds_per_record.median)} MB/s`;
    const ratio = times_ours ? `${range(times_ours, "×")} ours` : "";
    return `  ${name.padEnd(20)}${range(microseconds_per_record, " µs").padEnd(28)}${megabytes.padEnd(12)}${ratio}`.trimEnd();
  });
  return [title, ...lines].join("\n");
}
