/** A tenant's store: its own rows in the object, and with them what the directory knows of everybody. */
import type { Integration, IntegrationRef } from "../store/model.js";
import { AccountTaken, type SyncStore } from "../store/store.js";
import type { Directory } from "./directory.js";

/** `integrationAt`: wherever it is. */
export function tenantStore(
  own: SyncStore,
  directory: Directory,
  integrationAt: (ref: IntegrationRef) => Promise<Integration | null>,
): SyncStore {
  const { callers } = directory;
  const more = {
    within: (trace) => tenantStore(own.within(trace), directory, integrationAt),

    async addIntegration(ref, given) {
      const { crm, account } = given;
      if (!(await directory.claim(ref, crm, account, async (holder) => (await integrationAt(holder)) !== null)))
        throw new AccountTaken(`this ${crm} account is connected already`);
      try {
        return await own.addIntegration(ref, given);
      } catch (error) {
        // There is an integration of this name already, of another account.
        const known = await own.integration(ref);
        if (known !== null && (known.crm !== crm || known.account !== account))
          await directory.release(ref, crm, account);
        throw error;
      }
    },

    async integrationOfAccount(crm, account) {
      const holder = await directory.holderOf(crm, account);
      return holder && integrationAt(holder);
    },
  } satisfies Partial<SyncStore>;
  return Object.assign({}, own, callers, more);
}
