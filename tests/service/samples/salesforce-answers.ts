/** Salesforce's answers and errors through the client. */
import type { CrmWritten } from "../../../web/service/crm/client.js";
import { contact, create, query, row, rows, salesforce, update } from "../salesforce/support.js";
import { sample } from "../support.js";
import { type SampleCase, type SampleCases, thrown } from "./sample-case.js";

const answers = (file: string, status: number) => () => new Response(sample(file), { status });
const codes = (written: readonly CrmWritten[]) =>
  written.map((answer) => (answer.state === "refused" ? answer.code : answer.state));

/** As the answer to an update, which goes through Composite. */
async function ofUpdate(file: string, status: number): Promise<unknown> {
  const made = salesforce((asked) => {
    if (!asked.path.endsWith("/composite")) return rows([row(1)]);
    const body: unknown = JSON.parse(sample(file));
    return Response.json({ compositeResponse: [{ referenceId: "w0", httpStatusCode: status, body }] });
  });
  return (await made.client.write([update(1, { MasterRecordId: null })]))[0];
}

const eachRefused = (...expected: string[]): SampleCase => ({
  why: "each is refused by its own code",
  outcome: async (file) => codes(await salesforce(answers(file, 200)).client.write([create(1), create(2)])),
  expected,
});

export const salesforceAnswers: SampleCases = {
  "sf-401-invalid-session.json": {
    why: "the token is renewed twice, then a person has to",
    async outcome(file) {
      const { client, renewals } = salesforce(answers(file, 401));
      return [await thrown(client.read([contact(1)], [])), renewals];
    },
    expected: [
      { name: "CrmUnavailable", kind: "revoked", message: "401 with a new token", after: 0 },
      ["token", "renewed"],
    ],
  },
  "sf-404-entity-is-deleted.json": {
    why: "of an update: there is no such record any more",
    outcome: (file) => ofUpdate(file, 404),
    expected: { ref: "u1", state: "gone" },
  },
  "sf-400-invalid-field-for-upsert.json": {
    why: "refused with its field, and none of its message",
    outcome: (file) => ofUpdate(file, 400),
    expected: {
      ...{ ref: "u1", state: "refused", code: "INVALID_FIELD_FOR_INSERT_UPDATE", fields: ["MasterRecordId"] },
      hint: "the field may not be written: field-level security, or the field is calculated",
    },
  },
  "sf-collections-create-200.json": {
    why: "both are created, in their order",
    async outcome(file) {
      const { client } = salesforce((asked) => (asked.method === "PATCH" ? answers(file, 200)() : rows([])));
      return (await client.write([create(1), create(2)])).map((one) => one.state === "written" && one.id);
    },
    expected: ["003ak00000luKU1AAM", "003ak00000luKU2AAM"],
  },
  "sf-collections-partial-duplicate.json": {
    why: "one is held by another record, the other is created",
    async outcome(file) {
      const holder = row(1, { Email: "ada@example.org" });
      const { client } = salesforce((asked) => (asked.method === "PATCH" ? answers(file, 200)() : rows([holder])));
      const [one, other] = await client.write([create(1, { Email: "ada@example.org" }), create(2)]);
      return [one, other?.state === "written" && other.id];
    },
    expected: [{ ref: "c1", state: "exists", holder: contact(1) }, "003RM0000068xVCYAY"],
  },
  "sf-collections-allornone-rollback.json": eachRefused("REQUIRED_FIELD_MISSING", "ALL_OR_NONE_OPERATION_ROLLED_BACK"),
  "sf-collections-per-record-errors.json": eachRefused("MISSING_ARGUMENT", "MISSING_ARGUMENT"),
  "sf-collections-400-empty.json": {
    why: "refused as a whole: each is tried alone; a call without records is never made",
    async outcome(file) {
      const { client, asked } = salesforce(answers(file, 400));
      const written = codes(await client.write([create(1), create(2)]));
      const calls = asked.length;
      return [written, calls, await client.write([]), asked.length];
    },
    expected: [["REQUIRED_FIELD_MISSING", "REQUIRED_FIELD_MISSING"], 3, [], 3],
  },
  "sf-collections-update-request.json": {
    why: "our creates have the same form",
    async outcome(file) {
      const { client, asked } = salesforce(() => new Response("[]"));
      await client.write([create(1), create(2)]);
      const form = ({ records, ...more }: { records: { attributes: object }[] }) => [
        Object.keys(more),
        records[0]?.attributes,
      ];
      return [form(JSON.parse(asked[0]?.body ?? "")), form(JSON.parse(sample(file)))];
    },
    expected: Array(2).fill([["allOrNone"], { type: "Contact" }]),
  },
  "sf-query-contacts.json": {
    why: "twenty records with the fields that were asked for, without what is beside them",
    async outcome(file) {
      const page = JSON.parse(sample(file));
      for (const record of page.records) record.Id = record.attributes.url.split("/").at(-1);
      const fields = ["Department", "Description"];
      const ids: string[] = page.records.map(({ Id }: { Id: string }) => Id);
      const found = await salesforce(() => Response.json(page)).client.read(ids, fields);
      const right = ids.filter((id, index) => {
        const { Department, Description } = page.records[index];
        return JSON.stringify(found.get(id)?.record) === JSON.stringify({ Department, Description });
      });
      return [found.size, right.length];
    },
    expected: [20, 20],
  },
  ...Object.fromEntries(
    ["sf-getupdated.json", "sf-getdeleted.json"].map((file) => [
      file,
      {
        why: "both lists' ids, and the earlier of their two times, but none before what is covered already",
        async outcome() {
          const made = salesforce((asked) =>
            answers(asked.path.includes("/deleted/") ? "sf-getdeleted.json" : "sf-getupdated.json", 200)(),
          );
          made.clock.time = Date.UTC(2018, 9, 20);
          const page = await made.client.changes({ since: "2018-10-01T00:00:00Z" });
          return [page.ids, page.cursor.since, made.asked.map(query).join("")];
        },
        expected: [["a00D0000008pQR5IAM", "a00D0000008pQRGIA2", "a00D0000008pQRFIA2"], "2018-10-01T00:00:00+00:00", ""],
      },
    ]),
  ),
};
