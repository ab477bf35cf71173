/** The port that the service listens at. */
import { Misuse } from "../cli/failure.js";
import { type Listening, listen } from "../service/node/index.js";

export const usualPort = 8790;
const tries = 100;

type Handle = (request: Request) => Response | Promise<Response>;

const refusals: Record<string, string> = {
  EADDRINUSE: "is taken by another program",
  EACCES: "may not be listened at",
};

export async function listenAt(handle: Handle, host: string, port: number): Promise<Listening> {
  try {
    return await listen(handle, { host, port });
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    const because = refusals[code] ?? `cannot be listened at: ${code}`;
    throw new Misuse("CLI009", `port ${port} of ${host} ${because}`, "--port names another one");
  }
}

/** At the first one from there on that is free. */
export async function listenFrom(handle: Handle, host: string, port: number): Promise<Listening> {
  for (let next = port; ; next++) {
    try {
      return await listen(handle, { host, port: next });
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
      if (!isTaken || next === port + tries) return listenAt(handle, host, next);
    }
  }
}
