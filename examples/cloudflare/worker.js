/** The sync service on Cloudflare: the Worker in front, and the class of the tenants' Durable Objects. */
import { createWorker } from "@penguinmails/crm-sync/service/cloudflare";

export { TenantObject } from "@penguinmails/crm-sync/service/cloudflare";
export default createWorker();
