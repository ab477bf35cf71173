/** Edits on both sides while the backfill goes on, and after it; how long each took to reach the other side. */
import { setTimeout as wait } from "node:timers/promises";
import type { Hands } from "../sync/hands.js";
import type { Service } from "./service.js";

export interface Edit {
  person: number;
  side: "crm" | "local";
  at: number;
  arrived: number | null;
}

export class Live {
  readonly edits: Edit[] = [];

  constructor(
    private readonly hands: Hands,
    private readonly people: readonly { person: number; crmId: string; contact: string }[],
    private readonly aSecond: number,
  ) {}

  arrived = (number: number): void => {
    const edit = this.edits[number - 1];
    if (edit !== undefined) edit.arrived ??= Date.now();
  };

  /** Each side has a field of its own, so that what is to be there in the end is known. */
  async editWhile(goesOn: () => boolean, service: Service): Promise<Edit[]> {
    const first = this.edits.length;
    const posts: Promise<unknown>[] = [];
    while (goesOn()) {
      const one = this.people[this.edits.length % this.people.length];
      if (one === undefined) break;
      const side = this.edits.length % 2 === 0 ? "crm" : "local";
      const at = Date.now();
      const number = this.edits.push({ person: one.person, side, at, arrived: null });
      if (side === "crm") this.hands.edit(one.crmId, { phone: `live-${number}` });
      else {
        const change = {
          id: one.contact,
          patch: { first_name: `live-${number}` },
          updatedAt: new Date(at).toISOString(),
        };
        posts.push(service.call("POST", "/contacts/changes", { changes: [change] }));
      }
      await wait(1000 / this.aSecond);
    }
    await Promise.all(posts);
    return this.edits.slice(first);
  }

  /** What a person was last given on a side. */
  lastOf(person: number, side: Edit["side"]): string | null {
    const index = this.edits.findLastIndex((edit) => edit.person === person && edit.side === side);
    return index < 0 ? null : `live-${index + 1}`;
  }
}

export interface Latency {
  edits: number;
  p50: number;
  p99: number;
}

/** Of those between whose edit and arrival no process was killed; milliseconds. */
export function latencyOf(edits: readonly Edit[], { kills, starts }: Pick<Service, "kills" | "starts">): Latency {
  const down = kills.map((at) => [at, starts.find((start) => start > at) ?? Number.POSITIVE_INFINITY] as const);
  const times = edits
    .flatMap(({ at, arrived }) =>
      arrived === null || down.some(([from, to]) => at < to && arrived > from) ? [] : [arrived - at],
    )
    .sort((one, other) => one - other);
  const of = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { edits: times.length, p50: of(0.5), p99: of(0.99) };
}
