/** The inside of a process that is measured: answers what the bench asks, and tells what arrived. */
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
    if (name === "close") process.disconnect();
  } catch (error) {
    send({ number, failed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

const usage = async (): Promise<Usage> => {
  const { user, system } = process.cpuUsage();
  const megabytes = (bytes: number) => Math.round(bytes / 2 ** 20);
  return {
    cpu: (user + system) / 1000,
    memory: megabytes(process.memoryUsage.rss()),
    peak: megabytes(process.resourceUsage().maxRSS * 1024),
  };
};
