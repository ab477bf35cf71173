/** What people do in the organisation. Whoever edits what another transaction holds waits until that has committed. */
import { behaves } from "../behaviours.js";
import { type ObjectName, objectOf } from "./ids.js";
import type { Author, Row } from "./records.js";
import type { State } from "./state.js";
import { create, update } from "./writes.js";

/** The record as it is committed; throws where there is none. */
export function rowOf({ records }: State, id: string): Row {
  const row = records.get(id);
  if (row === null) throw new Error(`there is no record ${id}`);
  return row;
}

const person = (state: State): Author => ({ id: state.person });

export function createByHand(state: State, object: ObjectName, given: Record<string, unknown>, late: number): string {
  return create(state, { object, given, author: person(state) }, late);
}

export function editByHand(state: State, id: string, given: Record<string, unknown>, late: number): void {
  state.records.settle([id]);
  update(state, id, given, person(state), late);
}

export function removeByHand(state: State, id: string, late: number): void {
  state.records.settle([id]);
  if (rowOf(state, id).IsDeleted === true) throw new Error(`${id} is deleted already`);
  state.records.write([{ type: "DELETE", id, values: {} }], person(state), late);
}

export function restoreByHand(state: State, id: string, late: number): void {
  state.records.settle([id]);
  if (rowOf(state, id).IsDeleted !== true) throw new Error(`${id} is not deleted`);
  state.records.write([{ type: "UNDELETE", id, values: { MasterRecordId: null } }], person(state), late);
}

behaves(
  "salesforce",
  "documented",
  "A merge deletes the loser, whose MasterRecordId names the winner, and updates the winner, in one transaction.",
  "Apex Developer Guide, Merge Statement; REST API Developer Guide, QueryAll",
);
behaves("salesforce", "assumed", "A merge leaves the winner the values that it has.", "people may choose others");

export function mergeByHand(state: State, winner: string, loser: string, late: number): void {
  state.records.settle([winner, loser]);
  for (const id of [winner, loser]) if (rowOf(state, id).IsDeleted === true) throw new Error(`${id} is deleted`);
  if (winner === loser || objectOf(winner) !== objectOf(loser)) throw new Error("these two cannot be merged");
  const edits = [
    { type: "DELETE" as const, id: loser, values: { MasterRecordId: winner } },
    { type: "UPDATE" as const, id: winner, values: {} },
  ];
  state.records.write(edits, person(state), late);
}

behaves(
  "salesforce",
  "documented",
  "A lead that is converted stays, with IsConverted and ConvertedContactId, and becomes a contact of a new account.",
  "Object Reference, Lead",
);
behaves(
  "salesforce",
  "assumed",
  "Custom fields of a lead go to the contact's of the same name; in Salesforce an administrator maps them.",
  "Salesforce Help, Lead conversion mapping",
);

const addresses = ["Street", "City", "State", "PostalCode", "Country"];

export function convertByHand(state: State, lead: string, late: number): string {
  const { schema, records } = state;
  records.settle([lead]);
  const held = rowOf(state, lead);
  if (objectOf(lead) !== "Lead" || held.IsDeleted === true || held.IsConverted === true) {
    throw new Error(`${lead} is no lead that can be converted`);
  }
  const account = records.newId("Account");
  const contact = records.newId("Contact");
  const values: Record<string, unknown> = { AccountId: account };
  for (const { name, readOnly, unique } of schema.fields("Lead")) {
    const to = addresses.includes(name) ? `Mailing${name}` : name;
    const value = held[name] ?? null;
    if (readOnly === true || value === null || schema.field("Contact", to) === null) continue;
    // A contact that has it already keeps it.
    if (unique === true && records.holder("Contact", to, String(value)) !== null) continue;
    values[to] = value;
  }
  const converted = {
    IsConverted: true,
    ConvertedContactId: contact,
    ConvertedAccountId: account,
    Status: "Qualified",
  };
  const edits = [
    { type: "CREATE" as const, id: account, values: { Name: held.Company ?? null, OwnerId: state.person } },
    { type: "CREATE" as const, id: contact, values },
    { type: "UPDATE" as const, id: lead, values: converted },
  ];
  records.write(edits, person(state), late);
  return contact;
}

behaves(
  "salesforce",
  "documented",
  "Who is deleted and erased from the recycle bin is in no answer to a query any more, also not of queryAll.",
  "SOAP API Developer Guide, emptyRecycleBin()",
);

/** As for a person who asks to be forgotten. */
export function eraseByHand(state: State, id: string): void {
  state.records.settle([id]);
  if (rowOf(state, id).IsDeleted !== true) removeByHand(state, id, 0);
  state.records.forget(id);
}
