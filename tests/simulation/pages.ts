/** docs/simulation.md has two authors: the engine's simulation and, under a heading of its own at its end, the service's. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const heading = "\n## The service\n";

function parts(path: string): { engine: string; service: string } {
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  const at = text.indexOf(heading);
  return at < 0 ? { engine: text, service: "" } : { engine: text.slice(0, at), service: text.slice(at) };
}

export const writeEngine = (path: string, page: string) => writeFileSync(path, page + parts(path).service);

export const writeService = (path: string, section: string) =>
  writeFileSync(path, `${parts(path).engine.trimEnd()}\n${heading}\n${section}`);
