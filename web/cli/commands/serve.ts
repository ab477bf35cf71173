/** `crm-sync serve`: what it needs and shows is loaded only then. */
import { configurationOf } from "../../serve/configuration.js";
import { requirePeers } from "../../serve/peers.js";
import type { Command } from "../command.js";
import { Misuse } from "../failure.js";

export const serve: Command = {
  name: "serve",
  usage: "crm-sync serve [options]",
  summary: "runs the sync service; without a configured CRM it is tried out on a stand-in",
  details: [
    "Without a configuration it shows itself: a stand-in of HubSpot with invented contacts, a database in memory, a first\nsync, conflicts, and a review with the commands to answer it. Nothing leaves the machine.",
    "A configuration is what the environment says:\n" +
      "  HUBSPOT_CLIENT_ID, HUBSPOT_CLIENT_SECRET        the app at HubSpot\n" +
      "  SALESFORCE_CLIENT_ID, SALESFORCE_CLIENT_SECRET  the app at Salesforce; SALESFORCE_LOGIN_URL if it is a sandbox\n" +
      "  HUBSPOT_DEVELOPER_KEY                           by which the doctor reads a legacy public app's subscriptions\n" +
      "  CRM_SYNC_PUBLIC_URL                             where CRMs and browsers reach the service:\n" +
      "                                                  https://sync.example.com\n" +
      "  DATABASE_URL                                    a PostgreSQL; without it an embedded one, in a folder\n" +
      "  CRM_SYNC_KEYS                                   name:key, the key being 32 bytes in base64, that tokens are\n" +
      "                                                  sealed under; without it a file in the folder\n" +
      "  CRM_SYNC_METRICS_TOKEN                          who has it may read /metrics, in Prometheus' format\n" +
      "  CRM_SYNC_RETENTION                              name:days, with commas between them: how long is kept what\n" +
      "                                                  nobody needs any more",
    "The first start makes an API key and prints it. SIGTERM or Ctrl+C ends after what is being worked on.",
  ],
  options: {
    port: { type: "string", value: "port", help: "where to listen (default: 8790, or the next one that is free)" },
    host: {
      type: "string",
      value: "address",
      help: "the address to listen at (default: 127.0.0.1, this machine only)",
    },
    folder: { type: "string", value: "folder", help: "of the embedded database and the keys (default: .crm-sync)" },
    database: { type: "string", value: "url", help: "a PostgreSQL, such as postgres://user@host/name" },
    "new-key": { type: "boolean", help: "makes another API key and prints it" },
    "finish-upgrade": {
      type: "boolean",
      help: "says that no process of the version before runs any more, and ends",
    },
    "try-out": { type: "boolean", help: "shows itself on the stand-in, whatever is configured" },
  },
  async run(values, positionals) {
    if (positionals.length > 0) throw new Misuse("CLI001", "serve: it takes options only", this.usage);
    const configuration = configurationOf(values, process.env);
    const { real } = configuration;
    await requirePeers({
      isEmbedded: real === null || real.databaseUrl === null,
      isMeasured: real !== null && real.metricsToken !== null,
    });
    if (real === null) await (await import("../../serve/try-out/try-out.js")).tryOut(configuration);
    else await (await import("../../serve/serve.js")).serve(configuration, real);
    return 0;
  },
};
