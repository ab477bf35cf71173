/** Contacts as HubSpot's API gives their `properties`: 39 of them, all strings or null. Same index, same contact. */

const given = ["Ada", "Grace", "Zoë", "José", "Søren", "健二", "Anna", "Łukasz", "Mary", "Olivia", "Jürgen", "Chloé"];
const family = [
  "Lovelace",
  "Hopper",
  "Müller",
  "García",
  "Kierkegård",
  "山田",
  "O'Neill",
  "Nowak",
  "Somerville",
  "Brown",
];
const companies = [
  "Analytical Engines",
  "Brandt & Söhne GmbH",
  'The "Good" Company',
  "Northwind",
  "Café Olé",
  "Acme Inc.",
];
const titles = ["Head of Marketing", "Engineer", "Geschäftsführer", "VP Sales", "Countess", "Responsable d'équipe"];
const places = [
  ["Oslo", "Norway", "0150"],
  ["Zürich", "Switzerland", "8001"],
  ["São Paulo", "Brazil", "01000-000"],
  ["London", "United Kingdom", "SW1A 1AA"],
  ["Austin", "United States", "73301"],
  ["東京", "Japan", "100-0001"],
];
const stages = ["subscriber", "lead", "marketingqualifiedlead", "opportunity", "customer"];
const leadStatuses = ["NEW", "OPEN", "IN_PROGRESS", "CONNECTED"];
const sources = ["ORGANIC_SEARCH", "DIRECT_TRAFFIC", "EMAIL_MARKETING", "PAID_SOCIAL", "REFERRALS"];
const notes = [
  "Asked for a quote; call back next week.\nPrefers e-mail.",
  "Met at the fair in Köln – wants the “starter” plan.",
  "No reply since the second mailing.",
  "Sent slides, see C:\\shared\\offers for the draft.",
];

/** A generator of its own for each contact (mulberry32), so that a contact does not depend on those before it. */
export function randomFrom(seed) {
  let state = (seed + 1) * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), bits | 61)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296;
  };
}

export function contact(index) {
  const random = randomFrom(index);
  const below = (limit) => Math.floor(random() * limit);
  const one = (list) => list[below(list.length)];
  const digits = (count) => String(Math.floor((random() * 0.9 + 0.1) * 10 ** count));
  const time = () => new Date(Date.UTC(2023, 0, 1) + below(1000 * 86400) * 1000).toISOString();
  /** HubSpot gives null for what was never filled in, and sometimes a blank text for what was emptied. */
  const maybe = (value) => (random() < 0.75 ? value : random() < 0.9 ? null : "");
  const id = String(100000 + index);
  const [city, country, zip] = one(places);
  const company = one(companies);
  const domain = `mail${below(500)}.example.org`;
  return {
    address: maybe(`${1 + below(200)} Main Street`),
    annualrevenue: maybe(digits(7)),
    city: maybe(city),
    company: maybe(company),
    country: maybe(country),
    createdate: time(),
    email: `contact.${id}@${domain}`,
    fax: null,
    firstname: one(given),
    first_conversion_date: maybe(time()),
    first_conversion_event_name: maybe("Newsletter: sign-up form"),
    hs_analytics_first_timestamp: time(),
    hs_analytics_num_page_views: digits(2),
    hs_analytics_num_visits: digits(1),
    hs_analytics_source: one(sources),
    hs_analytics_source_data_1: maybe(`campaign-${digits(4)}`),
    hs_calculated_full_name: maybe(`${one(given)} ${one(family)}`),
    hs_email_bounce: maybe(digits(1)),
    hs_email_click: digits(2),
    hs_email_domain: domain,
    hs_email_last_open_date: maybe(time()),
    hs_email_open: digits(2),
    hs_email_optout: one(["true", "false", "false"]),
    hs_lead_status: maybe(one(leadStatuses)),
    hs_object_id: id,
    hubspot_owner_id: maybe(digits(8)),
    industry: maybe("COMPUTER_SOFTWARE"),
    jobtitle: maybe(one(titles)),
    lastmodifieddate: time(),
    lastname: one(family),
    lifecyclestage: one(stages),
    message: maybe(one(notes)),
    mobilephone: maybe(`+44 7${digits(3)} ${digits(6)}`),
    numemployees: maybe(digits(3)),
    phone: maybe(`+44 20 ${digits(4)} ${digits(4)}`),
    salutation: maybe("Ms."),
    state: maybe("Central"),
    website: maybe(`https://www.${domain}/`),
    zip: maybe(zip),
  };
}
