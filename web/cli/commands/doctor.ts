/** `crm-sync doctor`: asks a service that runs whether its CRMs are set up for what the mappings do. */
import { type Command, json } from "../command.js";
import { Misuse } from "../failure.js";
import { write } from "../streams.js";
import { table } from "../table.js";
import { paintFor, widthOf } from "../terminal.js";
import { printable } from "../text.js";

interface Check {
  code: string;
  state: "ok" | "warning" | "failed" | "not_checked";
  fields: string[];
  hint: string;
}

const words: Record<Check["state"], string> = {
  ok: "fine",
  warning: "look at it",
  failed: "wrong",
  not_checked: "not checked",
};

export const doctor: Command = {
  name: "doctor",
  usage: "crm-sync doctor [integration …]",
  summary: "asks a service that runs whether its CRMs are set up for the mappings",
  details: [
    "Of each integration, or of those that are named: the token and its account, scopes, mapped fields, the key field, the\nday's calls, shared addresses, webhooks. The service asks the CRM, and writes nothing.",
    "CRM_SYNC_API_KEY is a key of the service's, of an editor. Whatever is wrong makes the exit code 1.",
  ],
  options: {
    url: { type: "string", value: "url", help: "where the service is (default: http://127.0.0.1:8790)" },
    json,
  },
  async run(values, positionals) {
    const ask = asking(typeof values.url === "string" ? values.url : "http://127.0.0.1:8790");
    const named = positionals.length > 0 ? positionals : await every(ask);
    let isWrong = false;
    for (const integration of named) {
      const { checks } = await ask<{ checks: Check[] }>(`/api/integrations/${encodeURIComponent(integration)}/doctor`);
      isWrong ||= checks.some(({ state }) => state === "failed");
      await write(values.json === true ? `${JSON.stringify({ integration, checks })}\n` : told(integration, checks));
    }
    return isWrong ? 1 : 0;
  },
};

type Ask = <T>(path: string) => Promise<T>;

const every = async (ask: Ask) =>
  (await ask<{ integrations: { id: string }[] }>("/api/integrations")).integrations.map(({ id }) => id);

function asking(url: string): Ask {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new Misuse("CLI001", "doctor: --url is a URL such as https://sync.example.com");
  const key = process.env.CRM_SYNC_API_KEY?.trim();
  if (!key) throw new Misuse("CLI001", "doctor: CRM_SYNC_API_KEY is to be a key of the service's, of an editor");
  return async (path) => {
    const headers = { authorization: `Bearer ${key}` };
    const response = await fetch(url.replace(/\/+$/, "") + path, { headers, redirect: "error" }).catch(() => null);
    if (response === null)
      throw new Misuse("CLI001", "doctor: there is no service that can be reached", "--url says where it is");
    if (!response.ok)
      throw new Misuse("CLI001", refusals[response.status] ?? `doctor: the service answers ${response.status}`);
    return response.json();
  };
}

const refusals: Record<number, string> = {
  401: "doctor: the service does not know the key of CRM_SYNC_API_KEY",
  403: "doctor: the key of CRM_SYNC_API_KEY is not an editor's",
  404: "doctor: the service has no integration of that name",
};

function told(integration: string, checks: readonly Check[]): string {
  const paint = paintFor(process.stdout);
  const rows = checks.map(({ code, state, fields, hint }) => {
    const remark = [fields.join(", "), hint].filter(Boolean).map(printable).join(": ");
    return { cells: [code, words[state]], ...(remark !== "" && { remark }) };
  });
  return `${paint.cyan(printable(integration))}\n${table(["check", "state"], rows, { paint, width: widthOf(process.stdout), indent: 2 })}\n`;
}
