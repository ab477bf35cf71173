import { cpus, loadavg, totalmem } from "node:os";

/** Where figures come from; load is the mean number of programs that wanted to run in the last minute. */
export function machine() {
  const processors = cpus();
  return {
    cpu: processors[0]?.model ?? "unknown",
    cores: processors.length,
    memory_gib: Math.round(totalmem() / 2 ** 30),
    os: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    v8: process.versions.v8,
  };
}

export const load = () => Math.round(loadavg()[0] * 100) / 100;
