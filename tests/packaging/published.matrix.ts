/** What those say of the tarball who have seen many: publint and are-the-types-wrong, and TypeScript itself. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { publint } from "publint";
import { installed, output, root } from "./support.js";

const { folder, tarball } = await installed();
const tool = (name: string) => join(root, "node_modules/.bin", name);

test("publint has nothing to say, not even a suggestion", async () => {
  const pkgDir = join(folder, "node_modules/@penguinmails/crm-sync");
  const { messages } = await publint({ pkgDir, pack: false, strict: true });
  assert.deepEqual(messages, []);
});

test("are-the-types-wrong finds types for every entry", async () => {
  await output(tool("attw"), [tarball, "--profile", "esm-only", "--no-color"], folder);
});

const program = `
import { type Engine, loadEngine } from "@penguinmails/crm-sync";
import module from "@penguinmails/crm-sync/engine.wasm";
import { loadRuntime, type Mapping } from "@penguinmails/crm-sync/runtime";
import small from "@penguinmails/crm-sync/runtime.wasm";
import { type Normalizers, normalizers } from "@penguinmails/crm-sync/normalizers";
import { createWebhookHandler } from "@penguinmails/crm-sync/webhooks";
const engine: Engine = await loadEngine({ module });
export const { diagnostics } = engine.compile("");
export const mapping: Mapping = (await loadRuntime({ module: small })).load(new Uint8Array());
export const some: Normalizers = { domain_ascii: normalizers.domain_ascii };
export const handle: (request: Request) => Promise<Response> =
  createWebhookHandler({ mapping, secret: "x", publicUrl: "https://x.test", onDecision: () => {} } as never);
`;
for (const resolution of ["nodenext", "bundler"]) {
  test(`TypeScript takes the declarations, resolved for ${resolution}`, async () => {
    writeFileSync(join(folder, "typed.ts"), program);
    const modules = ["--module", resolution === "bundler" ? "esnext" : resolution, "--moduleResolution", resolution];
    const options = ["--noEmit", "--strict", "--target", "es2023", "--lib", "es2023,esnext.disposable,dom"];
    await output(tool("tsc"), [...options, ...modules, "typed.ts"], folder);
  });
}
