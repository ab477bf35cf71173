/** Commands that the design names and that this version does not have. */
export const notBuilt: Readonly<Record<string, string>> = {
  doctor: "checks a CRM's account: scopes, permissions on fields, the key field, quota, webhooks",
};
