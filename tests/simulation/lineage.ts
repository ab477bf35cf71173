/**
 * Who knew what: every edit is a version that knows the versions it was made upon. The engine never sees this; it is
 * what its decisions are judged by.
 */
import type { SideName } from "./fields.js";

export interface Version {
  side: SideName | "both";
  /** When it was really made, in milliseconds. */
  at: number;
  knows: Version[];
  /** Whoever made it went back to what both sides had agreed on. */
  returnsTo?: Version;
}

/** Of a field that nobody has ever filled. */
export const origin = (): Version => ({ side: "both", at: 0, knows: [] });

/** Whether who made `later`, or decided for it, knew of `earlier`; every version knows itself. */
export function knows(later: Version, earlier: Version): boolean {
  const seen = new Set([later]);
  for (const version of seen) {
    if (version === earlier) return true;
    for (const known of version.knows) seen.add(known);
  }
  return false;
}

/** Neither knew of the other: they contradict each other, unless they say the same. */
export const contradict = (a: Version, b: Version) => !knows(a, b) && !knows(b, a);

/** From now on `winner` stands for both. */
export function settle(winner: Version, loser: Version): void {
  if (!knows(winner, loser)) winner.knows.push(loser);
}
