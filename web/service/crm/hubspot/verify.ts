/**
 * HubSpot has no conditional writes. After a write the history of its properties tells whether it has overwritten an edit
 * that nobody had seen: then that edit is put back, and the pair is to be decided anew.
 *
 * What remains possible: for the moment between the write and the putting back, others (and workflows) see our value;
 * the edit that was put back bears our name and a later time than it had; and an edit in the moment between the reading
 * of the history and the putting back is found by the same means, but only `rounds` times in a row.
 */
import { chunksOf, contacts, type HubSpotApi, type HubSpotContact, textOf, type Version } from "./api.js";
import { type Input, inputsAtOnce, sendBatch } from "./batch.js";
import { batchRead, isId, versionsOf } from "./read.js";

export interface Written {
  id: string;
  /** What we wrote, as texts. */
  values: Record<string, string>;
  /** What stood there when the write was decided on, as far as that is known. */
  before: Record<string, unknown>;
  /** Versions from before then are no edits that we had not seen. RFC 3339. */
  since: string | null;
}

export type Verdict =
  /** Each property's latest version is ours, or holds our value all the same. */
  | { state: "holds"; ours: boolean; contact: HubSpotContact }
  /** Our write was taken, and somebody has edited since; or HubSpot did not take a property as it was written. */
  | { state: "edited"; contact: HubSpotContact }
  /** Our write had overwritten an edit, which stands again, or stood again until somebody edited it. */
  | { state: "undone" }
  | { state: "gone" }
  /** An edit is overwritten still, since putting it back did not succeed. */
  | { state: "unknown"; why: string };

const rounds = 3;

/**
 * By id. `ourself`: our app's id in the history; without it, any integration that wrote the same is us. `more`: properties
 * that the verdict's contact is to have besides the written ones.
 */
export async function verify(
  api: HubSpotApi,
  written: readonly Written[],
  ourself: string | undefined,
  more: readonly string[] = [],
  round = 1,
): Promise<Map<string, Verdict>> {
  const properties = [...new Set(written.flatMap(({ values }) => Object.keys(values)))];
  const ids = written.flatMap(({ id }) => (isId(id) ? [id] : []));
  const answered = await batchRead(api, ids, [...new Set([...properties, ...more])], { history: properties });
  const byId = new Map(answered.map((contact) => [contact.id, contact]));
  const verdicts = new Map<string, Verdict>();
  const undo: Written[] = [];
  for (const each of written) {
    const contact = byId.get(each.id);
    if (contact === undefined) {
      verdicts.set(each.id, { state: "gone" });
      continue;
    }
    const overwritten = Object.entries(each.values).flatMap(([property, value]) => {
      const edit = overwrittenEdit(versionsOf(contact, property), value, each, property, ourself);
      return edit === null ? [] : [[property, edit] as const];
    });
    if (overwritten.length > 0) {
      const put = Object.fromEntries(overwritten);
      undo.push({ id: each.id, values: put, before: each.values, since: each.since });
    } else if (Object.keys(each.values).some((name) => wasPutBack(versionsOf(contact, name), each, ourself))) {
      verdicts.set(each.id, { state: "undone" });
    } else {
      verdicts.set(each.id, judged(contact, each, ourself));
    }
  }
  if (undo.length === 0) return verdicts;
  for (const [id, verdict] of await putBack(api, undo, ourself, round)) verdicts.set(id, verdict);
  return verdicts;
}

/** What a write of ours left in each property, whatever it holds by now; null where one was not taken since then. */
export function leftByUs(
  contact: HubSpotContact,
  properties: readonly string[],
  since: string | null,
  ourself: string | undefined,
): Record<string, string> | null {
  const left: Record<string, string> = {};
  for (const property of properties) {
    const ours = versionsOf(contact, property).find((version) => isOurs(version, ourself));
    if (ours === undefined || (since !== null && Date.parse(ours.timestamp) <= Date.parse(since))) return null;
    left[property] = textOf(ours.value);
  }
  return left;
}

function isOurs(version: Version, ourself: string | undefined): boolean {
  return version.sourceType === "INTEGRATION" && (ourself === undefined || version.sourceId === ourself);
}

/** The value that somebody wrote after we had looked and before we wrote, while ours is the latest. */
function overwrittenEdit(
  versions: readonly Version[],
  value: string,
  { before, since }: Written,
  property: string,
  ourself: string | undefined,
): string | null {
  const [latest, previous] = versions;
  if (latest === undefined || !isOurs(latest, ourself) || textOf(latest.value) !== value) return null;
  if (previous === undefined || isOurs(previous, ourself) || !Object.hasOwn(before, property)) return null;
  if (since !== null && Date.parse(previous.timestamp) < Date.parse(since)) return null;
  const edit = textOf(previous.value);
  return edit === textOf(before[property]) || edit === value ? null : edit;
}

/** Our latest version is an edit's that the version before it, ours as well, had overwritten: of the answer nobody knows. */
function wasPutBack(versions: readonly Version[], { since }: Written, ourself: string | undefined): boolean {
  const latest = versions.findIndex((version) => isOurs(version, ourself));
  const [back, write, edit] = latest < 0 ? [] : versions.slice(latest);
  if (back === undefined || write === undefined || edit === undefined) return false;
  if (!isOurs(write, ourself) || isOurs(edit, ourself) || textOf(back.value) !== textOf(edit.value)) return false;
  return since === null || Date.parse(edit.timestamp) >= Date.parse(since);
}

function judged(contact: HubSpotContact, { values }: Written, ourself: string | undefined): Verdict {
  let ours = true;
  for (const [property, value] of Object.entries(values)) {
    const [latest] = versionsOf(contact, property);
    const now = textOf(latest?.value ?? contact.properties[property]);
    if (now !== value) return { state: "edited", contact };
    if (latest === undefined ? value !== "" : !isOurs(latest, ourself)) ours = false;
  }
  return { state: "holds", ours, contact };
}

async function putBack(
  api: HubSpotApi,
  undo: readonly Written[],
  ourself: string | undefined,
  round: number,
): Promise<Map<string, Verdict>> {
  const verdicts = new Map<string, Verdict>();
  const done: Written[] = [];
  for (const chunk of chunksOf(undo, inputsAtOnce)) {
    const inputs = chunk.map(
      ({ id, values }): Input => ({ ref: id, id, body: { id, properties: values }, matches: () => false }),
    );
    const { outcomes } = await sendBatch(api, contacts("/batch/update"), inputs);
    for (const each of chunk) {
      const outcome = outcomes.find(({ ref }) => ref === each.id);
      if (outcome?.state === "taken") done.push(each);
      else verdicts.set(each.id, { state: "unknown", why: "an overwritten edit could not be put back" });
    }
  }
  // Putting back is a write as any other, and may have overwritten an edit in its turn.
  if (done.length > 0 && round < rounds) await verify(api, done, ourself, [], round + 1);
  for (const { id } of done) verdicts.set(id, { state: "undone" });
  return verdicts;
}
