/** `CrmClient` for one organisation of Salesforce, by its REST API. It tells when records changed, not when fields did. */
import type { Clock } from "../../clock.js";
import type { IntegrationSettings } from "../../store/model.js";
import type { CrmClient, CrmWrite } from "../client.js";
import type { Http } from "../http.js";
import { lookupCache } from "../lookup-cache.js";
import type { RateLimit } from "../rate-limit.js";
import { readChanges } from "./changes.js";
import type { Context } from "./context.js";
import { createRecords } from "./creates.js";
import { deleteRecords } from "./deletes.js";
import { examine } from "./examine.js";
import { longId } from "./ids.js";
import { listRecords } from "./list.js";
import { lookUpWrites } from "./look-up.js";
import { lookUpRows } from "./look-ups.js";
import { answered, type Write } from "./outcomes.js";
import { findRecords, losersOf, plain, readRecords } from "./read.js";
import { createRequests } from "./requests.js";
import { isName } from "./soql.js";
import { type Update, updateRecords } from "./updates.js";

export interface SalesforceOptions {
  /** With the integration's credentials, and its `bucket` if there is one. */
  http: Http;
  clock: Clock;
  settings: Pick<IntegrationSettings, "baseUrl" | "keyField" | "ourself" | "object">;
  bucket?: RateLimit;
  listPageSize?: number | undefined;
}

export function createSalesforceClient(options: SalesforceOptions): CrmClient {
  const { http, clock, settings, bucket, listPageSize } = options;
  const { baseUrl, keyField, object = "Contact" } = settings;
  if (!isName(keyField) || !isName(object))
    throw new TypeError("the key field or the object has no name of Salesforce's");
  const requests = createRequests({ http, baseUrl, clock, ...(bucket !== undefined && { bucket }) });
  const context: Context = { requests, clock, object, keyField, ourself: longId(settings.ourself), listPageSize };

  return {
    crm: "salesforce",
    keyField,
    // HasOptedOutOfEmail is a field like any other, and has no way of its own.
    consentFields: [],
    quota: requests.quota,
    lookUpIds: lookupCache(clock, (wanted) => lookUpRows(context, wanted)),

    async read(ids, fields) {
      const found = await readRecords(context, ids, fields);
      return new Map([...found].map(([id, told]) => [id, told && plain(told)]));
    },

    mergedInto: (ids) => losersOf(context, ids),

    async findByKey(keys, fields) {
      const found = await findRecords(context, keyField, keys, fields);
      return new Map([...found].flatMap(([key, [first]]) => (first === undefined ? [] : [[key, plain(first)]])));
    },

    async findByEmail(emails, fields) {
      const found = await findRecords(context, "Email", emails, fields);
      return new Map([...found].map(([email, told]) => [email, told.map(plain)]));
    },

    write(writes) {
      const isUpdate = (write: CrmWrite): write is Update => write.kind === "update" || write.kind === "consent";
      return answered(writes, [
        (answers) => updateRecords(context, writes.filter(isUpdate), answers),
        (answers) => createRecords(context, ofKind(writes, "create"), answers),
        (answers) => deleteRecords(context, ofKind(writes, "delete"), answers),
      ]);
    },

    lookUp: (writes, fields) => lookUpWrites(context, writes, fields),
    changes: (cursor) => readChanges(context, cursor),
    list: (after) => listRecords(context, after),
    examine: (wanted) => examine(context, wanted),
  };
}

function ofKind<Kind extends CrmWrite["kind"]>(writes: readonly CrmWrite[], kind: Kind): Write<Kind>[] {
  return writes.filter((write): write is Write<Kind> => write.kind === kind);
}
