/** The portal's users, as far as contacts can be theirs. */
import type { Clock } from "../../service/clock.js";
import { behaves } from "../behaviours.js";
import { badRequest } from "./errors.js";

behaves(
  "hubspot",
  "documented",
  "Owners are listed by pages of at most 500; those who have left are told where archived=true asks for them.",
  "HubSpot, Owners API: retrieve all owners",
);
behaves(
  "hubspot",
  "assumed",
  "A contact's owner has to be one who is there.",
  "INVALID_OWNER_ID is not documented for contacts",
);

export interface Owner {
  email: string;
  firstName?: string;
  lastName?: string;
  /** Has left. */
  archived?: boolean;
}

export class Owners {
  readonly #owners = new Map<string, Owner & { createdAt: string }>();

  constructor(private readonly clock: Clock) {}

  /** The id. */
  add(owner: Owner): string {
    const id = String(70_000_001 + this.#owners.size);
    this.#owners.set(id, { ...owner, createdAt: new Date(this.clock.now()).toISOString() });
    return id;
  }

  archive(id: string): void {
    const owner = this.#owners.get(id);
    if (owner !== undefined) owner.archived = true;
  }

  has(id: string): boolean {
    const owner = this.#owners.get(id);
    return owner !== undefined && owner.archived !== true;
  }

  page(query: URLSearchParams) {
    const limit = Number(query.get("limit") ?? 100);
    if (!(limit >= 1 && limit <= 500)) throw badRequest("limit must be between 1 and 500");
    const archived = query.get("archived") === "true";
    const email = query.get("email");
    const after = query.get("after") ?? "0";
    const found = [...this.#owners].filter(
      ([id, owner]) =>
        (owner.archived ?? false) === archived &&
        Number(id) > Number(after) &&
        (email === null || owner.email === email),
    );
    const results = found.slice(0, limit).map(([id, { email: address, firstName = "", lastName = "", createdAt }]) => ({
      ...{ id, email: address, type: "PERSON", firstName, lastName, userId: Number(id) - 60_000_000 },
      ...{ createdAt, updatedAt: createdAt, archived },
    }));
    const last = results.at(-1);
    return { results, ...(found.length > limit && last !== undefined && { paging: { next: { after: last.id } } }) };
  }
}
