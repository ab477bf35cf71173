/** Every route × role × tenant, and what an answer says of others. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { Role } from "../../../web/service/store/model.js";
import { calls, type ExampleCall } from "./calls.js";
import { signIn } from "./sign-in.js";
import { keyOf, roles, type Service, service, type Tenant, tenants } from "./support.js";

/** As Hono itself has them. */
const table = [
  ...new Set(
    service()
      .app.routes.filter(({ method }) => method !== "ALL")
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`),
  ),
];

function request(to: Service, name: string, tenant: Tenant, key: string | null): Promise<Response> {
  const { path, body, headers } = calls[name] as ExampleCall;
  const given = body?.(tenant);
  const text = given === undefined || typeof given === "string" ? given : JSON.stringify(given);
  return to.call(name.split(" ")[0] as string, path(tenant), {
    key,
    ...(text !== undefined && { body: text }),
    ...(headers && { headers: headers(text ?? "") }),
  });
}

const problem = async (response: Response) => (JSON.parse(await response.text()) as { type: string }).type;

test("every route of the app has an entry here, and no other", () => {
  assert.deepEqual(table.toSorted(), Object.keys(calls).toSorted());
});

for (const name of table) {
  const { may, status, names, sessionOnly } = calls[name] as ExampleCall;

  test(`${name}: who may`, async () => {
    for (const role of roles) {
      const response = await request(service(), name, "ours", keyOf("ours", role));
      if (sessionOnly === true && may?.includes(role)) {
        assert.equal(await problem(response), "urn:crm-sync:problem:session-only");
      } else if (may === null || may.includes(role))
        assert.equal(response.status, status, `${role}: ${await response.text()}`);
      else {
        assert.equal(response.status, 403, role);
        assert.equal(await problem(response), "urn:crm-sync:problem:forbidden");
      }
    }
    for (const key of [null, "", "x", "an-unknown-key-0123456789", keyOf("ours", "editor").slice(1)]) {
      const to = service();
      const response = await request(to, name, "ours", key);
      assert.equal(response.status, may === null ? status : 401);
      if (may === null) continue;
      assert.equal(await problem(response), "urn:crm-sync:problem:unauthenticated");
      assert.equal(response.headers.get("www-authenticate"), "Bearer");
      assert.ok(to.store.calls <= 1, "no more than the key was looked up");
    }
  });

  test(`${name}: by a session, and for no other page`, async () => {
    for (const role of roles) {
      const to = service();
      const session = await signIn(to, keyOf("ours", role));
      const unsafe = !name.startsWith("GET ");
      for (const csrf of ["", session.csrf.replace(/^./, "x"), session.csrf]) {
        const { path, body, headers } = calls[name] as ExampleCall;
        const given = body?.("ours");
        const text = given === undefined || typeof given === "string" ? given : JSON.stringify(given);
        const response = await to.call(name.split(" ")[0] as string, path("ours"), {
          key: null,
          ...(text !== undefined && { body: text }),
          headers: { cookie: session.cookie, "x-crm-sync-csrf": csrf, ...headers?.(text ?? "") },
        });
        if (may === null || ((csrf === session.csrf || !unsafe) && may.includes(role))) {
          assert.equal(response.status, status, `${role}: ${await response.text()}`);
          continue;
        }
        assert.equal(response.status, 403);
        const why = csrf !== session.csrf && unsafe ? "csrf" : "forbidden";
        assert.equal(await problem(response), `urn:crm-sync:problem:${why}`);
      }
    }
  });

  test(`${name}: another tenant's`, async () => {
    if (may === null) return;
    for (const tenant of tenants) {
      const other = tenants.find((one) => one !== tenant) as Tenant;
      const key = keyOf(tenant, may.find((role) => role !== "reader") as Role);
      const own = await (await request(service(), name, tenant, key)).text();
      assert.ok(!own.includes(other), "nothing of the other tenant");
      if (names !== true) continue;
      const foreign = await request(service(), name, other, key);
      assert.equal(foreign.status, 404);
      const { path, body } = calls[name] as ExampleCall;
      const unknown = await service().call(name.split(" ")[0] as string, path(other).replaceAll(other, "nobody"), {
        key,
        ...(body && { body: JSON.stringify(body(other)).replaceAll(other, "nobody") }),
      });
      assert.equal(await foreign.text(), await unknown.text());
      assert.deepEqual([...foreign.headers], [...unknown.headers]);
    }
  });
}

test("what is answered is what the OpenAPI document says", async () => {
  const document = JSON.parse(await (await service().call("GET", "/openapi.json")).text()) as {
    paths: Record<string, Record<string, { responses: Record<string, { content?: Record<string, unknown> }> }>>;
  };
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, "document");
  let compared = 0;
  for (const name of table.filter((one) => one !== "GET /openapi.json")) {
    const [method = "", path = ""] = name.split(" ");
    const { may, status } = calls[name] as ExampleCall;
    const operation = document.paths[path]?.[method.toLowerCase()];
    const content = operation?.responses[status]?.content;
    assert.ok(operation?.responses[status], `${name}: ${status}`);
    if (content?.["application/json"] === undefined) continue;
    const key = may === null ? null : keyOf("ours", may.at(-1) as Role);
    const body: unknown = JSON.parse(await (await request(service(), name, "ours", key)).text());
    const pointer = ["paths", path, method.toLowerCase(), "responses", status, "content", "application/json", "schema"];
    const escaped = pointer.map((part) => encodeURIComponent(String(part).replaceAll("~", "~0").replaceAll("/", "~1")));
    const schema = ajv.compile({ $ref: `document#/${escaped.join("/")}` });
    assert.ok(schema(body), `${name}: ${ajv.errorsText(schema.errors)}`);
    compared++;
  }
  assert.ok(compared >= 20);
});

test("another tenant's things are in no list, and no filter or id finds them", async () => {
  const key = keyOf("ours", "editor");
  for (const path of [
    "/api/reviews?integration=hubspot-theirs",
    "/api/runs?integration=hubspot-theirs",
    "/api/audit?integration=hubspot-theirs",
    "/api/audit?contact=contact-theirs",
  ]) {
    const own = await (await service().call("GET", path, { key })).text();
    const nobody = await (await service().call("GET", path.replace("theirs", "nobody"), { key })).text();
    assert.equal(own, nobody);
  }
  const replayed = await service().call("POST", "/api/dead-letters/replay", {
    key,
    body: { jobs: ["job-theirs"], intents: ["intent-theirs", "intent-ours"] },
  });
  assert.deepEqual(await replayed.json(), { jobs: 0, intents: 1 });
});
