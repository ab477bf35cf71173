/** Twenty entries of all kinds, bytes to bytes: from PenguinMails' contacts to HubSpot's. */
import { intoKept } from "./kept.mjs";
import { person } from "./people.mjs";
import { rivals } from "./rivals/map-full.mjs";

export const file = `
name: map-full
crm: hubspot
field_mapping:
  - {crm_field: email, penguinmails_field: email}
  - {crm_field: firstname, penguinmails_field: first_name}
  - {crm_field: phone, penguinmails_field: phone}
  - {crm_field: city, penguinmails_field: address.city}
  - {crm_field: pm_lead_score, penguinmails_field: lead_score}
  - {crm_field: pm_lifetime_value, penguinmails_field: lifetime_value}
  - {crm_field: pm_newsletter, penguinmails_field: newsletter}
  - {crm_field: pm_birthday, penguinmails_field: birthday}
  - {crm_field: pm_full_name, formula: "{{first_name}} {{last_name}}"}
  - {crm_field: pm_salutation, formula: "Dear {{first_name | default: 'friend'}},"}
  - {crm_field: pm_company, formula: "{{company}} ({{address.country}})"}
  - {crm_field: pm_link, formula: "https://app.example.org/contacts/{{id}}?from={{source}}"}
  - {crm_field: pm_temperature, condition: "lead_score >= 75", value_if_true: Hot, value_if_false: Warm}
  - crm_field: pm_priority
    condition: lead_score >= 75 && address.country in ['Norway', 'Japan'] || email.endsWith('7.example.org')
    value_if_true: High
    value_if_false: Normal
  - {crm_field: pm_kind, condition: company != null, value_if_true: Business, value_if_false: Private}
  - crm_field: pm_grade
    cases: [{when: lead_score >= 90, value: A}, {when: lead_score >= 60, value: B}, {when: lead_score >= 30, value: C}]
    otherwise: D
  - crm_field: lifecyclestage
    penguinmails_field: lifecycle_stage
    value_map: {subscriber: subscriber, lead: lead, mql: marketingqualifiedlead, opportunity: opportunity, customer: customer}
  - crm_field: hs_lead_status
    penguinmails_field: lead_state
    value_map: {new: NEW, open: OPEN, in_progress: IN_PROGRESS, connected: CONNECTED}
  - {crm_field: pm_engagement, formula: SUM(opens + clicks), over: engagements}
  - {crm_field: pm_campaigns_clicked, formula: COUNT(clicks > 0), over: engagements}
sync: {direction: to_crm}
catalog:
  penguinmails: {newsletter: boolean, birthday: date, lifetime_value: currency}
`;

const encoder = new TextEncoder();

export const mapFull = {
  name: "map-full",
  contestants(engine) {
    const { mapping, diagnostics } = engine.compile(file);
    if (mapping === null) throw new Error(JSON.stringify(diagnostics));
    return [
      { name: "crm-sync", run: (bytes) => mapping.mapMany("to_crm", bytes) },
      {
        name: "crm-sync, into kept memory",
        run: intoKept((bytes, memory) => mapping.mapMany("to_crm", bytes, undefined, memory)),
      },
      ...rivals,
    ];
  },
  /** NDJSON of the people from `first` on. */
  input(first, count) {
    const lines = Array.from({ length: count }, (_, i) => `${JSON.stringify(person(first + i))}\n`);
    return encoder.encode(lines.join(""));
  },
};
