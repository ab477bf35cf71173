/** What the tests' Durable Objects need of Cloudflare's own module. */
declare module "cloudflare:workers" {
  interface DurableObjectStorage {
    readonly sql: {
      exec(query: string, ...bindings: (string | number | null)[]): { toArray(): Record<string, unknown>[] };
    };
    transaction<T>(work: () => Promise<T>): Promise<T>;
  }

  export class DurableObject {
    protected readonly ctx: { readonly storage: DurableObjectStorage };
  }
}
