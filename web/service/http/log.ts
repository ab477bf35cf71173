/** What is written down of a request: never its path, its query, its headers or its body. */
export interface LogEntry {
  /** The route, such as "GET /contacts/{id}"; "unknown" where there is none. */
  route: string;
  status: number;
  milliseconds: number;
  trace: string;
  tenant?: string;
  /** Webhooks of accounts that nobody here has connected. */
  unknownAccounts?: number;
  error?: LoggedError;
}

export interface LoggedError {
  name: string;
  code?: string;
  /** Where it was thrown, without the message: a driver's messages quote values. */
  frames: string[];
}

export function logged(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { name: typeof error, frames: [] };
  const { code } = error as { code?: unknown };
  const frames = (error.stack ?? "").split("\n").filter((line) => /^ {4}at \S/.test(line));
  return {
    name: error.name,
    ...(typeof code === "string" && /^\w{1,40}$/.test(code) && { code }),
    frames: frames.slice(0, 10).map((line) => line.trim()),
  };
}
