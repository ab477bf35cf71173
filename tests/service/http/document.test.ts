/** The OpenAPI document and the page about it say what the routes are. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import { routes } from "../../../web/service/http/app.js";
import { problems } from "../../../web/service/http/problem.js";
import { service } from "./support.js";

interface Operation {
  summary: string;
  security: object[];
  parameters?: { name: string; in: string; required?: boolean; schema: object }[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
}

const text = await (await service().call("GET", "/openapi.json", { key: null })).text();
const document = JSON.parse(text) as {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object>; securitySchemes: object };
};

test("the OpenAPI document is valid, and has every route", () => {
  assert.match(document.openapi, /^3\.1\.\d$/);
  assert.ok(document.info.title && document.info.version);
  assert.deepEqual(document.components.securitySchemes, {
    apiKey: { type: "http", scheme: "bearer" },
    session: { type: "apiKey", in: "cookie", name: "__Host-crm-sync" },
  });
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  assert.deepEqual(
    operations.map(({ method, path }) => `${method} ${path}`).toSorted(),
    routes.map(({ method, path }) => `${method} ${path}`).toSorted(),
  );
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, "document");
  const schemas: object[] = Object.values(document.components.schemas);
  for (const { path, operation } of operations) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const parameters = operation.parameters ?? [];
    const inPath = parameters.filter((one) => one.in === "path");
    assert.deepEqual(inPath.map(({ name }) => name).toSorted(), named.toSorted(), path);
    assert.ok(inPath.every(({ required }) => required));
    assert.ok(operation.summary.length > 5);
    assert.ok(
      Object.keys(operation.responses).some((status) => /^[23]/.test(status)),
      path,
    );
    for (const [status, { description, content }] of Object.entries(operation.responses)) {
      assert.match(status, /^[2-5]\d\d$/);
      assert.ok(description);
      schemas.push(...Object.values(content ?? {}).map(({ schema }) => schema));
    }
    schemas.push(...parameters.map(({ schema }) => schema));
    schemas.push(...Object.values(operation.requestBody?.content ?? {}).map(({ schema }) => schema));
  }
  assert.ok(schemas.length > 100);
  for (const schema of schemas) {
    ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"document#/')) as object);
  }
});

test("docs/service-api.md lists the routes and the problems as they are", () => {
  const page = readFileSync(new URL("../../../docs/service-api.md", import.meta.url), "utf8");
  const routeRows = routes.map(
    ({ method, path, summary, roles }) =>
      `| \`${method.toUpperCase()} ${path}\` | ${roles?.join(", ") ?? ""} | ${summary} |`,
  );
  const problemRows = Object.entries(problems).map(
    ([name, [status, title]]) => `| ${status} | \`${name}\` | ${title} |`,
  );
  for (const rows of [routeRows, problemRows])
    assert.ok(page.includes(rows.join("\n")), `the page lacks:\n${rows.join("\n")}`);
});
