/**
 * Every value of every contact is a canary, and whatever can go wrong does, with the CRM's answers quoting all they were
 * sent. Then everything that comes out is searched: log, output, answers, metrics, and what the database holds unsealed.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { createMetrics } from "../../../web/service/node/metrics.js";
import { event, signed } from "../support.js";
import { approved, isWrite, openReviews } from "./cases.js";
import { type Crm, crms, mappingOf } from "./hands.js";
import { serviceUrl, type World, world } from "./world.js";

const person = (mark: string, digits: string) => ({
  email: `Zq7xKwpv.${mark}+canary@Example.test`,
  first_name: `Zq7xKwpvFirst${mark}`,
  last_name: `Zq7xKwpv "Last" ${mark}`,
  phone: `+49 151 ${digits}`,
  city: `Zq7xKwpv Çity ${mark}`,
  note: `zq7xkwpv/free text\n of ${mark}`,
});
const theirs = person("Theirs", "71937193");
const ours = person("Ours", "71937194");
const later = person("Later", "71937195");
const values = [theirs, ours, later].flatMap((one) => Object.values(one));

/** As what a value may come out. Whole ones only: parts of them are found by what all of them have in common. */
function disguises(value: string): string[] {
  const forms = [...new Set([value, value.toLowerCase(), value.toUpperCase(), value.trim().toLowerCase()])];
  return forms.flatMap((form) => {
    const bytes = Buffer.from(form);
    const hashes = ["md5", "sha1", "sha256"].flatMap((name) => {
      const hash = createHash(name).update(form).digest();
      return [hash.toString("hex"), hash.toString("base64").replace(/=+$/, ""), hash.toString("base64url")];
    });
    // Wherever in a text it begins, with the ends left out that depend on what is around it.
    const inside = [0, 1, 2].flatMap((shift) => {
      const text = Buffer.concat([Buffer.alloc(shift), bytes])
        .toString("base64")
        .replace(/=+$/, "");
      const part = text.slice(shift === 0 ? 0 : 4, -2);
      return [part, part.replaceAll("+", "-").replaceAll("/", "_")];
    });
    return [
      form,
      encodeURIComponent(form),
      bytes.toString("hex"),
      JSON.stringify(form).slice(1, -1),
      ...hashes,
      ...inside,
    ];
  });
}

const all = [...new Set(values.flatMap(disguises))].filter((form) => form.length > 7);
const digits = /7193\W?719[345]/;

/** The first canary in a text, or null. */
function found(text: string, more: readonly string[] = []): string | null {
  return (
    /zq7xkwpv|canary/i.exec(text)?.[0] ??
    digits.exec(text)?.[0] ??
    [...all, ...more].find((form) => text.includes(form)) ??
    null
  );
}

test("a canary is found in each of its disguises", () => {
  const [email] = [theirs.email];
  for (const text of [
    ...[email, email.toLowerCase(), encodeURIComponent(email), JSON.stringify({ a: theirs.note })],
    ...[Buffer.from(`xy${email}`).toString("base64"), Buffer.from(`x${email}`).toString("base64url")],
    createHash("sha256").update(email.toLowerCase()).digest("hex"),
    createHash("md5").update(email).digest("base64"),
    Buffer.from(email).toString("hex"),
    theirs.phone,
    "+4915171937194",
  ])
    assert.ok(found(text), text);
  assert.equal(found("crm:100000000051 in line 7"), null);
});

/** The texts of this process's own outputs while something goes on. */
function listening(): () => string {
  let heard = "";
  const streams = [process.stdout, process.stderr];
  const writes = streams.map((stream) => stream.write);
  for (const stream of streams) {
    const { write } = stream;
    stream.write = ((chunk: string | Uint8Array, ...rest: []) => {
      // What the runner tells of its tests is bytes.
      if (typeof chunk === "string") heard += chunk;
      return write.call(stream, chunk, ...rest);
    }) as typeof write;
  }
  return () => {
    streams.forEach((stream, at) => {
      stream.write = writes[at] as typeof stream.write;
    });
    return heard;
  };
}

type Answer = (said: string) => Response;
const json = (status: number, body: unknown, headers = {}) =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });
const page = (status: number) => (said: string) =>
  new Response(`<html><title>${said}</title>`, { status, headers: { "content-type": "text/html" } });

/** What a proxy in between may say, and what a connection may break with. */
const anybody: Record<string, Answer> = {
  "a proxy's page, as a success": page(200),
  "a proxy's page, as a refusal": page(403),
  "a proxy's page, as a failure": page(502),
  "a redirect": (said) => new Response(null, { status: 302, headers: { location: `/?${encodeURIComponent(said)}` } }),
  "too many": (said) => json(429, { message: said, policyName: said }, { "retry-after": "1" }),
  "a success of another form": (said) => json(200, { results: said, errors: said, records: said, [theirs.city]: said }),
  "a broken connection": (said) => {
    throw Object.assign(new TypeError(said), { code: said, cause: Object.assign(new Error(said), { code: said }) });
  },
};

const quoting = (said: string) => ({ value: [said], email: [theirs.email], invalid: [ours.first_name] });
const hubspotError = (said: string, category: string) => ({
  ...{ status: "error", category, subCategory: said, correlationId: said, errorType: said, policyName: said },
  message: `Property values were not valid: [{"isValid":false,"message":${JSON.stringify(said)},"error":"INVALID_EMAIL","name":"email"}] ${said}`,
  context: { ...quoting(said), propertyName: ["email"], missingScopes: [theirs.email] },
  errors: [{ message: said, code: said, in: said, context: { ...quoting(said), propertyName: ["email", said] } }],
  validationResults: [{ isValid: false, message: said, error: "INVALID_EMAIL", name: "email" }],
});
const salesforceErrors = (said: string, code: string) => [
  {
    ...{ message: `${code}: ${said}`, errorCode: code, statusCode: code, fields: ["Email", theirs.email] },
    duplicateResult: { matchResults: [{ matchRecords: [{ record: { Email: said, Id: said } }] }] },
    extendedErrorDetails: [{ extendedErrorCode: said }],
  },
  { message: said, errorCode: said, fields: [said] },
];

const refusals: Record<Crm, Record<string, Answer>> = {
  hubspot: {
    "400": (said) => json(400, hubspotError(said, "VALIDATION_ERROR")),
    "401": (said) => json(401, hubspotError(said, "INVALID_AUTHENTICATION")),
    "403": (said) => json(403, hubspotError(said, "MISSING_SCOPES")),
    "404": (said) => json(404, hubspotError(said, "OBJECT_NOT_FOUND")),
    "409": (said) => json(409, { ...hubspotError(said, "CONFLICT"), message: `Contact already exists. ${said}` }),
    "207": (said) =>
      json(207, { status: "COMPLETE", results: [], numErrors: 1, errors: [hubspotError(said, "VALIDATION_ERROR")] }),
    "500": (said) => json(500, hubspotError(said, said)),
  },
  salesforce: {
    "400": (said) => json(400, salesforceErrors(said, "FIELD_CUSTOM_VALIDATION_EXCEPTION")),
    "400, of a query": (said) => json(400, salesforceErrors(`${said} ^ ERROR at Row:1`, "MALFORMED_QUERY")),
    "400, of a field": (said) => json(400, salesforceErrors(`No such column '${said}' on Contact`, "INVALID_FIELD")),
    "400, of a rule": (said) => json(400, salesforceErrors(said, "DUPLICATES_DETECTED")),
    "401": (said) => json(401, salesforceErrors(said, "INVALID_SESSION_ID")),
    "403": (said) => json(403, salesforceErrors(said, "REQUEST_LIMIT_EXCEEDED")),
    "404": (said) => json(404, salesforceErrors(said, "NOT_FOUND")),
    "500": (said) => json(500, salesforceErrors(said, "UNKNOWN_EXCEPTION")),
  },
};

const ended = "a grant that has ended";
const tokenRefusals: Record<string, Answer> = {
  "a refusal": (said) => json(400, { error: said, error_description: said, message: said, status: said }),
  "a refusal that names the token": (said) =>
    json(400, { error: /refresh_token=([^&]+)/.exec(said)?.[1], error_description: said }),
  ...anybody,
  "no token": (said) => json(200, { token_type: said, message: said }),
  [ended]: (said) => json(400, { error: "invalid_grant", status: "BAD_REFRESH_TOKEN", error_description: said }),
};

/** What nothing has asked for yet. */
let waiting: string | null = null;

/** The next request of these is answered so, with everything in it that was sent. */
function next(w: World, name: string, answer: Answer, isMeant: (call: { method: string; path: string }) => boolean) {
  assert.equal(waiting, null, "each is given before the next");
  waiting = name;
  const { handle } = w.standIn;
  w.standIn.handle = async (request) => {
    const call = { method: request.method, path: new URL(request.url).pathname };
    if (!isMeant(call)) return handle(request);
    w.standIn.handle = handle;
    const sent = [request.url, JSON.stringify([...request.headers]), await request.text()];
    waiting = null;
    return answer([...sent, ...values].join(" ").replace(/[^\x20-\x7e]/g, "?"));
  };
}

const isToken = ({ path }: { path: string }) => path.endsWith("/token");
const isRead = (call: { method: string; path: string }) => !isWrite(call) && !isToken(call);

/** Where a person's values are as they came: docs/security.md, "Erasure". */
const plain = ["contact.record", "engagement.row", "link.base"];
/** What shows them to whoever may see them: docs/security.md, "Who sees what". */
const showing = [
  ...["GET /contacts/{id}", "GET /api/audit", "GET /api/reviews"],
  "GET /api/runs/{integration}/{run}/items",
];

async function columnsHolding(w: World, secrets: readonly string[]): Promise<Map<string, string>> {
  const tables = await w.sql.query<{ schema: string; name: string }>(
    `select table_schema as schema, table_name as name from information_schema.tables
     where table_schema in ('crm_sync', 'crm_sync_jobs') and table_type = 'BASE TABLE' order by 1, 2`,
  );
  assert.ok(tables.length > 20);
  const holding = new Map<string, string>();
  for (const { schema, name } of tables) {
    const rows = await w.sql.query<{ row: string }>(`select row_to_json(t)::text as row from ${schema}."${name}" t`);
    for (const { row } of rows) {
      for (const [column, value] of Object.entries(JSON.parse(row))) {
        const mark = found(typeof value === "string" ? value : JSON.stringify(value), secrets);
        if (mark !== null) holding.set(`${name}.${column}`, mark);
      }
    }
  }
  return holding;
}

for (const crm of crms) {
  test(`${crm}: nothing that comes out holds a value, whatever goes wrong`, { timeout: 600_000 }, async () => {
    const heard = listening();
    const metrics = createMetrics();
    const failing = `  - {crm_field: ${crm === "hubspot" ? "company" : "Department"}, formula: "string(int(city))", direction: to_crm}\n`;
    const w = await world({
      crm,
      state: "proposed",
      mapping: mappingOf(crm, failing),
      clients: { meter: metrics.meter },
    });
    w.context.meter = metrics.meter;
    const side = crm === "hubspot" ? w.portal : w.organisation;
    const secrets = [w.key, "the-app's-secret", "the-webhook's-secret", "a-new-access-token", "a-new-refresh-token"];
    const answers: string[] = [];
    const ask = async (method: string, path: string, body?: unknown, headers = {}) => {
      const response = await w.app.request(path, {
        method,
        headers: { authorization: `Bearer ${w.key}`, "content-type": "application/json", ...headers },
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      answers.push(`${method} ${response.status} ${await response.text()} ${JSON.stringify([...response.headers])}`);
      return response.status;
    };

    // A first sync that is looked at, then people who are edited on both sides.
    const id = w.hands.create(theirs);
    await approved(w);
    const contact = (await w.contactOf(id))?.id as string;
    assert.ok(contact, "the record came to PenguinMails");
    await w.change("c1", ours);
    await w.settle();
    await w.pass(61_000);
    w.hands.edit(id, { note: later.note });
    await w.change(contact, { note: ours.note });
    await w.settle();
    assert.equal((await openReviews(w)).length, 1, "a review shows what both sides hold");
    await ask("POST", "/engagements", {
      engagements: [{ id: "e1", contact, row: { kind: "open", subject: later.note } }],
    });

    // Each refusal that quotes all it was sent, of reads and of writes.
    let turn = 0;
    for (const [name, answer] of Object.entries({ ...anybody, ...refusals[crm] })) {
      for (const [kind, isMeant] of Object.entries({ read: isRead, write: isWrite })) {
        next(w, `${name}, of a ${kind}`, answer, isMeant);
        await w.change(contact, { city: `${later.city} ${++turn}` });
        w.hands.edit(id, { phone: `${later.phone} ${turn}` });
        await w.settle();
        await w.pass(61_000);
      }
    }
    // A record that is refused for good, among others that are not.
    const born = w.hands.all().find(({ key }) => key === "c1")?.id as string;
    if (crm === "hubspot") w.portal.poison(born, { code: "INVALID_OPTION", message: values.join(), property: "phone" });
    else
      w.organisation.poison(born, {
        ...{ statusCode: "DUPLICATES_DETECTED", message: values.join(), fields: ["Phone", ours.email] },
        duplicateResult: { matchResults: [{ matchRecords: [{ record: { Id: values.join(), Email: ours.email } }] }] },
      });
    await w.change("c1", { phone: later.phone });
    await w.settle();
    // A database that quotes the row that it does not take.
    await w.sql.query(
      `alter table crm_sync.contact add constraint canary_${crm} check (strpos(record::text, 'Zq7xKwpvUntakeable') = 0) not valid`,
    );
    w.hands.edit(id, { first_name: "Zq7xKwpvUntakeable" });
    await w.settle();
    await w.sql.query(`alter table crm_sync.contact drop constraint canary_${crm}`);
    const dead = (await w.call("GET", "/api/dead-letters")).body;
    assert.ok(dead.jobs.length === 1 && dead.intents.length > 0, JSON.stringify(dead));

    // What is asked for with canaries where they do not belong, and webhooks that nobody has signed.
    const encoded = encodeURIComponent(theirs.email);
    for (const path of [
      `/contacts/${encoded}`,
      `/api/audit?contact=${encoded}`,
      `/api/reviews?state=${encoded}`,
      `/${encoded}`,
    ])
      await ask("GET", path);
    await ask("POST", "/contacts/changes", { changes: [{ id: "x", patch: theirs, updatedAt: theirs.email }] });
    await ask("POST", "/contacts/changes", `{"changes": [${theirs.email}`);
    await ask("PUT", `/api/integrations/${w.ref.id}/mapping`, {
      file: mappingOf(crm, `  - {crm_field: "${theirs.email}", formula: "${theirs.city} +"}\n`),
    });
    await ask("POST", "/api/preview", {
      mapping: mappingOf(crm),
      inputs: [{ local: theirs, crm: theirs.email, base: null }],
    });
    const hook = JSON.stringify([
      event({ propertyValue: theirs.email, portalId: Number(crm === "hubspot" ? w.account : 1) }),
    ]);
    await ask("POST", "/webhooks/hubspot", hook);
    await ask(
      "POST",
      "/webhooks/hubspot",
      hook,
      signed(hook, { secret: "another", uri: `${serviceUrl}/webhooks/hubspot` }),
    );
    await ask("POST", `/webhooks/salesforce/${w.account}/another`, `<a>${theirs.email}</a>`, {
      "content-type": "text/xml",
    });
    await ask(
      "POST",
      `/webhooks/salesforce/${w.account}/${encodeURIComponent("the-webhook's-secret")}`,
      `<a>${theirs.email}`,
      {
        "content-type": "text/xml",
      },
    );
    // Runs, a draft's report, a revert, and the doctor, each with a CRM that quotes.
    for (const kind of ["reconcile", "incremental"] as const) {
      next(w, "a page, of a run", anybody["a proxy's page, as a failure"] as Answer, isRead);
      await w.run(kind, kind === "reconcile");
    }
    const { body: draft } = await w.call("POST", `/api/integrations/${w.ref.id}/mapping/drafts`, {
      file: mappingOf(crm, failing).replace(", note: manual", ""),
    });
    await ask("POST", `/api/integrations/${w.ref.id}/mapping/drafts/${draft.draft}/impact`);
    await w.settle();
    await ask("POST", `/api/integrations/${w.ref.id}/mapping/versions/1/revert`, {
      dry: true,
      from: new Date(0).toISOString(),
    });
    await w.settle();
    for (const [name, answer] of Object.entries({ ...anybody, ...refusals[crm] })) {
      next(w, `${name}, of the doctor`, answer, () => true);
      await ask("GET", `/api/integrations/${w.ref.id}/doctor`);
      await w.pass(61_000);
    }
    // Credentials that are handed in, and tokens that are refused with all that was sent, at last for good.
    next(w, "an answer to new credentials", anybody["a proxy's page, as a refusal"] as Answer, () => true);
    await ask("PUT", `/api/integrations/${w.ref.id}/credentials`, { access: secrets[3], refresh: secrets[4] });
    await w.change(contact, { city: `${later.city} ${++turn}` });
    await w.rounds(2);
    const { access, refresh } = side.connect();
    secrets.push(access, refresh);
    await w.clients.connect(w.ref, { access, refresh });
    await w.store.setState(w.ref, "active");
    await w.settle();
    for (const [name, answer] of Object.entries(tokenRefusals)) {
      if (name === ended) side.revoke();
      else side.expire();
      next(w, name, answer, isToken);
      await w.change(contact, { city: `${later.city} ${++turn}` });
      for (let round = 0; round < 10 && waiting !== null; round++) await w.rounds(1);
    }
    assert.equal((await w.integration()).state, "revoked");
    assert.ok((await w.call("GET", "/api/alerts")).body.alerts.length > 0, "somebody was told");

    assert.equal(waiting, null, "each was given");

    // Every answer to a GET.
    const [run] = (await w.store.runs(w.tenant))
      .filter(({ kind, dry }) => kind === "first_sync" && dry)
      .map((one) => one.run);
    assert.ok(run);
    const named: Record<string, string> = {
      "/contacts/{id}": `/contacts/${contact}`,
      "/api/integrations/{id}": `/api/integrations/${w.ref.id}`,
      "/oauth/{crm}": `/oauth/${crm}`,
    };
    const filled = (path: string) => {
      const whole = Object.entries(named).reduce((text, [from, to]) => text.replace(from, to), path);
      const of: Record<string, string> = { integration: w.ref.id, run, draft: draft.draft, version: "1" };
      return whole.replace(/\{(\w+)\}/g, (_, name: string) => of[name] ?? assert.fail(path));
    };
    const document = (await w.call("GET", "/openapi.json")).body as { paths: Record<string, Record<string, unknown>> };
    const gets = Object.entries(document.paths).flatMap(([path, methods]) => ("get" in methods ? [path] : []));
    assert.ok(gets.length > 20);
    const shown: string[] = [];
    for (const path of gets) {
      const response = await w.app.request(filled(path), { headers: { authorization: `Bearer ${w.key}` } });
      const text = `${await response.text()} ${JSON.stringify([...response.headers])}`;
      assert.ok(response.status < 500, `${path}: ${response.status}`);
      if (found(text, secrets) !== null) shown.push(`GET ${path}`);
    }
    assert.deepEqual(shown.toSorted(), showing.toSorted(), "the answers that hold values");

    // Everything else.
    const told = [...answers, JSON.stringify(w.log), heard(), await metrics.text(w)];
    for (const text of told) {
      const mark = found(text, secrets);
      assert.equal(mark, null, mark === null ? "" : text.slice(Math.max(0, text.indexOf(mark) - 300)).slice(0, 600));
    }
    assert.ok(w.log.length > 50 && JSON.stringify(w.log).includes("unavailable"), "there is something to search");
    const holding = await columnsHolding(w, secrets);
    assert.deepEqual([...holding.keys()].toSorted(), plain, JSON.stringify([...holding]));
  });
}
