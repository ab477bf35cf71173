/** The inside of a process that is measured: answers what the bench asks, and tells what arrived. */
import { readFileSync, writeFileSync } from "node:fs";
import type { Arrived, Configuration, FromProcess, Handlers, Requests, ToProcess, Usage } from "./messages.js";

const send = (message: FromProcess) => void process.send?.(message);

export const tellArrived = (arrived: Arrived) => {
  if (arrived.records.length > 0) send({ arrived });
};

export interface Measured {
  /** Where it listens, if it does. */
  origin: string | null;
  handlers: Omit<Handlers, "usage">;
}

/** Once in a process. */
export function measured(open: (configuration: Configuration) => Promise<Measured>): void {
  // Whoever has started it is gone.
  process.on("disconnect", () => process.exit(1));
  process.once("message", async (message: ToProcess) => {
    if (!("configuration" in message)) throw new Error("the configuration comes first");
    const { origin, handlers } = await open(message.configuration);
    const all: Handlers = { ...handlers, usage };
    process.on("message", (next: ToProcess) => {
      if ("number" in next) void answer(all, next as Asked);
    });
    send({ ready: { origin } });
  });
}

type Asked = { number: number; name: keyof Requests; asked: never };

async function answer(handlers: Handlers, { number, name, asked }: Asked): Promise<void> {
  try {
    send({ number, answer: await handlers[name](asked) });
    if (name === "start") forgetPeak();
    if (name === "close") process.disconnect();
  } catch (error) {
    send({ number, failed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

/** Making a new embedded database takes more memory than having one. Elsewhere than on Linux that counts as well. */
function forgetPeak(): void {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
  } catch {}
}

/** In megabytes. */
function peak(): number {
  try {
    const [, kilobytes = ""] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    return Math.round(Number(kilobytes) / 1024);
  } catch {
    return Math.round(process.resourceUsage().maxRSS / 1024);
  }
}

const usage = async (): Promise<Usage> => {
  const { user, system } = process.cpuUsage();
  return {
    cpu: (user + system) / 1000,
    memory: Math.round(process.memoryUsage.rss() / 2 ** 20),
    peak: peak(),
  };
};
