/**
 * The page's end of the worker. One run at a time, always of the newest input: an answer that comes while a newer input
 * waits is dropped. A run past its deadline ends with its worker, and a new one is started.
 */
import type { Answer, FromWorker, Input, Question, QuestionAnswer, ToWorker } from "./protocol.js";

export interface Listener {
  ready(version: string): void;
  answered(answer: Answer): void;
  /** No answer comes to this input; the next one is taken as ever. */
  stopped(message: string): void;
}

export interface Options {
  /** Milliseconds for one run. */
  deadline: number;
  /** The worker's script, of any origin, where the one beside this file cannot be had. */
  url: string | undefined;
}

/** For loading script and engine, over a slow line too. */
const startDeadline = 30_000;

export class EngineWorker {
  readonly #listener: Listener;
  readonly #options: Options;
  #worker: Worker | undefined;
  #ready = false;
  #running: number | undefined;
  #waiting: Input | undefined;
  /** What the worker there is was sent last. */
  #records: string | undefined;
  #runs = 0;
  #questions = 0;
  /** Who waits for what was asked, by its number. */
  readonly #asked = new Map<number, (told: QuestionAnswer | null) => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(listener: Listener, options: Options) {
    this.#listener = listener;
    this.#options = options;
    this.#start();
  }

  run(input: Input): void {
    this.#waiting = input;
    if (this.#worker === undefined) this.#start();
    else this.#send();
  }

  /** Null where no answer will come: the engine is not there yet, or its worker ended. */
  ask(question: Question): Promise<QuestionAnswer | null> {
    const worker = this.#worker;
    if (worker === undefined || !this.#ready) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#questions += 1;
      this.#asked.set(this.#questions, resolve);
      worker.postMessage({ kind: "ask", id: this.#questions, question } satisfies ToWorker);
    });
  }

  dispose(): void {
    for (const resolve of this.#asked.values()) resolve(null);
    this.#asked.clear();
    clearTimeout(this.#timer);
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#ready = false;
    this.#running = undefined;
    this.#records = undefined;
  }

  #start(): void {
    const worker = createWorker(this.#options.url);
    worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => this.#received(data));
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.#fail(`The engine's worker failed${event.message ? `: ${event.message}` : ""}.`);
    });
    this.#worker = worker;
    this.#timer = setTimeout(() => this.#fail("The engine's worker did not start in time."), startDeadline);
  }

  #received(message: FromWorker): void {
    if (message.kind === "told") {
      this.#asked.get(message.id)?.(message.told);
      this.#asked.delete(message.id);
      return;
    }
    if (message.kind === "answer" && message.id !== this.#running) return;
    clearTimeout(this.#timer);
    switch (message.kind) {
      case "ready":
        this.#ready = true;
        this.#listener.ready(message.version);
        break;
      case "failed":
        this.#fail(`The engine could not be loaded: ${message.message}`);
        break;
      case "answer":
        this.#running = undefined;
        if (this.#waiting === undefined) this.#listener.answered(message.answer);
        break;
    }
    this.#send();
  }

  #send(): void {
    if (!this.#ready || this.#running !== undefined || this.#waiting === undefined) return;
    this.#runs += 1;
    this.#running = this.#runs;
    const { records, ...input } = this.#waiting;
    const isSent = records === this.#records;
    const message: ToWorker = { kind: "run", id: this.#running, input, records: isSent ? null : records };
    this.#records = records;
    this.#waiting = undefined;
    this.#worker?.postMessage(message);
    this.#timer = setTimeout(() => this.#outOfTime(), this.#options.deadline);
  }

  #outOfTime(): void {
    this.dispose();
    this.#start();
    const seconds = this.#options.deadline / 1000;
    this.#listener.stopped(
      `The run took longer than ${seconds} s and was stopped. Change the mapping or a record to run again.`,
    );
  }

  /** Nothing is started anew by itself: what failed at once would fail again, without end. The next input tries. */
  #fail(message: string): void {
    this.dispose();
    this.#waiting = undefined;
    this.#listener.stopped(message);
  }
}

function createWorker(url: string | undefined): Worker {
  // Bundlers find the worker by this very form of the call.
  if (url === undefined) return new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  const script = new URL(url, document.baseURI);
  if (script.origin === location.origin) return new Worker(script, { type: "module" });
  // A worker is of the page's own origin (HTML, "run a worker"): its script imports the other one.
  const own = URL.createObjectURL(new Blob([`import ${JSON.stringify(script.href)};`], { type: "text/javascript" }));
  const worker = new Worker(own, { type: "module" });
  for (const event of ["message", "error"])
    worker.addEventListener(event, () => URL.revokeObjectURL(own), { once: true });
  return worker;
}
