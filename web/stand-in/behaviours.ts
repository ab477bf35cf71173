/**
 * What the stand-in takes to be a vendor's behaviour, and how we know. A behaviour that nothing but an assumption stands
 * behind is one that only a real account can confirm; docs/stand-in.md is made of this list.
 */

/** documented: by the vendor. recorded: seen in an answer of the real service. assumed: neither. */
export type Ground = "documented" | "recorded" | "assumed";

export interface Behaviour {
  crm: "hubspot" | "salesforce";
  /** What happens, in a sentence. */
  what: string;
  ground: Ground;
  /** The vendor's page, the recording's place, or why it is assumed. */
  source: string;
}

const all: Behaviour[] = [];

/** To be called beside the code that behaves so. */
export function behaves(crm: Behaviour["crm"], ground: Ground, what: string, source: string): void {
  all.push({ crm, ground, what, source });
}

export const behaviours: readonly Behaviour[] = all;
