/**
 * What a developer would write instead of the mapping of ../map-full.mjs. By hand all of it is JavaScript. With an engine
 * for expressions the formulas, conditions and sums are texts, as in the mapping file, and the rest stays JavaScript,
 * which is faster.
 */
import { Environment } from "@marcbachmann/cel-js";
import jsonLogic from "json-logic-js";
import jsonata from "jsonata";
import { mapLines } from "./lines.mjs";

const stages = {
  subscriber: "subscriber",
  lead: "lead",
  mql: "marketingqualifiedlead",
  opportunity: "opportunity",
  customer: "customer",
};
const states = { new: "NEW", open: "OPEN", in_progress: "IN_PROGRESS", connected: "CONNECTED" };

/** HubSpot's spelling: numbers and booleans are texts, and "" clears. */
function spelled(value) {
  if (typeof value !== "string") return value === null ? "" : value === undefined ? value : String(value);
  // Most texts start with a letter or digit, so `trim` is rarely called.
  return value.charCodeAt(0) > 32 || value.trim() !== "" ? value : "";
}

function mapped(person, computed) {
  return {
    email: spelled(person.email),
    firstname: spelled(person.first_name),
    phone: spelled(person.phone),
    city: spelled(person.address?.city),
    pm_lead_score: spelled(person.lead_score),
    pm_lifetime_value: spelled(person.lifetime_value),
    pm_newsletter: spelled(person.newsletter),
    pm_birthday: spelled(person.birthday),
    pm_full_name: spelled(computed.full_name),
    pm_salutation: spelled(computed.salutation),
    pm_company: spelled(computed.company),
    pm_link: spelled(computed.link),
    pm_temperature: computed.temperature,
    pm_priority: computed.priority,
    pm_kind: computed.kind,
    pm_grade: computed.grade,
    lifecyclestage: person.lifecycle_stage ? stages[person.lifecycle_stage] : "",
    hs_lead_status: person.lead_state ? states[person.lead_state] : "",
    pm_engagement: spelled(computed.engagement),
    pm_campaigns_clicked: spelled(computed.campaigns_clicked),
  };
}

function byHand(person) {
  const { first_name, last_name, company, lead_score, engagements } = person;
  const country = person.address?.country;
  let engagement = 0;
  let campaigns_clicked = 0;
  for (const { opens, clicks } of engagements) {
    engagement += opens + clicks;
    if (clicks > 0) campaigns_clicked++;
  }
  return {
    full_name: first_name && last_name ? `${first_name} ${last_name}` : first_name || last_name,
    salutation: `Dear ${first_name || "friend"},`,
    company: `${company ?? ""} (${country ?? ""})`,
    link: `https://app.example.org/contacts/${person.id}?from=${person.source ?? ""}`,
    temperature: lead_score >= 75 ? "Hot" : "Warm",
    priority:
      (lead_score >= 75 && (country === "Norway" || country === "Japan")) || person.email?.endsWith("7.example.org")
        ? "High"
        : "Normal",
    kind: company !== null && company !== undefined ? "Business" : "Private",
    grade: lead_score >= 90 ? "A" : lead_score >= 60 ? "B" : lead_score >= 30 ? "C" : "D",
    engagement,
    campaigns_clicked,
  };
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Decodes everything, splits, maps, joins, encodes. */
function plain(bytes) {
  let output = "";
  for (const line of decoder.decode(bytes).split("\n")) {
    if (line === "") continue;
    const person = JSON.parse(line);
    output += `${JSON.stringify(mapped(person, byHand(person)))}\n`;
  }
  return encoder.encode(output);
}

/** A `run` of what computes ten fields of a person. */
function tuned(compute) {
  return (bytes) =>
    mapLines(bytes, (line) => {
      const person = JSON.parse(line);
      return JSON.stringify(mapped(person, compute(person)));
    });
}

/** Each expression becomes a program of its own, and `evaluate` runs one. */
function computing(expressions, evaluate) {
  const { full_name, salutation, company, link, temperature, priority, kind, grade, engagement, campaigns_clicked } =
    expressions;
  return (person) => ({
    full_name: evaluate(full_name, person),
    salutation: evaluate(salutation, person),
    company: evaluate(company, person),
    link: evaluate(link, person),
    temperature: evaluate(temperature, person),
    priority: evaluate(priority, person),
    kind: evaluate(kind, person),
    grade: evaluate(grade, person),
    engagement: evaluate(engagement, person),
    campaigns_clicked: evaluate(campaigns_clicked, person),
  });
}

/** CEL has no sum, so that is a function of JavaScript. */
const environment = new Environment({ unlistedVariablesAreDyn: true }).registerFunction("sum(list): double", (list) => {
  let sum = 0;
  for (const value of list) sum += value;
  return sum;
});
const cel = Object.fromEntries(
  Object.entries({
    full_name: `last_name == null || last_name == "" ? first_name : first_name + " " + last_name`,
    salutation: `"Dear " + (first_name == null || first_name == "" ? "friend" : first_name) + ","`,
    company: `(company == null ? "" : company) + " (" + (address.country == null ? "" : address.country) + ")"`,
    link: `"https://app.example.org/contacts/" + id + "?from=" + (source == null ? "" : source)`,
    temperature: `lead_score >= 75 ? "Hot" : "Warm"`,
    priority: `lead_score >= 75 && address.country in ["Norway", "Japan"] || email.endsWith("7.example.org") ? "High" : "Normal"`,
    kind: `company != null ? "Business" : "Private"`,
    grade: `lead_score >= 90 ? "A" : lead_score >= 60 ? "B" : lead_score >= 30 ? "C" : "D"`,
    engagement: `sum(engagements.map(e, e.opens + e.clicks))`,
    campaigns_clicked: `size(engagements.filter(e, e.clicks > 0))`,
  }).map(([field, text]) => [field, environment.parse(text)]),
);

/** One expression for all fields and all people; one each was no faster. */
const jsonataProgram = jsonata(`[$.{
  "full_name": last_name ? first_name & " " & last_name : first_name,
  "salutation": "Dear " & (first_name ? first_name : "friend") & ",",
  "company": (company ? company : "") & " (" & (address.country ? address.country : "") & ")",
  "link": "https://app.example.org/contacts/" & id & "?from=" & (source ? source : ""),
  "temperature": lead_score >= 75 ? "Hot" : "Warm",
  "priority": lead_score >= 75 and address.country in ["Norway", "Japan"] or $substring(email, -13) = "7.example.org" ? "High" : "Normal",
  "kind": company != null ? "Business" : "Private",
  "grade": lead_score >= 90 ? "A" : lead_score >= 60 ? "B" : lead_score >= 30 ? "C" : "D",
  "engagement": $sum(engagements.(opens + clicks)),
  "campaigns_clicked": $count(engagements[clicks > 0])
}]`);

async function withJsonata(bytes) {
  const people = [];
  for (const line of decoder.decode(bytes).split("\n")) {
    if (line !== "") people.push(JSON.parse(line));
  }
  const computed = await jsonataProgram.evaluate(people);
  let output = "";
  for (let i = 0; i < people.length; i++) output += `${JSON.stringify(mapped(people[i], computed[i]))}\n`;
  return encoder.encode(output);
}

const field = (name) => ({ var: name });
const scoreOf = (least) => ({ ">=": [field("lead_score"), least] });
/** The sum over the rows, in json-logic's only way. */
const sumOf = (...terms) => ({ reduce: [field("engagements"), { "+": [field("accumulator"), ...terms] }, 0] });
const logic = {
  full_name: { if: [field("last_name"), { cat: [field("first_name"), " ", field("last_name")] }, field("first_name")] },
  salutation: { cat: ["Dear ", { or: [field("first_name"), "friend"] }, ","] },
  company: { cat: [{ or: [field("company"), ""] }, " (", { or: [field("address.country"), ""] }, ")"] },
  link: { cat: ["https://app.example.org/contacts/", field("id"), "?from=", { or: [field("source"), ""] }] },
  temperature: { if: [scoreOf(75), "Hot", "Warm"] },
  priority: {
    if: [
      {
        or: [
          { and: [scoreOf(75), { in: [field("address.country"), ["Norway", "Japan"]] }] },
          { "===": [{ substr: [field("email"), -13] }, "7.example.org"] },
        ],
      },
      "High",
      "Normal",
    ],
  },
  kind: { if: [{ "!==": [field("company"), null] }, "Business", "Private"] },
  grade: { if: [scoreOf(90), "A", scoreOf(60), "B", scoreOf(30), "C", "D"] },
  engagement: sumOf(field("current.opens"), field("current.clicks")),
  campaigns_clicked: sumOf({ if: [{ ">": [field("current.clicks"), 0] }, 1, 0] }),
};

export const rivals = [
  { name: "JavaScript, plain", run: plain },
  { name: "JavaScript, tuned", run: tuned(byHand) },
  { name: "@marcbachmann/cel-js", run: tuned(computing(cel, (program, person) => program(person))) },
  { name: "json-logic-js", run: tuned(computing(logic, (rule, person) => jsonLogic.apply(rule, person))) },
  { name: "jsonata", run: withJsonata },
];

/** By hand on objects, for ../objects.mjs. */
export const mapPerson = (person) => mapped(person, byHand(person));
