/** The store on PostgreSQL, a server or embedded: rows and statements of which each file knows its own. */
import type { Clock } from "../../clock.js";
import type { Keyring } from "../../crm/sealing.js";
import type { Jobs } from "../../jobs/jobs.js";
import type { Database } from "../sql.js";
import type { SyncStore } from "../store.js";
import { Addresses } from "./addresses.js";
import { callers } from "./callers.js";
import { changes } from "./changes.js";
import { commits } from "./commit.js";
import type { Context } from "./context.js";
import { drafts } from "./drafts.js";
import { erasures } from "./erasures.js";
import { figures } from "./figures.js";
import { inbox } from "./inbox.js";
import { integrations } from "./integrations.js";
import { LinkKeys } from "./link-keys.js";
import { migrate } from "./migrate.js";
import { pairs } from "./pairs.js";
import { pauses } from "./pauses.js";
import { pruning } from "./prune.js";
import { reviews } from "./reviews.js";
import { runs } from "./runs.js";
import { settlements } from "./settle.js";
import { Upgrade, upgrades } from "./upgrade.js";
import { watching } from "./watching.js";
import { writings } from "./written.js";

/** `keyring`: the keys of links are sealed under it. */
export function createPostgresStore(
  database: Database,
  jobs: Pick<Jobs, "wake">,
  clock: Clock,
  keyring: Keyring,
): SyncStore {
  const upgrade = new Upgrade();
  const keys = new LinkKeys(keyring, clock, upgrade);
  return storeOf({ database, jobs, clock, addresses: new Addresses(), keys, upgrade });
}

function storeOf(context: Context): SyncStore {
  const { database, jobs } = context;
  const parts = [
    integrations(context),
    drafts(context),
    callers(context),
    inbox(context),
    changes(context),
    pairs(context),
    commits(context),
    settlements(context),
    reviews(context),
    runs(context),
    pauses(context),
    watching(context),
    writings(context),
    figures(context),
    erasures(context),
    pruning(context),
    upgrades(database),
    {
      within: (trace) => storeOf({ ...context, jobs: traced(jobs, trace) }),
      exclusively: (name, work) => database.exclusively(name, work),
      migrate: () => migrate(database),
      close: () => database.close(),
    } satisfies Partial<SyncStore>,
  ] as const;
  // Each request has a store within its trace, and one literal of so many spreads would take V8 a hundred times as long.
  return Object.assign({}, ...parts) as Whole<(typeof parts)[number]>;
}

/** All of a union's members at once. */
type Whole<Part> = (Part extends unknown ? (part: Part) => void : never) extends (part: infer All) => void
  ? All
  : never;

const traced = (jobs: Context["jobs"], trace: string): Context["jobs"] => ({
  wake: (sql, integration, wakes) =>
    jobs.wake(
      sql,
      integration,
      wakes.map((wake) => ({ trace, ...wake })),
    ),
});
