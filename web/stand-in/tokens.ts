/** Access tokens of a CRM's accounts: a request belongs to the account whose token it bears. */
import type { Clock } from "../service/clock.js";

export interface Issued {
  access: string;
  refresh: string;
  /** Seconds. */
  expiresIn: number;
}

export class TokenOffice {
  readonly #access = new Map<string, { account: string; until: number }>();
  readonly #refresh = new Map<string, string>();
  #count = 0;

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
