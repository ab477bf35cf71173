/** The mapping of ../map-direct.mjs the other way, on objects: what HubSpot gets, where "" clears. */

function spelled(text) {
  if (text === undefined) return text;
  if (text === null) return "";
  return text.charCodeAt(0) > 32 || text.trim() !== "" ? text : "";
}

export function mapToCrm(person) {
  return {
    email: spelled(person.email),
    firstname: spelled(person.first_name),
    lastname: spelled(person.last_name),
    company: spelled(person.company),
    jobtitle: spelled(person.job_title),
    phone: spelled(person.phone),
    hs_analytics_source: spelled(person.source),
    website: spelled(person.website),
  };
}
