import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { type SignedRequest, signatureProblem } from "../../web/service/webhooks/hubspot-signature.js";
import { publicUrl, sample, secret, signed, skip, time } from "./support.js";

const utf8 = (text: string) => new TextEncoder().encode(text);
const body = '[{"portalId":1}]';

function request(given: Partial<SignedRequest> = {}): SignedRequest {
  const headers = signed(body);
  return {
    method: "POST",
    uri: publicUrl,
    body: utf8(body),
    signature: headers["x-hubspot-signature-v3"] ?? null,
    timestamp: headers["x-hubspot-request-timestamp"] ?? null,
    ...given,
  };
}

interface Vector {
  name: string;
  secret: string;
  method: string;
  uri: string;
  body: string;
  timestamp: string;
  signature: string;
}

test("HubSpot's published vectors", { skip }, async () => {
  const vectors = JSON.parse(sample("hs-signature-v3-vectors.json")) as Vector[];
  assert.equal(vectors.length, 2);
  for (const { name, secret, body, ...vector } of vectors) {
    const given = { ...vector, body: utf8(body) };
    const now = Number(vector.timestamp) + 1000;
    assert.equal(await signatureProblem(given, [secret], now), null, name);
    assert.equal(await signatureProblem({ ...given, body: utf8(`${body} `) }, [secret], now), "wrong", name);
  }
});

test("what is signed passes, and nothing else", async () => {
  const now = time + 2000;
  assert.equal(await signatureProblem(request(), [secret], now), null);
  const altered: Partial<SignedRequest>[] = [
    { method: "PUT" },
    { uri: `${publicUrl}?portal=2` },
    { uri: publicUrl.replace("hooks", "other") },
    { body: utf8(`${body} `) },
    { body: new Uint8Array() },
    { timestamp: String(time + 1) },
    { signature: "" },
    { signature: "no base64!" },
    { signature: btoa("short") },
  ];
  for (const change of altered) {
    assert.equal(await signatureProblem(request(change), [secret], now), "wrong", JSON.stringify(change));
  }
  assert.equal(await signatureProblem(request(), ["another"], now), "wrong");
  assert.equal(await signatureProblem(request({ signature: null }), [secret], now), "missing");
  assert.equal(await signatureProblem(request({ timestamp: null }), [secret], now), "missing");
});

test("two secrets while one is being changed for the other", async () => {
  for (const secrets of [
    ["new", secret],
    [secret, "new"],
  ]) {
    assert.equal(await signatureProblem(request(), secrets, time), null);
  }
});

test("five minutes in either direction, to the millisecond", async () => {
  for (const [now, expected] of [
    [time + 300_000, null],
    [time + 300_001, "expired"],
    [time - 300_000, null],
    [time - 300_001, "expired"],
  ] as const) {
    assert.equal(await signatureProblem(request(), [secret], now), expected, String(now - time));
  }
  for (const timestamp of ["", "NaN", "-1", "1e12", ` ${time}`, `${time}.5`, "9".repeat(400)]) {
    const headers = signed(body, { timestamp });
    const given = request({ timestamp, signature: headers["x-hubspot-signature-v3"] ?? null });
    assert.equal(await signatureProblem(given, [secret], time), "expired", timestamp);
  }
});

test("only the escapes that HubSpot names are undone", async () => {
  const uri = `${publicUrl}?u=https%3A%2F%2fa%3Fb%40c%21%24%27%28%29%2A%2C%3B&rest=%20%26%3D%25%C3%A9`;
  const plain = `${publicUrl}?u=https://a?b@c!$'()*,;&rest=%20%26%3D%25%C3%A9`;
  const signature = createHmac("sha256", secret).update(`POST${plain}${body}${time}`).digest("base64");
  assert.equal(await signatureProblem(request({ uri, signature }), [secret], time), null);
});

test("any body and any secret, against node:crypto", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 200 }),
      fc.string({ minLength: 1, unit: "binary" }),
      async (body, key) => {
        fc.pre(key.isWellFormed());
        const signature = createHmac("sha256", key)
          .update(`POST${publicUrl}`)
          .update(body)
          .update(String(time))
          .digest("base64");
        assert.equal(await signatureProblem(request({ body, signature }), [key], time), null);
        assert.equal(await signatureProblem(request({ body, signature }), [`${key}x`], time), "wrong");
      },
    ),
    { numRuns: 100 },
  );
});
