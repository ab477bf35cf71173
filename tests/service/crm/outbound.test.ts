/** Whoever names a URL, requests go to the CRMs only: the table, and each way by which a URL comes in. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { allowedUrl, crmHosts, RequestRefused } from "../../../web/service/crm/allowed-hosts.js";
import type { Crm } from "../../../web/service/crm/client.js";
import { createClients } from "../../../web/service/crm/clients.js";
import { createHttp } from "../../../web/service/crm/http.js";
import { createOAuth, WrongAddress } from "../../../web/service/crm/oauth.js";
import type { Integration } from "../../../web/service/store/model.js";
import { contact, salesforce } from "../salesforce/support.js";
import { handClock, json, scripted } from "./support.js";

const clock = handClock();
const standIn = ["http://127.0.0.1:4010"];
const all = [...crmHosts.hubspot, ...crmHosts.salesforce];

/** A URL, why it is refused (null: it is not), and the stand-ins that the configuration lists. */
const table: [url: string, code: string | null, stands?: string[]][] = [
  ["https://api.hubapi.com/crm", null],
  ["HTTPS://API.HUBAPI.COM:443/crm", null],
  ["https://login.salesforce.com/a", null],
  ["https://test.salesforce.com/a", null],
  ["https://acme.my.salesforce.com/services", null],
  ["https://acme--dev.sandbox.my.salesforce.com/services", null],
  // What browsers and fetch take for the same name.
  ["https://ａｐｉ.hubapi.com/", null],
  ["https://api%2ehubapi.com/", null],
  ["http://127.0.0.1:4010/crm", null, standIn],

  ["no URL", "not_a_url"],
  ["", "not_a_url"],
  ["//api.hubapi.com/crm", "not_a_url"],
  ["https://acme.my.salesforce.com%00.evil.test/", "not_a_url"],
  ["https://api.hubapi.com:99999/", "not_a_url"],
  ["http://api.hubapi.com/crm", "not_https"],
  ["ftp://api.hubapi.com/crm", "not_https"],
  ["gopher://api.hubapi.com/", "not_https"],
  ["javascript:alert(1)", "not_https"],
  ["data:text/plain,a", "not_https"],
  ["file:///etc/passwd", "not_https"],

  ["https://evil.test/crm", "host"],
  ["https://api.hubapi.com.evil.test/", "host"],
  ["https://evil-api.hubapi.com/", "host"],
  ["https://evil.api.hubapi.com/", "host"],
  ["https://hubapi.com/", "host"],
  ["https://evil.test/?https://api.hubapi.com", "host"],
  ["https://evil.test#@api.hubapi.com/", "host"],
  ["https://evil.test\\@api.hubapi.com/", "host"],
  ["https://my.salesforce.com/", "host"],
  ["https://.my.salesforce.com/", "host"],
  ["https://evilmy.salesforce.com/", "host"],
  ["https://evil-my.salesforce.com/", "host"],
  ["https://evil-my.salesforce.com.example.com/", "host"],
  ["https://my.salesforce.com.evil.com/", "host"],
  ["https://acme.my.salesforce.com.evil.test/", "host"],
  ["https://acme.my.salesforce.com.mx/", "host"],
  ["https://evil.salesforce.com/", "host"],
  ["https://na1.force.com/", "host"],
  // A trailing dot is the same name to DNS, and another to cookies and certificates.
  ["https://api.hubapi.com./", "host"],
  ["https://acme.my.salesforce.com./", "host"],
  ["https://localhost/", "host"],
  ["https://localhost./", "host"],
  ["https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/", "host"],
  ["https://metadata.google.internal/", "host"],
  ["https://127.0.0.1.nip.io/", "host"],
  // Cyrillic, and a dotless i.
  ["https://аpi.hubapi.com/", "host"],
  ["https://login.salesforce.cоm/", "host"],
  ["https://apı.hubapi.com/", "host"],

  ["https://api.hubapi.com:8443/", "port"],
  ["https://acme.my.salesforce.com:22/", "port"],
  ["https://api.hubapi.com@evil.test/", "credentials_in_url"],
  ["https://user:secret@api.hubapi.com/", "credentials_in_url"],
  ["https://secret@127.0.0.1:4010/", "credentials_in_url", standIn],

  ["https://127.0.0.1/", "address"],
  ["https://127.1/", "address"],
  ["https://2130706433/", "address"],
  ["https://0x7f000001/", "address"],
  ["https://0x7f.1/", "address"],
  ["https://0177.0.0.1/", "address"],
  ["https://017700000001/", "address"],
  ["https://①②⑦.0.0.1/", "address"],
  ["https://0.0.0.0/", "address"],
  ["https://10.0.0.5/", "address"],
  ["https://172.16.0.1/", "address"],
  ["https://192.168.1.1/", "address"],
  ["https://100.64.0.1/", "address"],
  ["https://169.254.169.254/latest/meta-data", "address"],
  ["https://8.8.8.8/", "address"],
  ["https://[::1]/", "address"],
  ["https://[::]/", "address"],
  ["https://[::ffff:169.254.169.254]/", "address"],
  ["https://[fd00::1]/", "address"],
  ["https://[fe80::1]/", "address"],
  ["https://[64:ff9b::7f00:1]/", "address"],

  ["http://127.0.0.1:4010/", "not_https"],
  ["http://localhost:4010/", "not_https", standIn],
  ["http://127.0.0.1:4011/", "not_https", standIn],
  ["https://127.0.0.1:4010/", "address", standIn],
  ["http://10.0.0.5:4010/", "not_https", ["http://10.0.0.5:4010"]],
  ["http://evil.test:4010/", "not_https", ["http://evil.test:4010"]],
];
const refused = table.filter(([, code, stands]) => code !== null && stands === undefined).map(([url]) => url);

const isCode = (code: string | null) => (error: unknown) => {
  assert(error instanceof RequestRefused);
  assert.deepEqual([error.code, error.kind], [code, "broken"]);
  assert(!error.message.includes("secret"), "the URL is not repeated");
  return true;
};

test("requests go to the CRMs' hosts by https, and to nothing else", async () => {
  for (const [url, code, stands] of table) {
    const { fetch, asked } = scripted(() => json({}));
    const http = createHttp({ fetch, clock, allowedHosts: all, ...(stands && { developmentHosts: stands }) });
    const request = http.request("GET", url);
    if (code === null) await request;
    else await assert.rejects(request, isCode(code), url);
    assert.equal(asked.length, code === null ? 1 : 0, url);
  }
  assert.ok(refused.length > 60);
});

test("a CRM's requests, and its app's secret, go to that CRM", async () => {
  assert.throws(() => allowedUrl("https://acme.my.salesforce.com/", crmHosts.hubspot), isCode("host"));
  assert.throws(() => allowedUrl("https://api.hubapi.com/", crmHosts.salesforce), isCode("host"));
  const { fetch, asked } = scripted(() => json({}));
  const keyring = { current: "k", keys: { k: new Uint8Array(32) } };
  const clients = createClients({ store: {} as never, clock, keyring, fetch });
  const address: Record<Crm, string> = { hubspot: "https://api.hubapi.com", salesforce: "https://a.my.salesforce.com" };
  assert.ok(clients.allows("hubspot", address.hubspot) && clients.allows("salesforce", address.salesforce));
  assert.ok(!clients.allows("hubspot", address.salesforce) && !clients.allows("salesforce", address.hubspot));
  for (const url of refused) assert.ok(!clients.allows("salesforce", url) && !clients.allows("hubspot", url), url);
  assert.deepEqual(asked, []);
});

test("the addresses in a token's answer are checked, and none of them is called", async () => {
  const integration = {
    ...{ crm: "salesforce", account: "00D000000000001EAA" },
    settings: { baseUrl: "https://acme.my.salesforce.com", keyField: "Key__c" },
  } as Integration;
  const good = {
    ...{ access_token: "a", refresh_token: "r", instance_url: "https://acme.my.salesforce.com" },
    id: "https://login.salesforce.com/id/00D000000000001EAA/005000000000001AAA",
  };
  const grant = async (answer: object) => {
    const { fetch, asked } = scripted(() => json({ ...good, ...answer }));
    const http = () => createHttp({ fetch, clock, allowedHosts: crmHosts.salesforce });
    const apps = { salesforce: { clientId: "id", clientSecret: "secret" } };
    const asking = { environment: null, redirectUri: "https://sync.example.com/a", verifier: "v" } as const;
    try {
      return await createOAuth({ apps, http, clock }).grant(integration, "code", asking);
    } finally {
      assert.deepEqual(
        asked.map(({ url }) => url.href),
        ["https://acme.my.salesforce.com/services/oauth2/token"],
      );
    }
  };
  assert.equal((await grant({})).account, integration.account);
  for (const url of refused) {
    await assert.rejects(grant({ instance_url: url }), RequestRefused, url);
    await assert.rejects(
      grant({ id: `${url}id/00D000000000001EAA/005000000000001AAA` }),
      { name: "CrmUnavailable" },
      url,
    );
  }
  await assert.rejects(grant({ instance_url: "https://other.my.salesforce.com" }), WrongAddress);
  for (const path of [
    "/id/00D000000000001EAA",
    "/id/003000000000001AAA/005000000000001AAA",
    "/a/id/00D000000000001/005",
  ])
    await assert.rejects(grant({ id: `https://login.salesforce.com${path}` }), /no organisation/);
  for (const missing of [{ id: undefined }, { instance_url: undefined }, { id: 7 }])
    await assert.rejects(grant(missing), RequestRefused);
});

test("no paging link leads away, and no redirect is followed to one", async () => {
  for (const url of refused) {
    const paged = salesforce(() => json({ records: [{ Id: contact(1) }], done: false, nextRecordsUrl: url }));
    await assert.rejects(paged.client.read([contact(1)], ["Email"]), /nextRecordsUrl/, url);
    const led = salesforce(() => new Response(null, { status: 302, headers: { location: encodeURI(url) } }));
    await assert.rejects(led.client.read([contact(1)], ["Email"]), isCode("redirect"), url);
    assert.deepEqual([paged.asked.length, led.asked.length], [1, 1], url);
  }
});
