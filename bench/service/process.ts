/** A process that is measured, from outside. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Arrived, Configuration, FromProcess, Requests } from "./messages.js";

const typescript = new URL("../../scripts/typescript.mjs", import.meta.url).href;
const programs = {
  service: fileURLToPath(new URL("./service-process.ts", import.meta.url)),
  rival: fileURLToPath(new URL("../rivals/naive-process.ts", import.meta.url)),
};
export type Contender = keyof typeof programs;

export class MeasuredProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>();
  #count = 0;
  origin = "";

  private constructor(
    child: ChildProcess,
    private readonly onArrived: (arrived: Arrived) => void,
  ) {
    this.#child = child;
  }

  static async start(
    contender: Contender,
    configuration: Configuration,
    onArrived: (arrived: Arrived) => void,
    profile?: string,
  ): Promise<MeasuredProcess> {
    const profiling = profile === undefined ? [] : ["--cpu-prof", "--cpu-prof-dir", profile];
    const child = fork(programs[contender], [], { execArgv: [...profiling, "--import", typescript] });
    const started = new MeasuredProcess(child, onArrived);
    started.origin = await new Promise<string>((resolve, reject) => {
      child.on("message", (message: FromProcess) => {
        if ("ready" in message) resolve(message.ready.origin ?? "");
        else started.#take(message);
      });
      child.on("exit", (code) => {
        const error = new Error(`the process of the ${contender} has ended with ${code}`);
        reject(error);
        for (const { reject: fail } of started.#waiting.values()) fail(error);
      });
      child.send({ configuration });
    });
    return started;
  }

  #take(message: Exclude<FromProcess, { ready: unknown }>): void {
    if ("arrived" in message) {
      this.onArrived(message.arrived);
      return;
    }
    const waiting = this.#waiting.get(message.number);
    this.#waiting.delete(message.number);
    if ("failed" in message) waiting?.reject(new Error(message.failed));
    else waiting?.resolve(message.answer);
  }

  ask<Name extends keyof Requests>(
    ...[name, asked = null]: Requests[Name]["asks"] extends null ? [Name] : [Name, Requests[Name]["asks"]]
  ): Promise<Requests[Name]["answers"]> {
    const number = ++this.#count;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve: resolve as (answer: unknown) => void, reject });
      this.#child.send({ number, name, asked } as never);
    });
  }

  async close(): Promise<void> {
    const ended = new Promise((done) => this.#child.once("exit", done));
    await this.ask("close");
    await ended;
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }
}
