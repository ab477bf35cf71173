/**
 * What became of one field of one person: every edit with what its author saw, which no sync can know, and whether what
 * is seen on a side may stand there.
 */

import type { SideName } from "../../simulation/fields.js";
import { contradict, knows, settle, type Version } from "../../simulation/lineage.js";
import { type Edited, strategies } from "./fields.js";

export interface Edit extends Version {
  value: string;
  /** What its author saw; null: the field as it was before anybody filled it. */
  saw: Edit | null;
  /** It was seen on the side that it was not made on. */
  spread: boolean;
  /**
   * Something else was written in the moment in which it was made, or it cannot be known whether it was: what its author
   * saw, or saw of what was made so.
   */
  unsure: boolean;
  /** A person's answer to a review. */
  answer: boolean;
  /** Made before the two records were one pair. */
  early: boolean;
}

export type Breach = "edit lost" | "wrong winner" | "value invented";

/** Whether it is that value, or its author had it before them, perhaps through others. */
function madeUpon(by: Edit, value: string): boolean {
  for (let edit: Edit | null = by; edit !== null; edit = edit.saw) if (edit.value === value) return true;
  return false;
}

export class History {
  readonly edits: Edit[];
  /** What each side was last known to hold. */
  readonly held: Record<SideName, Edit>;
  /** Whatever happened while the records were no pair: only who is alike is asked of this field. */
  unsure = false;

  constructor(readonly field: Edited) {
    const more = { saw: null, spread: true, unsure: false, answer: false, early: true };
    const origin: Edit = { side: "both", at: 0, knows: [], value: "", ...more };
    this.edits = [origin];
    this.held = { local: origin, crm: origin };
  }

  edit(side: SideName, value: string, at: number, more: Partial<Edit> = {}): Edit {
    const saw = this.held[side];
    const blank = { spread: false, unsure: false, answer: false, early: false };
    const edit: Edit = { side, at, knows: [saw], value, saw, ...blank, ...more };
    edit.unsure ||= saw.unsure && !saw.spread;
    this.edits.push(edit);
    this.held[side] = edit;
    return edit;
  }

  /** Whoever answered had both before their eyes. */
  answered(value: string, at: number, local: string, crm: string): void {
    const seen = this.edits.filter((edit) => edit.value === local || edit.value === crm);
    const more = { saw: null, spread: true, unsure: false, answer: true, early: false };
    this.edits.push({ side: "both", at, knows: seen, value, ...more });
  }

  /** Something is seen on a side. Null: rightly; and what it stands for is what that side holds from now on. */
  seen(side: SideName, value: string): Breach | null {
    const held = this.held[side];
    if (held.value === value) return null;
    const candidates = this.edits.filter((edit) => edit.value === value).reverse();
    const found =
      candidates.find((edit) => this.#replaces(edit, held, side) === null) ?? (this.unsure && candidates[0]);
    if (found) {
      settle(found, held);
      found.spread ||= found.side !== side;
      this.held[side] = found;
      return null;
    }
    const [latest] = candidates;
    return latest === undefined ? "value invented" : this.#replaces(latest, held, side);
  }

  /** Whether both sides contradict each other, as far as can be told. */
  contradicted(): boolean {
    const { local, crm } = this.held;
    return local.value !== crm.value && (contradict(local, crm) || local.unsure || crm.unsure);
  }

  #replaces(by: Edit, held: Edit, side: SideName): Breach | null {
    if (knows(by, held) || by.unsure || held.unsure) return null;
    if (knows(held, by)) return "edit lost";
    if (this.#unchanged(held, by)) return null;
    // Before the two were a pair a blank was no edit: it never beats a value.
    if ((held.early && held.value === "") || (by.early && by.value === "")) return null;
    return this.#mayWin(by, held, side) ? null : "wrong winner";
  }

  /** The held value is what `by` was made upon: whoever typed it has gone back to it, or copied it. */
  #unchanged(held: Edit, by: Edit): boolean {
    for (let saw = by.saw; saw !== null; saw = saw.saw) {
      if (saw.value === held.value) return true;
      if (saw.spread || saw.side !== by.side) return false;
    }
    return false;
  }

  #mayWin(by: Edit, held: Edit, side: SideName): boolean {
    switch (strategies[this.field]) {
      case "crm_wins":
        return side === "local";
      case "penguinmails_wins":
        return side === "crm";
      case "newest_wins":
        // Of the CRM's edits no more may be known than when the record was last touched; of PenguinMails' all.
        return side === "local" || by.at > held.at;
      case "manual":
        return this.edits.some((edit) => edit.answer && knows(edit, held) && madeUpon(by, edit.value));
    }
  }
}
