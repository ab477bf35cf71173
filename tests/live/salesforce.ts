/** What can be seen of Salesforce with a contact or two. */
import type { Account, Answer, Checks } from "./live-check.js";

const data = "/services/data/v66.0";
const key = "PenguinMails_Id__c";

export async function salesforce({ ask, unique, pause }: Account) {
  const query = (text: string, resource = "query") => ask("GET", `${data}/${resource}?q=${encodeURIComponent(text)}`);
  const known = await query(`SELECT ${key} FROM Contact LIMIT 1`);
  if (known.status === 401) throw new Error("Salesforce does not take the token");
  if (known.status !== 200) {
    throw new Error(
      `There is no field ${key}, or this user may not see it. In Setup, Object Manager, Contact, make a text of 255 characters ` +
        "that is unique and an external id, let the user's profile see it, then start again.",
    );
  }
  const made: string[] = [];
  const upsert = async (...records: object[]) => {
    const all = records.map((record) => ({ attributes: { type: "Contact" }, ...record }));
    const answer = await ask("PATCH", `${data}/composite/sobjects/Contact/${key}`, { allOrNone: false, records: all });
    if (Array.isArray(answer.body)) for (const { success, id } of answer.body) if (success) made.push(id);
    return answer;
  };
  const person = (name: string, more: object = {}) => ({
    ...{ LastName: `${unique} ${name}`, Email: `crm-sync-${unique}-${name}@example.com`, [key]: `${unique}-${name}` },
    ...more,
  });
  const patch = (id: string, values: object, headers?: Record<string, string>) =>
    ask("PATCH", `${data}/sobjects/Contact/${id}`, values, headers);
  const read = async (id: string, field: string) =>
    (await query(`SELECT ${field} FROM Contact WHERE Id = '${id}'`)).body.records[0][field];
  const told = ({ body }: Answer, text: string) => JSON.stringify(body).includes(text);
  const [ann, bob] = (await upsert(person("Ann"), person("Bob"))).body.map(({ id }: { id: string }) => id);
  if (!ann || !bob) throw new Error("Salesforce let no contact be made");
  const missing = { [key]: `${unique}-none` };

  const checks: Checks = {
    "Ids have 15 characters that differ by case, or 18 where the last three say which of the others are capitals; answers have 18.":
      async () => ann.length === 18 && (await patch(ann.slice(0, 15), { Phone: "1" })).status === 204,
    "Times of records are in whole seconds.": async () => /\.000\+0000$/.test(await read(ann, "LastModifiedDate")),
    "If-Unmodified-Since is compared with LastModifiedDate in whole seconds: 412 where the record is younger, 400 where it is no date.":
      async () => {
        const before = new Date(Date.parse((await read(ann, "LastModifiedDate")).replace("+0000", "Z"))).toUTCString();
        await pause(2_100);
        const first = await patch(ann, { Phone: "2" }, { "if-unmodified-since": before });
        const second = await patch(ann, { Phone: "3" }, { "if-unmodified-since": before });
        return first.status === 204 && second.status === 412 && (await read(ann, "Phone")) === "2";
      },
    "An update that changes no value stamps the record all the same, as does a deletion.": async () => {
      const before = await read(ann, "LastModifiedDate");
      await pause(2_100);
      await patch(ann, { Phone: "2" });
      return (await read(ann, "LastModifiedDate")) > before;
    },
    "A field that the object lacks, or a value of another JSON type, refuses the whole request with 400, also in collections.":
      async () =>
        (await patch(ann, { Nothing__c: "x" })).status === 400 &&
        (await upsert(person("lack", { Nothing__c: "x" }), person("also"))).status === 400 &&
        (await patch(ann, { HasOptedOutOfEmail: { a: 1 } })).status === 400,
    "A field that may not be written refuses with INVALID_FIELD_FOR_INSERT_UPDATE and the field's name.": async () => {
      const answer = await patch(ann, { MasterRecordId: null });
      return told(answer, "INVALID_FIELD_FOR_INSERT_UPDATE") && told(answer, "MasterRecordId");
    },
    "An empty text is kept as null.": async () => {
      await patch(ann, { Phone: "" });
      return (await read(ann, "Phone")) === null;
    },
    "White space around texts is cut off.": async () => {
      await patch(ann, { FirstName: "  Ann " });
      return (await read(ann, "FirstName")) === "Ann";
    },
    "A value that is to be unique and is not refuses with DUPLICATE_VALUE and the holder's id in the message.":
      async () => {
        const answer = await patch(bob, { [key]: `${unique}-Ann` });
        return told(answer, "DUPLICATE_VALUE") && told(answer, ann.slice(0, 15));
      },
    "An external id that is unique is compared without regard to case.": async () =>
      (await upsert(person("Ann", { [key]: `${unique}-ANN` }))).body[0].id === ann,
    "References are checked: MALFORMED_ID, INVALID_CROSS_REFERENCE_KEY, and INACTIVE_OWNER_OR_USER for an owner who has left.":
      async () => told(await patch(ann, { OwnerId: "x" }), "MALFORMED_ID"),
    "Collections take 200 records and answer 200 with a result each, in the request's order; allOrNone is false unless said.":
      async () => {
        const { status, body } = await upsert(missing, person("kept"));
        return status === 200 && body[0].success === false && body[1].success === true;
      },
    "An empty collection is refused with REQUIRED_FIELD_MISSING.": async () =>
      told(await upsert(), "REQUIRED_FIELD_MISSING"),
    "What the document says to too long a collection is taken to be EXCEEDED_MAX_SIZE_REQUEST.": async () =>
      told(
        await upsert(...Array.from({ length: 201 }, (_, n) => ({ [key]: `${unique}-${n}` }))),
        "EXCEEDED_MAX_SIZE_REQUEST",
      ),
    "An upsert whose key several records of the request have is refused with DUPLICATE_EXTERNAL_ID.": async () =>
      told(await upsert(person("twin"), person("twin")), "DUPLICATE_EXTERNAL_ID"),
    "Without allOrNone, a subrequest that is refused keeps none after it from being done; without references between them.":
      async () => {
        const values = [{ LastName: null }, { Phone: "6" }];
        const compositeRequest = values.map((body, index) => ({
          ...{ method: "PATCH", url: `${data}/sobjects/Contact/${ann}`, referenceId: `w${index}`, body },
        }));
        const { body } = await ask("POST", `${data}/composite`, { allOrNone: false, compositeRequest });
        const statuses = body.compositeResponse.map((part: { httpStatusCode: number }) => part.httpStatusCode);
        return statuses[0] === 400 && statuses[1] === 204;
      },
    "Texts are compared without regard to case.": async () =>
      (await query(`SELECT Id FROM Contact WHERE LastName = '${unique.toUpperCase()} ANN'`)).body.totalSize === 1,
    'A column that is not known, or that the user may not see, refuses the query with INVALID_FIELD and "No such column".':
      async () => {
        const answer = await query("SELECT Nothing__c FROM Contact");
        return told(answer, "INVALID_FIELD") && told(answer, "No such column");
      },
    "Answers say the calls of the last 24 hours in Sforce-Limit-Info; over the limit they are 403 REQUEST_LIMIT_EXCEEDED.":
      async () =>
        /api-usage=\d+\/\d+/.test(
          (await query("SELECT Id FROM Contact LIMIT 1")).headers.get("sforce-limit-info") ?? "",
        ),
    "A token that is none any more is answered with 401 and INVALID_SESSION_ID in a list.": async () => {
      const answer = await ask("GET", `${data}/query?q=SELECT`, undefined, { authorization: "Bearer none" });
      return answer.status === 401 && answer.body[0].errorCode === "INVALID_SESSION_ID";
    },
    "Seconds of start and end are ignored; the window is a minute or longer and begins at most 30 days ago.":
      async () => {
        const list = (minutes: number) => {
          const [start, end] = [Date.now() - minutes * 60_000, Date.now()].map((at) => new Date(at).toISOString());
          return ask("GET", `${data}/sobjects/Contact/updated/?start=${start}&end=${end}`);
        };
        return (
          (await list(0)).status === 400 && (await list(3)).status === 200 && (await list(31 * 24 * 60)).status === 400
        );
      },
    "query leaves out deleted and merged records, queryAll has them, with MasterRecordId where they were merged away.":
      async () => {
        const [gone] = (await upsert(person("gone"))).body;
        await ask("DELETE", `${data}/composite/sobjects?ids=${gone.id}&allOrNone=false`);
        const text = `SELECT Id FROM Contact WHERE Id = '${gone.id}'`;
        return (await query(text)).body.totalSize === 0 && (await query(text, "queryAll")).body.totalSize === 1;
      },
  };
  const tidy = async () => {
    const ids = [...new Set(made)].join(",");
    await ask("DELETE", `${data}/composite/sobjects?ids=${ids}&allOrNone=false`);
  };
  return { checks, tidy };
}
