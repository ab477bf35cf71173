import { CrmSyncError } from "../errors.js";
import type { Catalog, Catalogs } from "../types.js";
import { parsed } from "./answer.js";
import * as hubspot from "./hubspot.js";
import * as salesforce from "./salesforce.js";

const importers: Record<string, { expected: string; catalog: (answer: unknown) => Catalog }> = {
  salesforce: { expected: salesforce.expected, catalog: salesforce.salesforceCatalog },
  hubspot: { expected: hubspot.expected, catalog: hubspot.hubspotCatalog },
};

/** The types of a CRM's fields, from what the CRM itself answers about them. */
export function importCatalog(crm: string, answer: object | Uint8Array): Catalogs {
  const importer = Object.hasOwn(importers, crm) ? importers[crm] : undefined;
  if (importer === undefined)
    throw new CrmSyncError("API004", 'the CRM of an imported catalog is "salesforce" or "hubspot"');
  return { crm: importer.catalog(parsed(answer, importer.expected)) };
}
