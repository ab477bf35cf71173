/** Both sides of a pair as `resolve` takes them. */
import type { Side } from "@penguinmails/crm-sync";
import type { CrmRecord } from "../crm/client.js";
import type { Contact } from "../store/model.js";

export function localSide(contact: Contact | null): Side | null {
  if (contact === null) return null;
  const { record, updatedAt, fieldTimes, acts, deleted, deletedAt } = contact;
  if (deleted !== false) return { record, deleted, ...(deletedAt !== null && { deleted_at: deletedAt }) };
  return { record, updated_at: updatedAt, field_times: fieldTimes, acts };
}

/**
 * `linked` is the id that the link points to: what the CRM gives for it may be another record, into which that one was
 * merged. `braked` fields are as if they had not been fetched: they are left alone.
 */
export function crmSide(read: CrmRecord | null, linked: string | null, braked: readonly string[]): Side | null {
  if (read === null) return linked === null ? null : { deleted: true };
  const { record, fetched, updatedAt, fieldTimes, deleted, deletedAt } = read;
  return {
    record,
    fetched: fetched.filter((field) => !braked.includes(field)),
    ...(updatedAt !== null && { updated_at: updatedAt }),
    ...(fieldTimes !== undefined && { field_times: fieldTimes }),
    ...(deleted !== undefined && { deleted }),
    ...(deletedAt !== undefined && { deleted_at: deletedAt }),
    // What it was merged into may have been deleted since: then nothing survives.
    ...(linked !== null && read.id !== linked && deleted === undefined && { merged_into: read.id }),
  };
}
