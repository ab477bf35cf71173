/** What is common to the transactions of both databases. */

/**
 * A tenant's transaction runs as a role that row-level security holds for, whoever the connection belongs to. Until
 * the transaction's end, so that a pooled connection takes nothing with it. `tenant`: as SQL, a parameter or a literal.
 */
export const asTenant = (tenant: string) =>
  `select set_config('role', 'crm_sync_app', true), set_config('crm_sync.tenant', ${tenant}, true)`;

const serializationFailure = "40001";
const deadlock = "40P01";
const again = 5;

/** Tries again what the database gave up in favour of another transaction, after a little while that differs. */
export async function retrying<T>(transaction: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await transaction();
    } catch (error) {
      const code = (error as { code?: unknown } | null)?.code;
      if ((code !== serializationFailure && code !== deadlock) || tries === again) throw error;
      await new Promise((done) => setTimeout(done, Math.random() * 20 * 2 ** tries));
    }
  }
}
