/** What was edited when and where, and when it was on the other side. Values count upwards, so that a later one is known. */
import type { Arrived, Held, Watched } from "./messages.js";
import { keyOf, tenantOf } from "./messages.js";
import { now, type Spread, spreadOf } from "./time.js";

/** People in the CRM edit phones, PenguinMails' own application cities: nobody's edit stands against another's. */
export const fieldOf = { crm: "phone", local: "city" } as const;
export type Side = keyof typeof fieldOf;

export interface Edit {
  key: string;
  side: Side;
  value: number;
  at: number;
  /** When it was on the other side, or a later one was. */
  arrived: number | null;
}

/** A record of the CRM as it is there; null: there is none. */
export type Record = { [field in Watched]?: unknown } | null;

export class Ledger {
  #value = 100_000;
  readonly edits: Edit[] = [];
  /** On their way, by side, key and in their order. */
  readonly #open = new Map<string, Edit[]>();
  /** The last value of each field that was edited. */
  readonly #last = new Map<string, Edit>();
  /** How many of them there are, by tenant. */
  readonly #count = new Map<string, number>();

  edit(key: string, side: Side): Edit {
    const edit: Edit = { key, side, value: ++this.#value, at: now(), arrived: null };
    const place = `${side}/${key}`;
    this.edits.push(edit);
    this.#last.set(place, edit);
    const open = this.#open.get(place);
    if (open === undefined) this.#open.set(place, [edit]);
    else open.push(edit);
    this.#counted(key, 1);
    return edit;
  }

  /** Edits on their way; a tenant's own, if one is given. */
  open(tenant?: string): number {
    if (tenant !== undefined) return this.#count.get(tenant) ?? 0;
    return [...this.#count.values()].reduce((sum, count) => sum + count, 0);
  }

  /** What has not arrived by now is lost, and nobody waits for it. */
  giveUp(): void {
    this.#open.clear();
    this.#count.clear();
  }

  #counted(key: string, more: number): void {
    const tenant = tenantOf(key);
    this.#count.set(tenant, (this.#count.get(tenant) ?? 0) + more);
  }

  /** What is on the local side has come from the CRM, and the other way round. */
  arrived({ side, at, records }: Arrived): void {
    const from: Side = side === "local" ? "crm" : "local";
    for (const { key, fields } of records) {
      const value = Number(fields[fieldOf[from]] ?? Number.NaN);
      const place = `${from}/${key}`;
      const open = this.#open.get(place);
      if (open === undefined) continue;
      while (open[0] !== undefined && open[0].value <= value) {
        open[0].arrived = at;
        open.shift();
        this.#counted(key, -1);
      }
      if (open.length === 0) this.#open.delete(place);
    }
  }

  /** How long edits took to the other side; of a pair that was edited on both, until the later of both had arrived. */
  latency(since = 0, ours: (edit: Edit) => boolean = () => true): { [side in Side]: Spread } {
    const of = (side: Side) =>
      spreadOf(
        this.edits.flatMap((edit) =>
          edit.side === side && edit.at >= since && edit.arrived !== null && ours(edit) ? [edit.arrived - edit.at] : [],
        ),
      );
    return { crm: of("crm"), local: of("local") };
  }

  /**
   * Record by record: the last edits of which either side holds another value than was written, each once. `inCrm` gives
   * the CRM's record.
   */
  lost(contacts: readonly Held[], inCrm: (key: string) => Record, since = 0): Edit[] {
    const here = new Map(contacts.map((contact) => [keyOf(contact.tenant, contact.id), contact]));
    return [...this.#last.values()].filter(({ key, side, value, at }) => {
      if (at < since) return false;
      const field = fieldOf[side];
      return here.get(key)?.fields[field] !== String(value) || String(inCrm(key)?.[field]) !== String(value);
    });
  }
}
