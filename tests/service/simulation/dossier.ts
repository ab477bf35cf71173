/** All that is known of somebody of whom a breach was found: what people did, and what the service decided and wrote. */
import { editedFields } from "./fields.js";
import type { Edit } from "./history.js";
import type { Person } from "./person.js";
import type { Tenant } from "./tenant.js";
import type { World } from "./world.js";

export interface Dossier {
  tenant: string;
  person: number;
  contact: string | null;
  crmId: string | null;
  outs: Person["outs"];
  gone: Person["gone"];
  edits: Record<string, object[]>;
  decisions: object[];
}

export async function dossiers(world: World): Promise<Dossier[]> {
  const all: Dossier[] = [];
  for (const tenant of world.tenants)
    for (const person of tenant.people)
      if (world.ledger.suspects.has(person)) all.push(await dossier(world, tenant, person));
  return all;
}

async function dossier({ host }: World, tenant: Tenant, person: Person): Promise<Dossier> {
  const { number, crmId, outs, gone } = person;
  const contact = tenant.contactOf(person);
  const { store } = host.of(tenant.ref.tenant);
  const entries = contact === null ? [] : await store.audit(tenant.ref.tenant, { contact, limit: 500 });
  const edits = Object.fromEntries(
    editedFields.map((field) => [field, person.history(field).edits.map((edit, _, edits) => shown(edit, edits))]),
  );
  return {
    ...{ tenant: tenant.ref.tenant, person: number, contact, crmId, outs, gone, edits },
    decisions: entries.reverse().map(({ at, actor, input, decision }) => ({
      ...{ at, actor },
      ...{ input: JSON.parse(input ?? "null"), decision: JSON.parse(decision ?? "null") },
    })),
  };
}

/** Edits name each other by their place. */
function shown({ side, at, value, saw, knows, unsure, answer, early, spread }: Edit, edits: Edit[]) {
  const place = (edit: Edit) => edits.indexOf(edit);
  return {
    ...{ side, at: new Date(at).toISOString(), value, saw: saw === null ? null : place(saw) },
    knows: knows.map((edit) => place(edit as Edit)),
    ...{ unsure, answer, early, spread },
  };
}
