/** docs/simulation.md has several authors: the engine's simulation, and below it, each under a heading of its own, the service's. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const headings = { service: "\n## The service\n", cloudflare: "\n## The service on Cloudflare\n" };
export type Section = keyof typeof headings;

type Parts = Record<Section | "engine", string>;

/** Each from its heading to the next. */
function parts(path: string): Parts {
  let text = existsSync(path) ? readFileSync(path, "utf8") : "";
  const cut = (heading: string) => {
    const at = text.indexOf(heading);
    const part = at < 0 ? "" : text.slice(at);
    if (at >= 0) text = text.slice(0, at);
    return part;
  };
  const cloudflare = cut(headings.cloudflare);
  const service = cut(headings.service);
  return { engine: text, service, cloudflare };
}

function write(path: string, changed: Partial<Parts>): void {
  const { engine, service, cloudflare } = { ...parts(path), ...changed };
  writeFileSync(path, engine + service + cloudflare);
}

export const writeEngine = (path: string, page: string) => write(path, { engine: page });

export const writeSection = (path: string, name: Section, section: string) =>
  write(path, { [name]: `${headings[name]}\n${section}` });
