/** The page's end of the worker, against one that answers when the test says so. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { EngineWorker } from "../../web/preview/engine-worker.js";
import type { Answer, Input, ToWorker } from "../../web/preview/protocol.js";

class ScriptedWorker extends EventTarget {
  static all: ScriptedWorker[] = [];
  readonly posted: ToWorker[] = [];
  isTerminated = false;

  constructor() {
    super();
    ScriptedWorker.all.push(this);
  }
  postMessage(message: ToWorker): void {
    this.posted.push(message);
  }
  terminate(): void {
    this.isTerminated = true;
  }
  says(data: object): void {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }
  answers(index: number): void {
    const message = this.posted[index] as ToWorker;
    if (message.kind === "ask") this.says({ kind: "told", id: message.id, told: { completions: [], hover: null } });
    else this.says({ kind: "answer", id: message.id, answer: { outcome: message.input.mapping } });
  }
}

const inputOf = (mapping: string) => ({ mapping }) as Input;
let engine: EngineWorker;
let told: string[];
const worker = () => ScriptedWorker.all.at(-1) as ScriptedWorker;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  Object.assign(globalThis, { Worker: ScriptedWorker });
  ScriptedWorker.all = [];
  told = [];
  const listener = {
    ready: (version: string) => told.push(`ready ${version}`),
    answered: ({ outcome }: Answer) => told.push(`answered ${outcome}`),
    stopped: (message: string) => told.push(message),
  };
  engine = new EngineWorker(listener, { deadline: 2000, url: undefined });
});
afterEach(() => {
  engine.dispose();
  mock.timers.reset();
});

test("inputs wait for the engine, and only the newest is run", () => {
  engine.run(inputOf("a"));
  engine.run(inputOf("b"));
  assert.equal(worker().posted.length, 0);
  worker().says({ kind: "ready", version: "1" });
  worker().answers(0);
  assert.deepEqual(told, ["ready 1", "answered b"]);
});

test("an answer to what has been edited since is dropped", () => {
  worker().says({ kind: "ready", version: "1" });
  engine.run(inputOf("a"));
  engine.run(inputOf("b"));
  engine.run(inputOf("c"));
  worker().answers(0);
  assert.deepEqual(told, ["ready 1"]);
  worker().answers(1);
  worker().answers(0);
  assert.deepEqual(told, ["ready 1", "answered c"]);
});

test("records that the worker has are not sent again, and a new worker gets them", () => {
  const records = () => worker().posted.map((message) => (message.kind === "run" ? message.records : message.kind));
  const run = (mapping: string, text: string) => {
    engine.run({ mapping, records: text } as Input);
    if (worker().posted.length > 0) worker().answers(worker().posted.length - 1);
  };
  worker().says({ kind: "ready", version: "1" });
  run("a", "{}");
  run("b", "{}");
  run("c", "[]");
  assert.deepEqual(records(), ["{}", null, "[]"]);
  engine.run({ mapping: "endless", records: "[]" } as Input);
  mock.timers.tick(2000);
  worker().says({ kind: "ready", version: "1" });
  run("d", "[]");
  assert.deepEqual(records(), ["[]"]);
});

test("a run past its deadline ends with its worker, and what waits is run by a new one", () => {
  worker().says({ kind: "ready", version: "1" });
  engine.run(inputOf("endless"));
  engine.run(inputOf("a"));
  mock.timers.tick(1999);
  assert.equal(worker().isTerminated, false);
  mock.timers.tick(1);
  const [first, second] = ScriptedWorker.all;
  assert.deepEqual([first?.isTerminated, second?.isTerminated], [true, false]);
  assert.match(told.at(-1) ?? "", /took longer than 2 s and was stopped/);
  second?.says({ kind: "ready", version: "1" });
  second?.answers(0);
  assert.equal(told.at(-1), "answered a");
});

test("a worker that never starts is given up, and the next input tries again", () => {
  engine.run(inputOf("a"));
  mock.timers.tick(30_000);
  assert.match(told.at(-1) ?? "", /did not start/);
  assert.deepEqual(
    ScriptedWorker.all.map(({ isTerminated }) => isTerminated),
    [true],
  );
  engine.run(inputOf("b"));
  worker().says({ kind: "ready", version: "1" });
  worker().answers(0);
  assert.equal(told.at(-1), "answered b");
});

test("an engine that cannot be loaded is said once, not tried without end", () => {
  worker().says({ kind: "failed", message: "no such file" });
  assert.match(told.at(-1) ?? "", /could not be loaded: no such file/);
  mock.timers.tick(60_000);
  assert.equal(ScriptedWorker.all.length, 1);
  assert.equal(told.length, 1);
});

const question = { about: "hover", mapping: "a", line: 1, column: 1 } as const;

test("what an editor asks is answered beside the runs", async () => {
  assert.equal(await engine.ask(question), null);
  worker().says({ kind: "ready", version: "1" });
  engine.run(inputOf("a"));
  const asked = engine.ask(question);
  worker().answers(1);
  assert.deepEqual(await asked, { completions: [], hover: null });
  worker().answers(0);
  assert.equal(told.at(-1), "answered a");
});

test("whoever asks a worker that is stopped gets no answer, rather than waiting for ever", async () => {
  worker().says({ kind: "ready", version: "1" });
  engine.run(inputOf("endless"));
  const asked = engine.ask(question);
  mock.timers.tick(2000);
  assert.equal(await asked, null);
});
