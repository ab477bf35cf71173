/** The invented people as HubSpot's contacts. */
import { samplePeople } from "../people.js";
import type { HubSpotPortal } from "./portal.js";

/** Their ids. */
export function addSampleContacts(portal: Pick<HubSpotPortal, "create" | "optOut">): string[] {
  return samplePeople.map(({ firstName, lastName, title, city, email, phone, isFromWeb, hasOptedOut }) => {
    const id = portal.create({
      ...{ firstname: firstName, lastname: lastName, jobtitle: title, city, email, phone },
      lifecyclestage: isFromWeb ? "subscriber" : "lead",
    });
    if (hasOptedOut) portal.optOut(email);
    return id;
  });
}
