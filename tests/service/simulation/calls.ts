/** Calls to the service over HTTP, as PenguinMails and people make them: again, where it was not there. */
export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the route answers, which its own tests check
  body: any;
  /** It was sent more than once. */
  again: boolean;
}

export type Call = (method: string, path: string, body?: unknown) => Promise<Answer>;

const most = 200;

export function callsTo(origin: string, key: string, up: () => Promise<void>): Call {
  return async (method, path, body) => {
    let last: unknown;
    for (let tries = 0; tries < most; tries++) {
      await up();
      const response = await fetch(origin + path, {
        method,
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }).catch((error) => {
        last = error;
        return null;
      });
      const text = response === null ? null : await response.text().catch(() => null);
      if (response === null || text === null || response.status === 503) {
        last = text ?? last;
        await new Promise((done) => setTimeout(done, 20));
        continue;
      }
      return { status: response.status, body: text === "" ? null : JSON.parse(text), again: tries > 0 };
    }
    throw new Error(`${method} ${path} was never answered: ${last}`);
  };
}

/** At most so many at the same time. */
export function limited<Given, Got>(
  count: number,
  work: (given: Given) => Promise<Got>,
): (given: Given) => Promise<Got> {
  let free = count;
  const waiting: (() => void)[] = [];
  return async (given) => {
    if (free > 0) free--;
    else await new Promise<void>((turn) => waiting.push(turn));
    try {
      return await work(given);
    } finally {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };
}
