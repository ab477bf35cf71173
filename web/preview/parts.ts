/** The parts of the page that are loaded when they are first needed. */

const loaders = {
  "crm-mapping-comparison": async () => (await import("./mapping-comparison.js")).MappingComparison,
  "crm-shortcuts": async () => (await import("./shortcuts.js")).Shortcuts,
  "crm-webhook-effect": async () => (await import("./webhook-effect.js")).WebhookEffect,
  "crm-many-records": async () => (await import("./many-records.js")).ManyRecords,
};
export type PartName = keyof typeof loaders;

const loading = new Map<PartName, Promise<void>>();

/** Defines the part's element; the next call tries again where loading failed. */
export function loadPart(name: PartName): Promise<void> {
  const known = loading.get(name);
  if (known !== undefined) return known;
  const started = loaders[name]().then((element) => {
    if (customElements.get(name) === undefined) customElements.define(name, element);
  });
  started.catch(() => loading.delete(name));
  loading.set(name, started);
  return started;
}
