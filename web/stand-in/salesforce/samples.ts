/** Twelve people who are invented, with addresses that belong to nobody. */
import type { SalesforceOrganisation } from "./organisation.js";

const people = [
  ["Amara", "Okafor", "Head of Purchasing", "Lagos", "example.com"],
  ["Bjarne", "Lindqvist", "Engineer", "Uppsala", "example.org"],
  ["Chiara", "Moretti", "Founder", "Turin", "example.com"],
  ["Dae-jung", "Seo", "Product Manager", "Busan", "example.org"],
  ["Éloïse", "Garnier", "Librarian", "Lyon", "example.com"],
  ["Farid", "Rahimi", "Accountant", "Herat", "example.org"],
  ["Gwen", "Prichard", "Teacher", "Bangor", "example.com"],
  ["Hanna", "Kowalczyk", "Architect", "Poznań", "example.org"],
  ["Ibrahim", "Diallo", "Logistics Lead", "Conakry", "example.com"],
  ["Jolanda", "Vermeer", "Designer", "Utrecht", "example.org"],
  ["Kenji", "Morita", "Researcher", "Sendai", "example.com"],
  ["Luz", "Ibáñez", "Editor", "Rosario", "example.org"],
] as const;

/** Their ids. */
export function addSampleContacts(organisation: Pick<SalesforceOrganisation, "create">): string[] {
  return people.map(([FirstName, LastName, Title, MailingCity, domain], index) => {
    const name = FirstName.normalize("NFD")
      .replace(/[^A-Za-z]/g, "")
      .toLowerCase();
    return organisation.create("Contact", {
      FirstName,
      LastName,
      Title,
      MailingCity,
      Email: `${name}@${domain}`,
      Phone: `+1 202 555 01${String(index + 10)}`,
      LeadSource: index % 2 === 0 ? "Web" : "Other",
      HasOptedOutOfEmail: index % 5 === 4,
    });
  });
}
