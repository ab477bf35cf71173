/** What the HTTP routes ask of the engine and of the synchronisation. */
import type { Engine } from "@penguinmails/crm-sync";
import { NotNow, type Operations } from "../http/operations.js";
import { examine } from "./doctor.js";
import { isWhole } from "./holds.js";
import type { CRMSyncService } from "./sync-service.js";

export function operations(service: CRMSyncService, engine: Engine): Operations {
  return {
    within: (trace) => operations(service.within(trace), engine),

    async check(file, crm) {
      await engine.prepare(file);
      const { mapping, diagnostics } = engine.compile(file);
      if (mapping === null) return diagnostics;
      const named = mapping.crm;
      mapping.dispose();
      if (named === null || named === crm) return diagnostics;
      const place = { path: "/crm", line: 1, column: 1, endLine: 1, endColumn: 1 };
      const message = `the file is for ${named}, the integration for ${crm}`;
      return [...diagnostics, { code: "SVC001", severity: "error", message, hint: `say "crm: ${crm}"`, ...place }];
    },

    async preview(file, inputs, now) {
      await engine.prepare(file);
      const { mapping, diagnostics } = engine.compile(file);
      if (mapping === null) return { diagnostics };
      try {
        const decisions = inputs.map((input) => mapping.resolve({ local: null, crm: null, base: null, now, ...input }));
        return { decisions };
      } finally {
        mapping.dispose();
      }
    },

    async startRun(integration, kind, { dry, by }) {
      if ((await service.context.store.pausesOf(integration)).some(isWhole)) throw new NotNow("paused");
      if (integration.state === "paused" || integration.state === "revoked") throw new NotNow(integration.state);
      return service.run(integration, kind, { dry, by });
    },

    async revert(integration, reverts, { dry, by }) {
      const { store } = service.context;
      if (!dry && (await store.pausesOf(integration)).some(isWhole)) throw new NotNow("paused");
      if (integration.state !== "active") throw new NotNow(integration.state);
      // A process of the version before would take it for another kind of run.
      if (await store.isUpgrading()) throw new NotNow("upgrading");
      const some = await store.writtenBy(integration, reverts, null, 50);
      if (some.length === 0) throw new NotNow("nothing_written");
      // As old as all of these are, so are the rest.
      if (some.every(({ entries }) => entries.every(({ input }) => input === null))) throw new NotNow("values_gone");
      return store.startRevert(integration, reverts, dry, by);
    },

    async approve(integration, run, by) {
      const approved = await service.approve(integration, run, by);
      if (typeof approved === "string") throw new NotNow(approved);
      return approved;
    },

    schedule: (integration) => service.schedule(integration),

    examine: (integration) => examine(service.context, integration),

    async rule(integration) {
      const { rule, consent, lookups } = await service.context.mappings.of(integration);
      return {
        realTime: rule.frequency === "real_time",
        consent: consent.map(({ local, crm }) => ({ local, crm })),
        looksUp: lookups.length > 0,
      };
    },
  };
}
