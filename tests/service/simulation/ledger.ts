/** What happened in all, and what must not have. */
import type { SideName } from "../../simulation/fields.js";
import type { Edited } from "./fields.js";
import type { Breach as FieldBreach } from "./history.js";
import type { Person } from "./person.js";
import type { Tenant } from "./tenant.js";

export type Breach =
  | FieldBreach
  | "sides differ"
  | "not delivered"
  | "duplicate"
  | "came back"
  | "edit lost with its record"
  | "not forgotten"
  | "opt-out lifted"
  | "nobody opted out"
  | "missing review"
  | "false review"
  | "not replayed"
  | "not at rest"
  | "alert";

export class Ledger {
  readonly breaches = new Map<Breach, number>();
  readonly stories: string[] = [];
  /** Of whom a breach was found. */
  readonly suspects = new Set<Person>();
  serial = 0;
  acts = 0;
  edits = 0;
  optOuts = 0;
  optIns = 0;
  deletions = 0;
  merges = 0;
  answers = 0;
  decisions = 0;
  replayed = 0;
  openReviews = 0;
  fights = 0;
  connections = 0;

  breach(breach: Breach, story: string, person?: Person): void {
    if (person !== undefined) this.suspects.add(person);
    this.breaches.set(breach, this.of(breach) + 1);
    if (this.stories.length < 50) this.stories.push(`${breach}: ${story}`);
  }

  of = (breach: Breach): number => this.breaches.get(breach) ?? 0;

  /** Somebody looks at a field. */
  look({ ref }: Tenant, person: Person, field: Edited, side: SideName, value: string): FieldBreach | null {
    const history = person.history(field);
    const before = history.held[side];
    const breach = history.seen(side, value);
    if (breach === null) return null;
    const { number, contact, crmId } = person;
    const story = `${field} of ${side} was ${JSON.stringify(before.value)} and is ${JSON.stringify(value)}`;
    this.breach(breach, `person ${number} of ${ref.tenant} (${contact}, ${crmId}): ${story}`, person);
    // From here on it is what it is, so that one breach is told once.
    history.unsure = true;
    history.seen(side, value);
    return breach;
  }
}
