/**
 * Deletions, also those of persons who ask to be forgotten. Salesforce has no condition for them: the record is read and
 * compared right before, and what is edited in between goes into the recycle bin with it.
 */
import { collectionSize, dataPath } from "./api.js";
import type { Context } from "./context.js";
import { errorsOf, outcomeOf } from "./errors.js";
import { longId } from "./ids.js";
import { type Answers, answer, chunks, sendTogether, type Write } from "./outcomes.js";
import { readRecords } from "./read.js";
import { isAsSeen } from "./updates.js";

type Delete = Write<"delete">;

export async function deleteRecords(context: Context, writes: readonly Delete[], answers: Answers): Promise<void> {
  for (const some of chunks(writes, collectionSize)) {
    const fields = some.flatMap(({ seen }) => Object.keys(seen.values));
    const held = await readRecords(
      context,
      some.map(({ id }) => id),
      fields,
    );
    const sending: Delete[] = [];
    for (const write of some) {
      const now = held.get(write.id) ?? null;
      if (now === null || now.deleted !== undefined || now.id !== longId(write.id)) {
        answer(answers, write, { state: "gone" });
      } else if (!isAsSeen(write.seen, now)) answer(answers, write, { state: "changed" });
      else sending.push(write);
    }
    if (sending.length === 0) continue;
    const send = (sent: readonly Delete[]) => {
      const ids = sent.map(({ id }) => longId(id)).join(",");
      return context.requests.write("DELETE", `${dataPath}/composite/sobjects?ids=${ids}&allOrNone=false`);
    };
    await sendTogether(answers, sending, send, (sent, body) => {
      const results = Array.isArray(body) && body.length === sent.length ? (body as Record<string, unknown>[]) : [];
      for (const [index, write] of sent.entries()) {
        const result = results[index];
        if (result?.success === true) {
          answer(answers, write, { state: "written", id: longId(write.id) as string, record: {}, updatedAt: null });
        } else answer(answers, write, outcomeOf(200, errorsOf(result?.errors), []));
      }
    });
  }
}
