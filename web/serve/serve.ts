/** The service as it is configured, until it is told to end. */
import { Misuse } from "../cli/failure.js";
import { logged } from "../service/http/log.js";
import { type OpenService, openService, type ServiceConfiguration } from "../service/node/index.js";
import { withAdminPage } from "./admin-page.js";
import { apiKey } from "./api-key.js";
import type { Configuration, RealConfiguration } from "./configuration.js";
import { listenAt, listenFrom, usualPort } from "./door.js";
import { ending, untilEnded } from "./ending.js";
import { keysOfFolder } from "./keys.js";
import { Screen } from "./screen.js";

export async function serve({ host, port }: Configuration, real: RealConfiguration): Promise<void> {
  if (real.finishUpgrade) return finishUpgrade(real);
  const signal = ending();
  process.on("uncaughtException", (error) => {
    log("crashed", { error: logged(error) });
    process.exit(1);
  });
  let opened: OpenService | undefined;
  const handle = withAdminPage((request) => opened?.app.fetch(request) ?? new Response(null, { status: 503 }));
  const door = await (port === null ? listenFrom(handle, host, usualPort) : listenAt(handle, host, port));
  try {
    opened = await open(real);
    const key = await apiKey(opened.store, { another: real.newKey });
    opened.service.start();
    await tell(door.origin, real, key);
    if (await opened.store.isUpgrading()) await tellOfUpgrade();
    process.send?.("ready");
    await untilEnded(signal);
  } finally {
    await door.close();
    await opened?.close();
  }
}

function log(event: string, detail: Record<string, unknown>): void {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), event, ...detail })}\n`);
}

async function open({
  databaseUrl,
  folder,
  keyring,
  apps,
  publicUrl,
  hubspot,
  retention,
  metricsToken,
}: RealConfiguration): Promise<OpenService> {
  const configuration: ServiceConfiguration = {
    ...(databaseUrl === null ? { folder } : { databaseUrl }),
    keyring: keyring ?? keysOfFolder(folder).keyring,
    apps,
    ...(publicUrl !== null && { publicUrl }),
    retention,
    ...(metricsToken !== null && { metricsToken }),
    ...(hubspot !== null && { hubspot }),
    log,
  };
  try {
    return await openService(configuration);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "FOLDER_IN_USE") throw new Misuse("CLI009", message, "--folder names another one");
    // By its code only: messages of drivers hold addresses and names of users.
    if (typeof code === "string") throw new Misuse("CLI009", `the database cannot be opened: ${code}`);
    throw error;
  }
}

async function finishUpgrade(real: RealConfiguration): Promise<void> {
  const opened = await open(real);
  try {
    const wasUpgrading = await opened.store.isUpgrading();
    await opened.store.finishUpgrade();
    await new Screen().say(wasUpgrading ? "The upgrade is finished." : "No upgrade was under way.");
  } finally {
    await opened.close();
  }
}

const tellOfUpgrade = () =>
  new Screen().commands(
    "An upgrade is under way: what is kept of a person is not sealed yet, and neither a revert nor a draft's impact begins, so that processes of the version before can go on. Once none of them runs any more:",
    ["crm-sync serve --finish-upgrade"],
  );

async function tell(
  origin: string,
  { databaseUrl, folder, keyring, apps, publicUrl, hubspot, metricsToken }: RealConfiguration,
  key: string | null,
) {
  const screen = new Screen();
  await screen.heading(`The sync service is at ${origin}`);
  await screen.list([
    ["Database", databaseUrl === null ? `embedded, in ${folder}` : "PostgreSQL"],
    [
      "Keys",
      keyring === null ? `${folder}/keys: keep a copy, since nothing opens the tokens without them` : "CRM_SYNC_KEYS",
    ],
    ["Apps", Object.keys(apps).join(", ") || "none: only tokens of private apps"],
    [
      "Redirect URLs",
      publicUrl === null
        ? "none, so tokens are handed in: CRM_SYNC_PUBLIC_URL is not set"
        : Object.keys(apps)
            .map((crm) => `${publicUrl}/oauth/${crm}/callback`)
            .join(", ") || "none: there is no app",
    ],
    [
      "HubSpot's webhooks",
      hubspot?.publicUrl ?? "not taken: HUBSPOT_CLIENT_ID and CRM_SYNC_PUBLIC_URL are not both set",
    ],
    ["Metrics", metricsToken === null ? "none: CRM_SYNC_METRICS_TOKEN is not set" : `${origin}/metrics`],
    ["API key", key ?? "as before; --new-key makes another one"],
    ["Admin page", `${origin}/admin/`],
  ]);
  if (key !== null) await screen.below("The API key is shown this once; only its hash is kept.");
  await screen.below(
    `${origin}/openapi.json has the routes. POST /api/integrations connects an account. Ctrl+C ends it.`,
  );
}
