/** Every decision that was kept is made once more, from its input alone; of whoever was erased there is none. */
import type { Engine, Mapping } from "@penguinmails/crm-sync";
import { encode } from "../../../bindings/package/encode.js";
import type { AuditEntry, Erasure } from "../../../web/service/store/model.js";
import type { World } from "./world.js";

export async function replay({ host, tenants, ledger }: World, engine: Engine): Promise<void> {
  for (const { ref } of tenants) {
    const { store } = host.of(ref.tenant);
    const erasures = await store.erasures();
    const integration = await store.integration(ref);
    const { mapping } = engine.compile(integration?.mapping.file ?? "");
    if (mapping === null) throw new Error("the mapping does not compile");
    for (let before: string | undefined; ; ) {
      const entries = await store.audit(ref.tenant, { limit: 500, ...(before !== undefined && { before }) });
      for (const entry of entries) {
        if (entry.input === null && erasures.some(isOf(entry, ref.tenant))) continue;
        ledger.decisions++;
        if (again(mapping, entry) === entry.decision) ledger.replayed++;
        else ledger.breach("not replayed", `${entry.id} of ${entry.contact}`);
      }
      before = entries.at(-1)?.id;
      if (before === undefined) break;
    }
    mapping.dispose();
  }
}

const isOf =
  ({ contact }: AuditEntry, of: string) =>
  ({ tenant, subject }: Erasure) =>
    tenant === of && subject === `local:${contact}`;

const again = (mapping: Mapping, { input }: AuditEntry) =>
  encode(mapping.resolve(new TextEncoder().encode(input ?? "null")), "a decision");
