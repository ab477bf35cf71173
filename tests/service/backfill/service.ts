/** The service's process from outside: it is started, asked, and killed. Whoever calls meanwhile waits for the next one. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Answers, apiKey, type FromProcess, type Given } from "./messages.js";

const program = fileURLToPath(new URL("./service-process.ts", import.meta.url));
const loader = fileURLToPath(new URL("../../../scripts/typescript.mjs", import.meta.url));

/** As both CRMs and a host would have it, at most. */
const requestsAtOnce = 10;

export class Service {
  #child: ChildProcess | null = null;
  #origin: string | null = null;
  #requests = 0;
  /** When it was started and killed, in milliseconds since 1970. */
  readonly starts: number[] = [];
  readonly kills: number[] = [];
  readonly #answers = new Map<keyof Answers, (answer: unknown) => void>();

  constructor(
    private readonly given: Given,
    private readonly arrived: (edit: number) => void,
  ) {}

  async start(): Promise<void> {
    const child = fork(program, [JSON.stringify(this.given)], { execArgv: ["--import", loader] });
    this.#child = child;
    const ready = new Promise<string>((done, failed) => {
      child.on("message", (message: FromProcess) => {
        if ("ready" in message) done(message.ready);
        else if ("edit" in message) this.arrived(message.edit);
        else {
          this.#answers.get(message.answers)?.(message.answer);
          this.#answers.delete(message.answers);
        }
      });
      child.once("exit", (code) => failed(new Error(`the service's process has ended with ${code}`)));
    });
    this.#origin = await ready;
    this.starts.push(Date.now());
  }

  async kill(): Promise<void> {
    const child = this.#child as ChildProcess;
    this.#origin = null;
    this.kills.push(Date.now());
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }

  /** One question of a kind at a time; of a process that is killed meanwhile there is no answer. */
  ask<Name extends keyof Answers>(name: Name): Promise<Answers[Name]> {
    return new Promise((done) => {
      this.#answers.set(name, done as (answer: unknown) => void);
      this.#child?.send(name, () => {});
    });
  }

  async close(): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    await this.ask("close");
    await gone;
  }

  /** Whatever has become of it. */
  end(): void {
    this.#child?.kill("SIGKILL");
  }

  /** Over HTTP, again until a process has answered. */
  async reach(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const body = request.method === "GET" ? {} : { body: await request.arrayBuffer() };
    while (this.#requests >= requestsAtOnce) await wait(2);
    this.#requests++;
    try {
      for (;;) {
        if (this.#origin !== null) {
          const { method, headers } = request;
          const answer = await fetch(this.#origin + pathname + search, { method, headers, ...body })
            .then(
              // An answer whose rest does not come is none.
              async (response) => new Response(await response.arrayBuffer(), { status: response.status }),
              () => null,
            )
            .catch(() => null);
          if (answer !== null) return answer;
        }
        await wait(20);
      }
    } finally {
      this.#requests--;
    }
  }

  /** As PenguinMails, or a person by the API, asks; 503 is asked again. */
  async call<Body>(method: "GET" | "POST", path: string, body?: unknown): Promise<Body> {
    const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };
    for (;;) {
      const response = await this.reach(
        new Request(`http://service${path}`, {
          method,
          headers,
          ...(body !== undefined && { body: JSON.stringify(body) }),
        }),
      );
      const text = await response.text();
      if (response.ok) return JSON.parse(text);
      if (response.status !== 503 && response.status !== 429)
        throw new Error(`${method} ${path}: ${response.status} ${text}`);
      await wait(200);
    }
  }
}
