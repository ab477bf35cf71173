/** Bytes in and out of the process: files or stdin, stdout with back pressure, quiet ends of broken pipes. */

import { once } from "node:events";
import { createReadStream } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { Misuse } from "./failure.js";

const readable: Record<string, string> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a directory",
  EACCES: "it may not be read",
};

function cannotRead(name: string, error: unknown): Misuse {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  return new Misuse("CLI003", `cannot read ${name}: ${readable[code] ?? code}`);
}

export async function readWhole(name: string): Promise<Uint8Array> {
  try {
    return await readFile(name);
  } catch (error) {
    throw cannotRead(name, error);
  }
}

/** The bytes of each file after the other; of stdin when none is named, or for `-`. */
export async function openInputs(
  names: readonly string[],
): Promise<{ name: string; chunks: AsyncIterable<Uint8Array> }[]> {
  const sources = names.length === 0 ? ["-"] : names;
  if (sources.includes("-") && process.stdin.isTTY) {
    process.stderr.write("Reading from the terminal; end with Ctrl-D.\n");
  }
  return Promise.all(
    sources.map(async (name) => {
      if (name === "-") return { name: "stdin", chunks: process.stdin as AsyncIterable<Uint8Array> };
      try {
        const file = await open(name);
        if ((await file.stat()).isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
        await file.close();
      } catch (error) {
        throw cannotRead(name, error);
      }
      return { name, chunks: createReadStream(name, { highWaterMark: 1 << 18 }) };
    }),
  );
}

/** Writes to stdout, waiting while the reader is slower. */
export async function write(text: Uint8Array | string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, "drain");
}

/** A reader that has gone (`| head`) is no error: the process ends without a word. */
export function endQuietlyOnBrokenPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(0);
      throw error;
    });
  }
}
