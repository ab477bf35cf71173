/** The invented people as Salesforce's contacts. */
import { samplePeople } from "../people.js";
import type { SalesforceOrganisation } from "./organisation.js";

/** Their ids. */
export function addSampleContacts(organisation: Pick<SalesforceOrganisation, "create">): string[] {
  return samplePeople.map(({ firstName, lastName, title, city, email, phone, isFromWeb, hasOptedOut }) =>
    organisation.create("Contact", {
      ...{ FirstName: firstName, LastName: lastName, Title: title, MailingCity: city, Email: email, Phone: phone },
      LeadSource: isFromWeb ? "Web" : "Other",
      HasOptedOutOfEmail: hasOptedOut,
    }),
  );
}
