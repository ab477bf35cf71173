/** Whether an integration is set up for what its mapping does, and what to do where it is not. */
import { CrmUnavailable } from "../crm/client.js";
import { type Check, checkCodes, failed, notChecked, ok, warning } from "../crm/examine.js";
import { scopesOf } from "../crm/oauth.js";
import type { Integration } from "../store/model.js";
import type { SyncContext } from "./context.js";
import { type ActiveMapping, MappingRefused } from "./mappings.js";

const day = 86_400_000;
/** So many days without a webhook are worth a look, even where little changes. */
const quiet = 7;

export async function examine(context: SyncContext, integration: Integration): Promise<Check[]> {
  const active = await context.mappings.of(integration).catch((error) => {
    if (error instanceof MappingRefused) return null;
    throw error;
  });
  if (active === null) return [failed("mapping", "the mapping in force does not compile: save one that does")];
  return [...(await atCrm(context, integration, active)), await webhooks(context, integration)].toSorted(
    (one, other) => place(one) - place(other),
  );
}

const place = ({ code }: Check) => (checkCodes as readonly string[]).indexOf(code);

async function atCrm(context: SyncContext, integration: Integration, active: ActiveMapping): Promise<Check[]> {
  const { crm, account } = integration;
  const { consent, lookups, mapping, crmFields } = active;
  const mapped = mapping.fields.filter(({ quarantined }) => quarantined !== true);
  const writes = mapped.flatMap(({ crm_field, direction }) =>
    crm_field !== null && direction !== "from_crm" ? [crm_field] : [],
  );
  const types = mapped.flatMap(({ crm_field, crm_type }) =>
    crm_field === null ? [] : [[crm_field, String(crm_type)]],
  );
  const scopes = scopesOf(crm, { consent: consent.length > 0, looksUp: lookups.length > 0 });
  try {
    const wanted = { account, scopes, reads: crmFields, writes, types: Object.fromEntries(types) };
    return (await context.client(integration).examine?.(wanted)) ?? [];
  } catch (error) {
    if (!(error instanceof CrmUnavailable)) throw error;
    const hint = {
      revoked: "the CRM refuses the token: connect anew",
      later: "the CRM cannot be asked now: try again",
      broken: "the CRM answers in a way that cannot be worked with",
    };
    const rest = checkCodes.filter((code) => !["mapping", "token", "webhooks"].includes(code));
    return [
      failed("token", `${hint[error.kind]} (${error.message})`),
      ...rest.map((code) => notChecked(code, "the CRM could not be asked")),
    ];
  }
}

async function webhooks({ store, clock }: SyncContext, integration: Integration): Promise<Check> {
  const heard = await store.heardAt(integration);
  if (heard === null)
    return warning("webhooks", "none has ever come: changes are found once an hour; set webhooks up at the CRM");
  const days = Math.floor((clock.now() - Date.parse(heard)) / day);
  if (days < quiet) return ok("webhooks", `the last one came at ${heard}`);
  return warning("webhooks", `none has come for ${days} days: see whether the CRM sends them still`);
}
