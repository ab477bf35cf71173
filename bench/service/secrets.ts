/** Of nobody: what the bench signs with on one side and the service proves on the other. */
export const app = { clientId: "app", clientSecret: "the-app's-secret" };
export const webhookSecret = "the-webhook's-secret";
export const publicUrl = "https://sync.example.com/webhooks/hubspot";
export const apiKeyOf = (tenant: string) => `key-of-${tenant}-0123456789`;
