import type { Keyring } from "../../../web/service/crm/sealing.js";

export const keyring: Keyring = { current: "one", keys: { one: new Uint8Array(32).fill(7) } };
