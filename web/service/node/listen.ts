/** An HTTP server on Node for something that answers a Request with a Response. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener, type HttpBindings, RequestError } from "@hono/node-server";

export interface Listening {
  /** Without a slash at its end, such as http://127.0.0.1:4010. */
  origin: string;
  server: Server;
  /** Takes no more connections, and ends after the requests in flight. */
  close(): Promise<void>;
}

export interface ListenOptions {
  /** 0, unless given: any that is free. */
  port?: number;
  /** 127.0.0.1 unless given: this machine only. */
  host?: string;
}

/** By request, for as long as there is one. */
const addresses = new WeakMap<Request, string>();

/** The other end of the connection that a request came by: behind a proxy, the proxy. */
export const addressOf = (request: Request): string => addresses.get(request) ?? "";

/** Rejects where the port is taken. Where `handle` rejects, the connection breaks, as fetch rejects where it does. */
export async function listen(
  handle: (request: Request) => Response | Promise<Response>,
  { port = 0, host = "127.0.0.1" }: ListenOptions = {},
): Promise<Listening> {
  // The globals stay Node's own: whoever embeds the service has them in use.
  const options = { overrideGlobalObjects: false, errorHandler: refused };
  const server = createServer(
    getRequestListener(async (request, bindings) => {
      addresses.set(request, (bindings as HttpBindings).incoming.socket.remoteAddress ?? "");
      try {
        return await handle(request);
      } catch (error) {
        (bindings as HttpBindings).outgoing.destroy();
        throw error;
      }
    }, options),
  );
  await new Promise<void>((done, failed) => {
    server.once("error", failed);
    server.listen(port, host, () => {
      server.off("error", failed);
      done();
    });
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    origin: `http://${host.includes(":") ? `[${host}]` : host}:${taken}`,
    server,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeIdleConnections();
      }),
  };
}

/** Of what is no HTTP request; nobody is there any more to answer to where a connection was broken. */
function refused(error: unknown): Response | undefined {
  return error instanceof RequestError ? new Response(null, { status: 400 }) : undefined;
}
