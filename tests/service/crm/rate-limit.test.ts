import assert from "node:assert/strict";
import { test } from "node:test";
import { createRateLimit } from "../../../web/service/crm/rate-limit.js";
import { handClock } from "./support.js";

test("in no interval more than the capacity and the refill are let through", async () => {
  const clock = handClock(0);
  const limit = createRateLimit({ clock, capacity: 20, refill: 80, interval: 10_000 });
  clock.time += 3_600_000; // an idle hour saves nothing up
  const begin = clock.time;
  const times: number[] = [];
  for (let count = 0; count < 400; count++) {
    await limit.take();
    times.push(clock.time);
  }
  for (const start of times) {
    const within = times.filter((time) => time >= start && time < start + 10_000).length;
    assert(within <= 100, `${within} from ${start}`);
  }
  assert(clock.time - begin < 60_000, "and not much slower than allowed");
});

test("those that ask at the same time wait one after the other", async () => {
  const waits: number[] = [];
  const clock = { now: () => 0, sleep: async (milliseconds: number) => void waits.push(milliseconds) };
  const limit = createRateLimit({ clock, capacity: 1, refill: 4, interval: 1000 });
  await Promise.all([limit.take(), limit.take(), limit.take()]);
  assert.deepEqual(waits, [250, 500]);
});

test("nothing passes before the end of a hold, also not what was waiting already", async () => {
  const clock = handClock(0);
  const limit = createRateLimit({ clock, capacity: 1, refill: 1, interval: 1000 });
  await limit.take();
  const sleep = clock.sleep;
  clock.sleep = async (milliseconds) => {
    limit.hold(5000);
    await sleep(milliseconds);
  };
  await limit.take();
  assert.equal(clock.time, 5000);
});

test("a wait beyond the patience is refused with its length, and takes no turn from others", async () => {
  const clock = handClock(0);
  const limit = createRateLimit({ clock, capacity: 1, refill: 1, interval: 1000 });
  limit.hold(3_600_000);
  for (let count = 0; count < 3; count++) await assert.rejects(limit.take(), { kind: "later", after: 3_600_000 });
  clock.time = 3_600_000;
  await limit.take();
  assert.equal(clock.slept, 0);
});

test("what nobody waits for leaves half of the capacity to others, and none of them waits behind it", async () => {
  const clock = handClock(0);
  const limit = createRateLimit({ clock, capacity: 20, refill: 80, interval: 10_000 });
  const behind = limit.behind();
  for (let count = 0; count < 10; count++) await behind.take();
  assert.equal(clock.slept, 0, "half of it is had at once");
  for (let count = 0; count < 80; count++) await behind.take();
  assert.equal(clock.time, 10_000, "from then on as fast as the vendor allows");
  const before = clock.time;
  for (let count = 0; count < 10; count++) await limit.take();
  assert.equal(clock.time, before, "and others find their half");
});

test("what nobody waits for is let through once its patience is over, however many others there are", async () => {
  const clock = handClock(0);
  const limit = createRateLimit({ clock, capacity: 4, refill: 1, interval: 1000, patience: 3000 });
  clock.sleep = async (milliseconds) => {
    for (const end = clock.time + milliseconds; clock.time < end; ) {
      clock.time += 1000;
      if (clock.time <= 3000) await limit.take(); // whatever comes, somebody else has it
    }
  };
  for (let count = 0; count < 4; count++) await limit.take();
  await limit.behind().take();
  assert.equal(clock.time, 4000);
});

test("a hold is everybody's", async () => {
  const clock = handClock(0);
  const limit = createRateLimit({ clock, capacity: 1, refill: 1, interval: 1000 });
  limit.behind().hold(5000);
  await limit.take();
  assert.equal(clock.time, 5000);
  limit.hold(3_600_000);
  await assert.rejects(limit.behind().take(), { kind: "later" });
});

test("of what nobody waits for none overtakes another", async () => {
  const clock = handClock(0);
  const limit = createRateLimit({ clock, capacity: 2, refill: 1, interval: 1000 });
  const behind = limit.behind();
  const order: number[] = [];
  await Promise.all([0, 1, 2, 3].map((number) => behind.take().then(() => order.push(number))));
  assert.deepEqual(order, [0, 1, 2, 3]);
  limit.hold(clock.time + 3_600_000);
  await assert.rejects(behind.take(), { kind: "later" });
  clock.time += 3_600_000;
  await behind.take();
});
