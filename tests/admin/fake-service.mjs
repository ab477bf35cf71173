/** A sync service that answers as docs/service-api.md says, out of an object that a test can change. */
import { readFileSync } from "node:fs";

export const keys = {
  editor: "cs_the-key-of-an-editor",
  reader: "cs_the-key-of-a-reader",
  admin: "cs_the-key-of-an-admin",
};
const rolesOf = { [keys.editor]: ["editor"], [keys.reader]: ["reader"], [keys.admin]: ["editor", "admin"] };
export const mapping = readFileSync(new URL("../../examples/try-out.yaml", import.meta.url), "utf8");

const at = (minute) => `2026-03-01T10:${String(minute).padStart(2, "0")}:00Z`;

export function sampleState() {
  const integration = (id, more) => ({
    ...{ id, crm: "hubspot", account: "62515", state: "active", mappingVersion: 3, lastSyncAt: at(4) },
    settings: { baseUrl: "https://api.hubapi.com", keyField: "penguinmails_id" },
    counts: { links: 1204, intents: { acknowledged: 3411, planned: 2, unknown: 1, dead: 2 }, reviews: 3 },
    ...{ depth: { waiting: 7, dead: 1 }, alerts: [], file: mapping },
    versions: [
      { version: 3, since: at(4), by: "editor", restores: 1 },
      { version: 2, since: at(3), by: "administrator", restores: null },
      { version: 1, since: at(1), by: null, restores: null },
    ],
    ...{ drafts: [], quota: null, ...more },
  });
  const run = (name, more) => ({
    ...{ integration: "hubspot", run: name, kind: "incremental", dry: false, state: "done", error: null },
    progress: { seen: 42, total: null, outcomes: {}, failed: 0 },
    ...{ startedAt: at(2), finishedAt: at(3), startedBy: "schedule", endsAt: null, ...more },
  });
  const draft = (name, more) => ({
    ...{ draft: name, basedOn: 3, since: at(5), by: "administrator", version: null, impact: null, outdated: false },
    ...{ file: mapping.replace("crm_field: phone}", "crm_field: phone, direction: to_crm}"), diagnostics: [], ...more },
  });
  const review = (id, more) => ({
    ...{ id, integration: "hubspot", contact: `hubspot-10${id}`, crmId: `10${id}`, state: "open", field: "job_title" },
    ...{ local: "Chief Executive", crm: "Chairwoman", base: "Founder", reason: "manual_review", candidates: null },
    ...{ opened_at: at(1), answer: null, ...more },
  });
  return {
    integrations: [
      integration("hubspot", {
        alerts: [
          { integration: "hubspot", kind: "fight", detail: { field: "city", contact: "hubspot-101" }, since: at(3) },
        ],
        drafts: [
          draft("d-2", { impact: run("r-impact", { kind: "impact", dry: true, progress: sampleImpact() }) }),
          draft("d-1", { since: at(2), by: "editor" }),
        ],
      }),
      integration("acme", {
        ...{ crm: "salesforce", account: "00D5g00000ABCDEAA4", state: "proposed", mappingVersion: 1, lastSyncAt: null },
        ...{ counts: { links: 0, intents: {}, reviews: 0 }, depth: { waiting: 0, dead: 0 } },
      }),
    ],
    runs: [
      run("r-dry", {
        ...{ integration: "acme", kind: "first_sync", dry: true, startedBy: "administrator" },
        progress: {
          seen: 6,
          total: 4,
          outcomes: { create_local: 2, merged: 1, create_crm: 1, ambiguous: 1, invalid: 1 },
          failed: 0,
        },
      }),
      run("r-2", {
        kind: "reconcile",
        state: "running",
        finishedAt: null,
        progress: { seen: 500, total: 1204, outcomes: {}, failed: 0 },
      }),
      run("r-1"),
    ],
    items: sampleItems(),
    report: {
      outdated: false,
      groups: [
        { match: "ambiguous", outcome: "ambiguous", count: 1, examples: ["crm:103"] },
        { match: "create_crm", outcome: "create_crm", count: 1, examples: ["local:c7"] },
        { match: "create_local", outcome: "create_local", count: 2, examples: ["crm:101", "crm:105"] },
        { match: "matched", outcome: "merged", count: 1, examples: ["crm:102"] },
        { match: "skipped", outcome: "invalid", count: 1, examples: ["crm:104"] },
      ],
    },
    pauses: [],
    checks: [
      { code: "token", state: "ok", fields: [], hint: "of account 62515" },
      {
        code: "writable",
        state: "failed",
        fields: ["city"],
        hint: "HubSpot sets this property itself: map it from the CRM only",
      },
      { code: "webhooks", state: "warning", fields: [], hint: "none has ever come: changes are found once an hour" },
      { code: "subscriptions", state: "not_checked", fields: [], hint: "subscribe the app to contact.creation" },
    ],
    deadLetters: {
      jobs: [{ id: "j1", integration: "hubspot", subject: "crm:1207", error: "TypeError", since: at(1) }],
      intents: [
        deadIntent("i1", "hubspot-103", {
          code: "INVALID_EMAIL",
          fields: ["email"],
          hint: "HubSpot refused it with HTTP 400",
        }),
        deadIntent("i2", "hubspot-104", {
          code: "INVALID_OPTION",
          fields: ["country"],
          hint: "HubSpot refused it with HTTP 400",
        }),
      ],
    },
    reviews: [
      review("1"),
      review("2", { field: null, reason: "edited_and_deleted", crm: null, local: null, base: null }),
      review("3", {
        ...{ field: null, reason: "ambiguous", candidates: ["crm:2071", "crm:2093"] },
        ...{ local: null, crm: null, base: null },
      }),
    ],
    decisions: [
      {
        ...{ id: "a1", contact: "hubspot-101", at: at(4) },
        input: {
          local: { record: { email: "amara@example.com", city: "Lagos" }, updated_at: at(1) },
          crm: { record: { email: "amara@example.com", city: "Abuja", billing: 9007199254740993n }, updated_at: at(3) },
          base: {
            local: { email: "amara@example.com", city: "Kano" },
            crm: { email: "amara@example.com", city: "Kano" },
          },
          now: at(4),
        },
      },
    ],
    /** [method, path, body] of all requests but GETs. */
    asked: [],
    /** A status, and a problem's members, that every request is answered with; with a `method` those of it alone. */
    refusal: null,
    /** What PUT of a mapping finds wrong with it. */
    diagnostics: [],
  };
}

const sampleImpact = () => ({
  ...{ seen: 1300, total: 1204, failed: 0 },
  outcomes: { in_sync: 90, merged: 1204, create_crm: 3, delete_local: 2, create_local: 1 },
  effects: {
    pairs: { crm_changed: 1204, cleared: 1204, created: 4, deleted: 2, opted_in: 1 },
    fields: [
      { side: "local", field: "city", filled: 0, changed: 12, cleared: 0, examples: ["hubspot-101"] },
      { side: "crm", field: "city", filled: 7, changed: 1, cleared: 0, examples: ["hubspot-105"] },
      { side: "crm", field: "phone", filled: 0, changed: 0, cleared: 1204, examples: ["hubspot-101", "hubspot-102"] },
    ],
  },
});

/** A brake has stopped version 3 of the first integration, and its run. */
export function brake(state) {
  const detail = { brake: "cleared", count: 60, of: 120, limit: 0.2, fields: ["phone"], run: "r-3", mappingVersion: 3 };
  const reason = "cleared: 60 of 120 (50 %), the limit is 20 %; phone";
  const whole = { integration: "hubspot", direction: null, field: null, stands: true, until: null };
  state.pauses.unshift({ ...whole, id: "p-brake", reason, since: at(6), by: "brake" });
  state.integrations[0].alerts.unshift({
    ...{ integration: "hubspot", kind: "brake", detail: { ...detail, pause: "p-brake" }, since: at(6) },
  });
  state.runs.unshift({
    ...{ integration: "hubspot", run: "r-3", kind: "reconcile", dry: false, state: "stopped", error: reason },
    progress: { seen: 120, total: null, outcomes: {}, failed: 0 },
    ...{ startedAt: at(6), finishedAt: null, startedBy: "administrator" },
  });
}

const deadIntent = (id, contact, error) => ({
  ...{ id, integration: "hubspot", contact, crmId: contact.replace("hubspot-", ""), error, since: at(2) },
});

function sampleItems() {
  const item = (subject, outcome, local, crm, reasons) => {
    const [side, id] = subject.split(":");
    return {
      subject,
      contact: side === "local" ? id : null,
      crmId: side === "crm" ? id : null,
      outcome,
      local,
      crm,
      reasons,
    };
  };
  const amara = { email: "amara@example.com", first_name: "Amara", city: "Lagos" };
  return [
    item("crm:101", "create_local", amara, {}, { email: "mapped", first_name: "mapped", city: "mapped" }),
    item(
      "crm:102",
      "create_local",
      { email: "bjarne@example.com", score: 12345678901234567890n },
      {},
      { email: "mapped", score: "derived" },
    ),
    item(
      "crm:103",
      "merged",
      { city: "Bergen" },
      { phone: "+47 55 55 50 10" },
      { city: "crm_changed", phone: "local_changed" },
    ),
    item(
      "local:pm-1",
      "create_crm",
      {},
      { email: "kenji@example.com", firstname: "Kenji" },
      { email: "mapped", first_name: "mapped" },
    ),
    item("crm:104", "ambiguous", {}, {}, {}),
    item("local:pm-2", "invalid", {}, {}, { email: "required" }),
  ];
}

/** `state` is what `sampleState` gave. */
export function fakeService(state) {
  return async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    const { refusal } = state;
    if (refusal !== null && (refusal.method ?? request.method) === request.method)
      return problem(refusal.status, refusal);
    const body = request.method === "GET" ? undefined : await request.text();
    const begins = pathname === "/api/session" && request.method === "POST";
    const key = begins ? JSON.parse(body).key : /__Host-crm-sync=([\w-]+)/.exec(request.headers.get("cookie"))?.[1];
    if (!Object.values(keys).includes(key)) return problem(401, { type: "urn:crm-sync:problem:unauthenticated" });
    if (pathname === "/api/session") {
      const answer =
        request.method === "DELETE"
          ? new Response(null, { status: 204 })
          : json(200, { csrf: `of-${key}`, roles: rolesOf[key] });
      const cookie = request.method === "DELETE" ? "; Max-Age=0" : `${key}; Max-Age=28800`;
      answer.headers.set("set-cookie", `__Host-crm-sync=${cookie}; Path=/; Secure; HttpOnly; SameSite=Strict`);
      return answer;
    }
    if (request.method !== "GET") {
      if (request.headers.get("x-crm-sync-csrf") !== `of-${key}`) return problem(403);
      if (key === keys.reader) return problem(403, { type: "urn:crm-sync:problem:forbidden" });
      state.asked.push([request.method, pathname, body]);
      state.ifMatch = request.headers.get("if-match");
    }
    const path = pathname
      .replace(/^\/(api\/)?/, "")
      .split("/")
      .map(decodeURIComponent);
    const answer = answers[`${request.method} ${shape(path)}`];
    return answer === undefined
      ? problem(404)
      : answer(state, path, body === undefined || body === "" ? searchParams : JSON.parse(body));
  };
}

/** A path with its ids left out. */
const shape = ([first, ...rest]) => [first, ...rest.map((part) => (verbs.has(part) ? part : "*"))].join("/");
const verbs = new Set([
  "pause",
  "resume",
  "mapping",
  "approve",
  "items",
  "report",
  "replay",
  "answer",
  "end",
  "release",
  "cancel",
  "revert",
  "doctor",
  "start",
  "disconnect",
  "versions",
  "activate",
  "drafts",
  "impact",
  "brakes",
  "approval",
]);

function changedRun(state, run, change) {
  const found = state.runs.find((one) => one.run === run);
  return json(200, Object.assign(found, change));
}

const answers = {
  "GET integrations": (state) => json(200, { integrations: state.integrations.map(plain) }),
  "GET integrations/*": (state, [, id]) => withFound(state, id, (found) => json(200, found)),
  "GET integrations/*/doctor": (state) => json(200, { checks: state.checks }),
  "GET oauth/*/start": (_state, [, crm]) =>
    problem(409, {
      type: "urn:crm-sync:problem:not-configured",
      needs: [`${crm.toUpperCase()}_CLIENT_ID`, "CRM_SYNC_PUBLIC_URL"],
    }),
  "POST oauth/*/disconnect": (state, _path, { integration }) => {
    changed(state, integration, "revoked");
    return json(200, { state: "revoked", revoked: false });
  },
  "POST integrations/*/pause": (state, [, id]) => changed(state, id, "paused"),
  "POST integrations/*/resume": (state, [, id]) => changed(state, id, "active"),
  "GET integrations/*/mapping": (state, [, id]) =>
    withFound(state, id, ({ mappingVersion, file }) => json(200, { version: mappingVersion, file })),
  "PUT integrations/*/mapping": (state, [, id], { file }) =>
    withFound(state, id, (found) => {
      const { diagnostics } = state;
      if (found.settings.approval) return problem(409, { type: "urn:crm-sync:problem:approval-required" });
      if (state.faster) {
        state.faster = false;
        return problem(412, { type: "urn:crm-sync:problem:not-as-expected" });
      }
      if (diagnostics.length > 0) return problem(422, { type: "urn:crm-sync:problem:mapping-refused", diagnostics });
      return json(200, comeIntoForce(found, file));
    }),
  "GET integrations/*/mapping/versions": (state, [, id]) =>
    withFound(state, id, ({ versions }) => json(200, { versions })),
  "GET integrations/*/mapping/versions/*": (state, [, id, , , version]) =>
    withFound(state, id, ({ file }) => json(200, { version: Number(version), file: fileOf(file, version) })),
  "POST integrations/*/mapping/versions/*/activate": (state, [, id, , , version]) =>
    withFound(state, id, (found) => {
      if (state.ifMatch !== `"${found.mappingVersion}"`)
        return problem(412, { type: "urn:crm-sync:problem:not-as-expected" });
      return json(200, comeIntoForce(found, fileOf(found.file, version), Number(version)));
    }),
  "POST integrations/*/mapping/versions/*/revert": (state, [, integration, , , version], { dry }) => {
    answers["POST runs"](state, [], { integration, kind: "revert", dry });
    return json(202, Object.assign(state.runs[0], { reverts: { version: Number(version), from: null, to: null } }));
  },
  "GET integrations/*/mapping/drafts": (state, [, id]) => withFound(state, id, ({ drafts }) => json(200, { drafts })),
  "POST integrations/*/mapping/drafts": (state, [, id], { file }) =>
    withFound(state, id, ({ drafts, mappingVersion }) => {
      const { diagnostics } = state;
      if (diagnostics.length > 0) return problem(422, { type: "urn:crm-sync:problem:mapping-refused", diagnostics });
      const made = {
        draft: `d-${drafts.length + 1}`,
        basedOn: mappingVersion,
        since: at(7),
        by: "editor",
        version: null,
      };
      drafts.unshift({ ...made, impact: null, outdated: false, file, diagnostics: [] });
      return json(201, drafts[0]);
    }),
  "GET integrations/*/mapping/drafts/*": (state, [, id, , , draft]) =>
    withDraft(state, id, draft, (found) => json(200, found)),
  "DELETE integrations/*/mapping/drafts/*": (state, [, id, , , draft]) =>
    withDraft(state, id, draft, (found, of) => {
      of.drafts = of.drafts.filter((one) => one !== found);
      return new Response(null, { status: 204 });
    }),
  "POST integrations/*/mapping/drafts/*/impact": (state, [, integration, , , draft]) =>
    withDraft(state, integration, draft, (found) => {
      answers["POST runs"](state, [], { integration, kind: "impact", dry: true });
      Object.assign(found, { impact: state.runs[0], outdated: false });
      return json(202, found.impact);
    }),
  "POST integrations/*/mapping/drafts/*/approve": (state, [, id, , , draft]) =>
    withDraft(state, id, draft, (found, of) => {
      const { version, file } = comeIntoForce(of, found.file);
      found.version = version;
      answers["POST runs"](state, [], { integration: id, kind: "reconcile", dry: false });
      return json(200, { version, file, run: state.runs[0] });
    }),
  "PUT integrations/*/brakes": (state, [, id], brakes) =>
    withFound(state, id, (found) => {
      found.settings.brakes = brakes;
      return json(200, plain(found));
    }),
  "PUT integrations/*/approval": (state, [, id], { required }) =>
    withFound(state, id, (found) => {
      found.settings.approval = required;
      return json(200, plain(found));
    }),
  "POST integrations/*/release": (state, [, id]) =>
    withFound(state, id, (found) => {
      found.alerts = [];
      return json(202, { released: 1 });
    }),
  "GET pauses": (state) => json(200, { pauses: state.pauses }),
  "POST pauses": (state, _path, given) => {
    const whole = { integration: null, direction: null, field: null, until: null };
    const begun = {
      ...whole,
      ...given,
      id: `p-${state.pauses.length + 1}`,
      stands: true,
      by: "administrator",
      since: at(5),
    };
    state.pauses.unshift(begun);
    return json(201, begun);
  },
  "POST pauses/*/end": (state, [, id]) => {
    const found = state.pauses.find((one) => one.id === id);
    if (!found.stands) return notNow("ended");
    found.stands = false;
    for (const one of state.integrations) one.alerts = one.alerts.filter(({ detail }) => detail.pause !== id);
    return json(200, found);
  },
  "GET runs": (state) => json(200, { runs: state.runs }),
  "POST runs": (state, _path, given) =>
    withFound(state, given.integration, ({ id, state: its }) => {
      if (its === "paused" || its === "revoked") return notNow(its);
      const started = {
        ...{ integration: id, run: `r-${state.runs.length + 1}`, kind: given.kind, dry: given.dry, state: "running" },
        progress: { seen: 0, total: null, outcomes: {}, failed: 0 },
        ...{ startedAt: new Date().toISOString(), finishedAt: null, startedBy: "administrator", error: null },
      };
      state.runs.unshift(started);
      return json(202, started);
    }),
  "GET runs/*/*": (state, [, , run]) =>
    json(
      200,
      state.runs.find((one) => one.run === run),
    ),
  "GET runs/*/*/items": (state, _path, query) => {
    const after = Number(query.get("after"));
    const end = Math.min(after + 4, state.items.length);
    return json(200, { items: state.items.slice(after, end), next: end < state.items.length ? end : null });
  },
  "GET runs/*/*/report": (state) => json(200, state.report),
  "POST runs/*/*/pause": (state, [, , run]) => changedRun(state, run, { state: "paused", endsAt: null }),
  "POST runs/*/*/resume": (state, [, , run]) => changedRun(state, run, { state: "running" }),
  "POST runs/*/*/cancel": (state, [, , run]) =>
    changedRun(state, run, { state: "cancelled", finishedAt: at(6), endedBy: "administrator" }),
  "POST runs/*/*/revert": (state, [, integration, run], { dry }) => {
    answers["POST runs"](state, [], { integration, kind: "revert", dry });
    return json(202, Object.assign(state.runs[0], { reverts: { run } }));
  },
  "POST runs/*/*/approve": (state, [, id]) =>
    withFound(state, id, (found) => {
      if (found.state !== "proposed") return notNow("not_approvable");
      found.state = "active";
      return answers["POST runs"](state, [], { integration: id, kind: "first_sync", dry: false });
    }),
  "GET dead-letters": (state) => json(200, state.deadLetters),
  "POST dead-letters/replay": (state, _path, given) => {
    const replayed = (kind) => {
      const before = state.deadLetters[kind].length;
      state.deadLetters[kind] = state.deadLetters[kind].filter(({ id }) => !given[kind].includes(id));
      return before - state.deadLetters[kind].length;
    };
    return json(202, { jobs: replayed("jobs"), intents: replayed("intents") });
  },
  "GET audit": (state) => json(200, { entries: state.decisions, before: null }),
  "GET reviews": (state) => json(200, { reviews: state.reviews }),
  "POST reviews/*/*/answer": () => json(202, { state: "answered" }),
};

const whole = new Set(["file", "counts", "depth", "alerts", "versions", "drafts"]);
const plain = (found) => Object.fromEntries(Object.entries(found).filter(([name]) => !whole.has(name)));

const fileOf = (file, version) => `${file.split("\n# Version")[0]}\n# Version ${version}\n`;

function comeIntoForce(found, file, restores = null) {
  const version = found.mappingVersion + 1;
  Object.assign(found, { file, mappingVersion: version });
  found.versions.unshift({ version, since: at(8), by: "editor", restores });
  for (const draft of found.drafts) draft.outdated = draft.impact !== null;
  return { version, file };
}

const withDraft = (state, id, name, give) =>
  withFound(state, id, (found) => {
    const draft = found.drafts.find((one) => one.draft === name);
    return draft === undefined ? problem(404) : give(draft, found);
  });

function withFound(state, id, give) {
  const found = state.integrations.find((one) => one.id === id);
  return found === undefined ? problem(404) : give(found);
}

const changed = (state, id, next) =>
  withFound(state, id, (found) => {
    found.state = next;
    return json(200, plain(found));
  });

function json(status, body, type = "application/json") {
  // As the service does, with every digit of long integers.
  const text = JSON.stringify(body, (_name, value) => (typeof value === "bigint" ? `bigint:${value}` : value));
  return new Response(text.replaceAll(/"bigint:(-?\d+)"/g, "$1"), { status, headers: { "content-type": type } });
}

const problem = (status, more = {}) =>
  json(status, { title: "a problem", ...more, status }, "application/problem+json");

const notNow = (code) => problem(409, { type: "urn:crm-sync:problem:not-now", code });
