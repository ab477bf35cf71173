/** Results as text. */

const three = (value) => Number(value.toPrecision(3)).toString();
const range = ({ min, median, max }, unit) => `${three(median)}${unit} (${three(min)}–${three(max)})`;

export function machineText({ machine, load }) {
  const { cpu, cores, memory_gib, os, node, v8 } = machine;
  return `${cpu}, ${cores} cores, ${memory_gib} GiB, ${os}; Node ${node}, V8 ${v8}; load ${load.before} before, ${load.after} after`;
}

/** Of a work that is not counted in bytes; small times in nanoseconds. */
function contestantText({ name, microseconds_per_record: time, times_ours }) {
  const small = time.median < 1;
  const scaled = Object.fromEntries(Object.entries(time).map(([key, value]) => [key, small ? value * 1000 : value]));
  const ratio = times_ours ? `${range(times_ours, "×")} ours` : "";
  return `  ${name.padEnd(24)}${range(scaled, small ? " ns" : " µs").padEnd(28)}${ratio}`.trimEnd();
}

export function resultText({ work, records, bytes_per_record, contestants }) {
  if (bytes_per_record === undefined) return [work, ...contestants.map(contestantText)].join("\n");
  const title = `${work}, ${records} ${records === 1 ? "record" : "records"} a call, ${bytes_per_record} bytes a record`;
  const lines = contestants.map(({ name, microseconds_per_record, times_ours }) => {
    const megabytes = `${three(bytes_per_record / microseconds_per_record.median)} MB/s`;
    const ratio = times_ours ? `${range(times_ours, "×")} ours` : "";
    return `  ${name.padEnd(20)}${range(microseconds_per_record, " µs").padEnd(28)}${megabytes.padEnd(12)}${ratio}`.trimEnd();
  });
  return [title, ...lines].join("\n");
}
