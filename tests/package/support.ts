import assert from "node:assert/strict";
import type { CompileOptions, CrmSyncError, Engine, Mapping } from "@penguinmails/crm-sync";

export const root = new URL("../../", import.meta.url);
export const utf8 = (text: string) => new TextEncoder().encode(text);
export const text = (bytes: Uint8Array) => new TextDecoder("utf-8", { fatal: true }).decode(bytes);

/** Each field of a contact that a test needs, straight through under another name. */
export const contacts = `
name: contacts
field_mapping:
  - {penguinmails_field: email, crm_field: Email}
  - {penguinmails_field: old_number, crm_field: Old_Number__c}
  - {penguinmails_field: note, crm_field: Description}
  - {penguinmails_field: extra, crm_field: Extra__c}
`;

export function compiled(engine: Engine, file: string = contacts, options?: CompileOptions): Mapping {
  const { mapping, diagnostics } = engine.compile(file, options);
  assert.ok(mapping, JSON.stringify(diagnostics));
  return mapping;
}

/** For `assert.throws`: a CrmSyncError, the built package's or its sources', of this code and with such a message. */
export const failing =
  (code: string, message = /./) =>
  (error: unknown) => {
    const { name, code: actual, message: text } = error as CrmSyncError;
    assert.match(name, /^(CrmSync|UseAfterDispose)Error$/, String(error));
    assert.equal(actual, code, text);
    assert.match(text, message);
    return true;
  };
