/** Contacts as PenguinMails holds them, with what they did with the last twenty campaigns. Same index, same person. */
import { contact, randomFrom } from "./contacts.mjs";

const stages = ["subscriber", "lead", "mql", "opportunity", "customer"];
const states = ["new", "open", "in_progress", "connected"];

export function person(index) {
  const known = contact(index);
  const random = randomFrom(index + 3_000_000);
  const below = (limit) => Math.floor(random() * limit);
  const maybe = (value) => (random() < 0.75 ? value : null);
  const time = () => new Date(Date.UTC(2023, 0, 1) + below(1000 * 86400) * 1000).toISOString();
  const engagements = Array.from({ length: 20 }, (_, i) => ({
    campaign_id: `c-${1000 + i}`,
    campaign_name: `Newsletter ${i + 1}`,
    at: time(),
    opens: below(5),
    clicks: below(3),
  }));
  return {
    id: known.hs_object_id,
    email: known.email,
    first_name: known.firstname,
    last_name: maybe(known.lastname),
    job_title: known.jobtitle,
    company: maybe(known.company),
    phone: known.phone,
    birthday: maybe(time().slice(0, 10)),
    address: {
      street: known.address,
      city: known.city,
      state: known.state,
      postal_code: known.zip,
      country: known.country,
    },
    source: known.hs_analytics_source,
    lifecycle_stage: maybe(stages[below(stages.length)]),
    lead_state: maybe(states[below(states.length)]),
    lifetime_value: maybe(below(1_000_000) / 100),
    tags: ["newsletter", "trial"],
    newsletter: random() < 0.5,
    lead_score: below(101),
    created_at: time(),
    updated_at: known.lastmodifieddate,
    engagements,
  };
}
