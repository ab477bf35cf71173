/** Twelve people who are invented, with addresses that belong to nobody. */

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

export interface SamplePerson {
  firstName: string;
  lastName: string;
  title: string;
  city: string;
  email: string;
  phone: string;
  isFromWeb: boolean;
  hasOptedOut: boolean;
}

export const samplePeople: readonly SamplePerson[] = people.map(([firstName, lastName, title, city, domain], index) => {
  const name = firstName
    .normalize("NFD")
    .replace(/[^A-Za-z]/g, "")
    .toLowerCase();
  return {
    ...{ firstName, lastName, title, city, email: `${name}@${domain}`, phone: `+1 202 555 01${String(index + 10)}` },
    ...{ isFromWeb: index % 2 === 0, hasOptedOut: index % 5 === 4 },
  };
});
