import { fileURLToPath } from "node:url";

/** A file of the package's examples. The bundle lies in dist/cli, the examples beside dist. */
export function exampleFile(name: string): string {
  return fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
}
