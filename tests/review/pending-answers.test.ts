/** Answers wait before they are sent, and can be taken back until then. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { PendingAnswers } from "../../web/review/pending-answers.js";
import type { Answered, Review, ReviewAnswer } from "../../web/review/source.js";

const grace = 5000;
const local: ReviewAnswer = { choose: "local" };
const review = (id: string, integration = "hubspot"): Review => ({
  ...{ id, integration, contact: "c1", crmId: "1", field: "city", local: "Ulm", crm: "Bonn", base: null },
  ...{ reason: "manual_review", opened_at: "2026-03-01T10:00:00Z", candidates: null },
});
const [one, two] = [review("1"), review("2")];

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

function answers(answer: (review: Review) => Promise<Answered> = async () => "answered") {
  const sent: [string, ReviewAnswer][] = [];
  const source = {
    list: async () => [one, two],
    answer: (given: Review, what: ReviewAnswer) => {
      sent.push([given.id, what]);
      return answer(given);
    },
  };
  return { sent, pending: new PendingAnswers(source, grace, () => {}) };
}

test("an answer is sent once its time is over, and once", async () => {
  const { sent, pending } = answers();
  pending.give([one], local);
  mock.timers.tick(grace - 1);
  assert.deepEqual([sent, pending.of(one)?.state, pending.isOpen(one)], [[], "pending", false]);
  mock.timers.tick(1);
  pending.give([one], { choose: "crm" });
  await pending.flush();
  mock.timers.tick(grace);
  assert.deepEqual(sent, [["1", local]]);
  assert.equal(pending.of(one)?.state, "answered");
});

test("what was answered together is taken back together, the last first", async () => {
  const { sent, pending } = answers();
  const three = review("3");
  pending.give([one, two], local);
  pending.give([three], { choose: "crm" });
  assert.deepEqual(pending.takeBack(), [three]);
  assert.deepEqual(pending.takeBack(one), [one, two]);
  assert.deepEqual([pending.takeBack(), pending.canTakeBack, pending.isOpen(two)], [[], false, true]);
  mock.timers.tick(grace);
  assert.deepEqual(sent, []);
});

test("whoever leaves has answered", async () => {
  const { sent, pending } = answers();
  pending.give([one, two], { choose: "value", value: 12345678901234567890n });
  await pending.flush();
  assert.deepEqual(
    sent.map(([id]) => id),
    ["1", "2"],
  );
  assert.deepEqual(pending.takeBack(), [], "it is too late");
});

test("what is not taken is said; what may have been, or did not fit, can be answered again", async () => {
  const outcomes: Record<string, () => Promise<Answered>> = {
    gone: async () => "gone",
    unfit: async () => "unfit",
    failed: () => Promise.reject(new TypeError("fetch failed")),
  };
  const { pending } = answers(({ id }) => (outcomes[id] as () => Promise<Answered>)());
  const all = Object.keys(outcomes).map((id) => review(id));
  pending.give(all, local);
  await pending.flush();
  assert.deepEqual(
    all.map((given) => [pending.of(given)?.state, pending.isOpen(given)]),
    [
      ["gone", false],
      ["unfit", true],
      ["failed", true],
    ],
  );
  const fate = pending.of(all[2] as Review);
  assert.ok(fate?.state === "failed" && fate.why === "fetch failed");
});

test("the same id in two integrations is two reviews", () => {
  const { pending } = answers();
  pending.give([review("1", "salesforce")], local);
  assert.deepEqual([pending.isOpen(one), pending.isOpen(review("1", "salesforce"))], [true, false]);
});
