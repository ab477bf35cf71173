/** What can be seen of HubSpot by an app with a contact or two. */
import { type Account, type Checks, NotHere } from "./live-check.js";

const contacts = "/crm/objects/2026-09/contacts";
const key = "penguinmails_id";
const nobody = "999999999999";

export async function hubspot({ ask, unique, pause }: Account) {
  const property = await ask("GET", `/crm/properties/2026-09/contacts/${key}`);
  if (property.status === 401) throw new Error("HubSpot does not take the token");
  if (property.status === 404) {
    throw new Error(
      `There is no property ${key}. Make it in a portal for developers, then start again: POST /crm/properties/2026-09/contacts ` +
        `{"name":"${key}","label":"PenguinMails id","type":"string","fieldType":"text","groupName":"contactinformation","hasUniqueValue":true}`,
    );
  }
  if (property.body?.hasUniqueValue !== true)
    throw new Error(`${key} is there and not unique; HubSpot cannot change that`);

  const made: string[] = [];
  const address = (name: string) => `crm-sync-${unique}-${name}@example.com`;
  const create = async (properties: object) => {
    const answer = await ask("POST", contacts, { properties });
    if (answer.status === 201) made.push(answer.body.id);
    return answer;
  };
  const idOf = async (name: string, more: object = {}): Promise<string> =>
    (await create({ email: address(name), ...more })).body.id;
  const patch = (id: string, properties: object) => ask("PATCH", `${contacts}/${id}`, { properties });
  const read = async (id: string, ...names: string[]) =>
    (await ask("GET", `${contacts}/${id}?properties=${names}`)).body.properties;
  const history = async (id: string, name: string) =>
    (await ask("GET", `${contacts}/${id}?propertiesWithHistory=${name}`)).body.propertiesWithHistory[name];
  const batch = async (what: string, inputs: object[], more: object = {}) => {
    const answer = await ask("POST", `${contacts}/batch/${what}`, { inputs, ...more });
    if (what === "create") for (const { id } of answer.body?.results ?? []) made.push(id);
    return answer;
  };
  const told = ({ body }: { body: unknown }, code: string) => JSON.stringify(body).includes(code);
  const ann = await idOf("ann", { firstname: "Ann", [key]: `${unique}-Ann` });
  const bob = await idOf("bob", { firstname: "Bob", phone: "1" });
  if (ann === undefined || bob === undefined)
    throw new Error("HubSpot let no contact be made: crm.objects.contacts.write?");

  let isOut = false;
  const checks: Checks = {
    "A contact tells where it is from: hs_object_source, hs_object_source_id and hs_object_source_label.": async () => {
      const { hs_object_source, hs_object_source_id } = await read(ann, "hs_object_source", "hs_object_source_id");
      return Boolean(hs_object_source && hs_object_source_id);
    },
    'All values are texts, and "" clears.': async () => {
      await patch(ann, { phone: "5" });
      const before = (await read(ann, "phone")).phone;
      await patch(ann, { phone: "" });
      return before === "5" && [null, ""].includes((await read(ann, "phone")).phone);
    },
    "A property that does not exist is PROPERTY_DOESNT_EXIST.": async () =>
      told(await patch(ann, { first000name: "x" }), "PROPERTY_DOESNT_EXIST"),
    "An address that is none is INVALID_EMAIL, a read-only property READ_ONLY_VALUE.": async () =>
      told(await patch(ann, { email: "nobody" }), "INVALID_EMAIL") &&
      told(await patch(ann, { hs_email_optout: "true" }), "READ_ONLY_VALUE"),
    "JSON's null is refused as a value; numbers and booleans are taken as texts.": async () =>
      (await patch(ann, { phone: null })).status === 400 && (await patch(ann, { phone: 7 })).status === 200,
    "E-mail addresses are kept in lower case.": async () => {
      const { id } = (await create({ email: address("UPPER") })).body;
      return (await read(id, "email")).email === address("upper");
    },
    "A stage further back is passed over without an error.": async () => {
      await patch(ann, { lifecyclestage: "customer" });
      const { status } = await patch(ann, { lifecyclestage: "lead" });
      return status === 200 && (await read(ann, "lifecyclestage")).lifecyclestage === "customer";
    },
    "A property with hasUniqueValue has a value once only.": async () =>
      (await patch(bob, { [key]: `${unique}-Ann` })).status === 400,
    "Unique values are compared without regard to case.": async () =>
      (await patch(bob, { [key]: `${unique}-ANN` })).status === 400,
    "A unique value that another record holds refuses an update with 400, and the message names both records.":
      async () => {
        const answer = await patch(bob, { email: address("ann") });
        return answer.status === 400 && told(answer, ann) && told(answer, bob);
      },
    "A unique value that another contact holds refuses a whole batch of updates with 400.": async () =>
      (
        await batch("update", [
          { id: bob, properties: { email: address("ann") } },
          { id: ann, properties: { phone: "2" } },
        ])
      ).status === 400,
    "A unique property's value that another contact holds refuses a whole batch of creates with 400; addresses are conflicts.":
      async () =>
        (
          await batch("create", [
            { properties: { email: address("k1"), [key]: `${unique}-Ann` }, objectWriteTraceId: "0" },
            { properties: { email: address("k2") }, objectWriteTraceId: "1" },
          ])
        ).status === 400,
    "Where every input has an objectWriteTraceId of its own, a contact that is there already is an error among the results of a batch create, with 207; otherwise it refuses them all with 409.":
      async () => {
        const inputs = ["ann", "new"].map((name, index) => ({
          ...{ properties: { email: address(name) }, objectWriteTraceId: String(index) },
        }));
        const partly = await batch("create", inputs);
        const whole = await batch("create", [{ properties: { email: address("ann") } }]);
        return partly.status === 207 && partly.body.results.length === 1 && whole.status === 409;
      },
    "Of two new contacts with one address in a batch, the second is a conflict with the first.": async () => {
      const inputs = ["0", "1"].map((objectWriteTraceId) => ({
        properties: { email: address("twin") },
        objectWriteTraceId,
      }));
      const { status, body } = await batch("create", inputs);
      return status === 207 && body.results.length === 1 && body.errors.length === 1;
    },
    "A contact whose address is there already is refused with 409, which tells the holder's id.": async () => {
      const answer = await create({ email: address("ann") });
      return answer.status === 409 && told(answer, ann);
    },
    "An id twice in a batch refuses it.": async () =>
      (
        await batch(
          "update",
          [ann, ann].map((id) => ({ id, properties: { phone: "3" } })),
        )
      ).status === 400,
    "An id twice in a batch of reads, or of deletions, refuses it too.": async () => {
      const twice = [{ id: nobody }, { id: nobody }];
      return (
        (await batch("read", twice, { properties: [] })).status === 400 &&
        (await batch("archive", twice)).status === 400
      );
    },
    "Inputs of records that are not there are told as one error among the results, with 207.": async () => {
      const { status, body } = await batch("read", [{ id: ann }, { id: nobody }], { properties: ["email"] });
      return status === 207 && body.errors.length === 1 && body.results.length === 1;
    },
    "A property that was asked for and does not exist is passed over.": async () =>
      !("first000name" in (await read(ann, "email", "first000name"))),
    "A value that was there already is no new version in the history, and no event.": async () => {
      await patch(bob, { phone: "8" });
      const before = (await history(bob, "phone")).length;
      await patch(bob, { phone: "8" });
      return (await history(bob, "phone")).length === before;
    },
    "A history has the newest version first, each with its time, its source and the source's id.": async () => {
      await patch(bob, { phone: "9" });
      const [newest, older] = await history(bob, "phone");
      return (
        newest.value === "9" && newest.timestamp >= older.timestamp && Boolean(newest.sourceType && newest.sourceId)
      );
    },
    "A search sees a change some moments after it was made, and until then the contact as it was.": async () => {
      const filters = [{ propertyName: "email", operator: "EQ", value: address("bob") }];
      for (let second = 0; second < 60; second++) {
        if ((await ask("POST", `${contacts}/search`, { filterGroups: [{ filters }] })).body.total === 1) return true;
        await pause(1_000);
      }
      return false;
    },
    "The list goes by ids, up to 100 a page; `after` is the next contact's id, and stands in a link as well.":
      async () => {
        const { after, link } = (await ask("GET", `${contacts}?limit=1`)).body.paging.next;
        return (
          (await ask("GET", `${contacts}?limit=1&after=${after}`)).body.results[0].id === after && link.includes(after)
        );
      },
    "Contacts that are not there are passed over by both.": async () =>
      (await ask("DELETE", `${contacts}/${nobody}`)).status === 204 &&
      (await batch("archive", [{ id: nobody }])).status === 204,
    "Deleting a contact archives it, and is answered with 204.": async () => {
      const id = await idOf("gone");
      return (
        (await ask("DELETE", `${contacts}/${id}`)).status === 204 &&
        (await ask("GET", `${contacts}/${id}`)).status === 404
      );
    },
    "An archived contact holds its unique values no more.": async () => {
      await ask("DELETE", `${contacts}/${await idOf("again")}`);
      return (await create({ email: address("again") })).status === 201;
    },
    "Whoever is opted out of everything cannot be subscribed to one thing.": async () => {
      const statuses = `/communication-preferences/2026-03/statuses/${encodeURIComponent(address("bob"))}`;
      const known = (await ask("GET", `${statuses}?channel=EMAIL`)).body?.results;
      const legal = { legalBasis: "CONSENT_WITH_NOTICE", legalBasisExplanation: "a test" };
      const subscription = { subscriptionId: Number(known?.[0]?.subscriptionId ?? 1), channel: "EMAIL", ...legal };
      const subscribe = async () =>
        (await ask("POST", statuses, { ...subscription, statusState: "SUBSCRIBED" })).status;
      if ((await subscribe()) !== 200) throw new NotHere("there is no subscription to try it with");
      isOut = (await ask("POST", `${statuses}/unsubscribe-all?channel=EMAIL`)).status === 200;
      return isOut && (await subscribe()) === 400;
    },
    "A contact's properties follow at once, and tell of the primary address only.": async () => {
      if (!isOut) throw new NotHere("nobody could be opted out");
      return (await read(bob, "hs_email_optout")).hs_email_optout === "true";
    },
  };
  return {
    checks,
    tidy: async () =>
      void (await batch(
        "archive",
        [...new Set(made)].map((id) => ({ id })),
      )),
  };
}
