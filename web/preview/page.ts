/** The preview's page: the element with a sample, or with what the address holds. */
import { MappingPreview } from "@penguinmails/crm-sync/preview";
import base from "./sample/base.json?raw";
import crm from "./sample/crm.json?raw";
import local from "./sample/local.json?raw";
import { manyRecords } from "./sample/many.js";
import mapping from "./sample/mapping.yaml?raw";

const sample = {
  mapping: mapping.trimEnd(),
  local: local.trimEnd(),
  crm: crm.trimEnd(),
  base: base.trimEnd(),
  records: manyRecords(),
  localChangedAt: "2026-03-01T09:00:00Z",
  crmChangedAt: "2026-03-01T10:00:00Z",
  now: "2026-03-01T10:00:05Z",
};
const preview = Object.assign(new MappingPreview(), sample);
const open = () => preview.open(location.hash);
addEventListener("hashchange", open);
await open();
document.querySelector("main")?.append(preview);
