/** What Cloudflare's runtime brings, as far as it is used here. */
declare module "cloudflare:workers" {
  /** Its public methods can be called from elsewhere, through a stub. */
  export abstract class DurableObject<Env = unknown> {
    protected ctx: import("./runtime.js").ObjectState;
    protected env: Env;
    constructor(ctx: import("./runtime.js").ObjectState, env: Env);
  }
}
