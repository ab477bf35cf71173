/** The whole deployment in a process of its own, until it is killed; the CRMs, the queue and the test are outside of it. */
import { listen } from "../../../web/service/node/listen.js";
import type { Time } from "../sync/fast-clock.js";
import { deploy } from "./deployment.js";

export interface Given extends Time {
  folder: string;
  script: string;
  /** Where everything is that it calls, whatever its URL; that stands in the header "x-url". */
  origin: string;
}

async function run({ folder, script, origin, ...time }: Given): Promise<void> {
  const outside = async (request: Request) => {
    const { method } = request;
    const headers = new Headers(request.headers);
    headers.set("x-url", request.url);
    const body = method === "GET" ? {} : { body: await request.text() };
    return fetch(origin, { method, headers, redirect: "manual", ...body });
  };
  const deployment = await deploy({ crm: outside, folder, script, outsideQueue: true, ...time });
  const server = await listen((request) => deployment.fetch(request));
  process.send?.(server.origin);
}

const [given] = process.argv.slice(2);
if (given !== undefined) await run(JSON.parse(given));
