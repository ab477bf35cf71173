/** Lets Node 20 run TypeScript: `node --import ./scripts/typescript.mjs file.ts`. Types are not checked here. */
import { readFileSync } from "node:fs";
import { register } from "node:module";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";

if (!import.meta.url.includes("?hooks")) register(`${import.meta.url}?hooks`);

/** `./x.js` is written in imports where `./x.ts` stands, as TypeScript wants it. */
export async function resolve(specifier, context, next) {
  if (!specifier.startsWith(".") || !context.parentURL?.endsWith(".ts")) return next(specifier, context);
  return next(specifier.replace(/\.js$/, ".ts"), context).catch(() => next(specifier, context));
}

export async function load(url, context, next) {
  if (!url.endsWith(".ts")) return next(url, context);
  const source = readFileSync(fileURLToPath(url), "utf8");
  const { code } = await transform(source, { loader: "ts", format: "esm", target: "node20", sourcemap: "inline" });
  return { format: "module", source: code, shortCircuit: true };
}
