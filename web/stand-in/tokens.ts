/** Access tokens of a CRM's accounts: a request belongs to the account whose token it bears. */
import type { Clock } from "../service/clock.js";

export interface Issued {
  access: string;
  refresh: string;
  /** Seconds. */
  expiresIn: number;
}

export interface Subscription {
  eventType: string;
  propertyName?: string;
  active: boolean;
}

export type Visit = "agrees" | "denies" | "answers_another_state";

async function challengeOf(verifier: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  const text = btoa(String.fromCharCode(...new Uint8Array(hash)));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export class TokenOffice {
  readonly #access = new Map<string, { account: string; until: number }>();
  readonly #refresh = new Map<string, string>();
  readonly #codes = new Map<string, { account: string; redirectUri: string; challenge: string | null }>();
  #count = 0;
  /** Who is signed in at the CRM, and what they do when they are led to the app's page. */
  visitor: { account: string; does: Visit } | null = null;
  /** Of the app's webhooks, as its settings have them. */
  subscriptions: readonly Subscription[] = [];
  /** What an account lets the app do; absent: all that it asks for. */
  readonly scopes = new Map<string, readonly string[]>();

  /** `rotates`: a refresh ends the refresh token that asked for it. */
  constructor(
    private readonly clock: Clock,
    private readonly options: { name: string; expiresIn: number; rotates: boolean },
  ) {}

  issue(account: string): Issued {
    const { name, expiresIn } = this.options;
    const number = ++this.#count;
    const access = `${name}-access-${account}-${number}`;
    const refresh = `${name}-refresh-${account}-${number}`;
    this.#access.set(access, { account, until: this.clock.now() + expiresIn * 1000 });
    this.#refresh.set(refresh, account);
    return { access, refresh, expiresIn };
  }

  /** Null: the refresh token was never given, has been used, or was revoked. */
  renew(refresh: string): Issued | null {
    const account = this.#refresh.get(refresh);
    if (account === undefined) return null;
    const issued = this.issue(account);
    if (this.options.rotates) this.#refresh.delete(refresh);
    else {
      this.#refresh.delete(issued.refresh);
      issued.refresh = refresh;
    }
    return issued;
  }

  /** The app's page, which at once leads back to where the app says. */
  visit(query: URLSearchParams): Response {
    const redirectUri = query.get("redirect_uri") ?? "";
    if (!query.get("client_id") || !URL.canParse(redirectUri) || this.visitor === null) {
      return new Response("the app is not known, or nobody is signed in", { status: 400 });
    }
    const { account, does } = this.visitor;
    const back = new URL(redirectUri);
    back.searchParams.set("state", does === "answers_another_state" ? "another" : (query.get("state") ?? ""));
    if (does === "denies") {
      back.searchParams.set("error", "access_denied");
      back.searchParams.set("error_description", "end-user denied authorization");
    } else {
      const code = `${this.options.name}-code-${++this.#count}`;
      this.#codes.set(code, { account, redirectUri, challenge: query.get("code_challenge") });
      back.searchParams.set("code", code);
    }
    return new Response(null, { status: 302, headers: { location: back.href } });
  }

  /** Once, for the same redirect URI, and with PKCE's verifier where there was a challenge; null: it is good for nothing. */
  async redeem(form: URLSearchParams): Promise<Issued | null> {
    const code = form.get("code") ?? "";
    const known = this.#codes.get(code);
    this.#codes.delete(code);
    if (known === undefined || known.redirectUri !== form.get("redirect_uri")) return null;
    if (known.challenge !== null && known.challenge !== (await challengeOf(form.get("code_verifier") ?? "")))
      return null;
    return this.issue(known.account);
  }

  /** False: there is no such refresh token. */
  giveBack(refresh: string): boolean {
    return this.#refresh.delete(refresh);
  }

  /** The account; null where the token is none, or has ended. */
  accountOf(authorization: string | null): string | null {
    const token = this.#access.get(authorization?.replace(/^Bearer /, "") ?? "");
    return token && token.until > this.clock.now() ? token.account : null;
  }

  /** Access tokens end now; refresh tokens stay. */
  expire(account: string): void {
    for (const token of this.#access.values()) if (token.account === account) token.until = 0;
  }

  /** The person has removed the app: nothing of it is taken any more. */
  revoke(account: string): void {
    this.expire(account);
    for (const [refresh, of] of this.#refresh) if (of === account) this.#refresh.delete(refresh);
  }
}
