/** The preview's page: the element with a sample, or with what the address holds. */
import { MappingPreview, type PreviewSettings } from "@penguinmails/crm-sync/preview";
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
const key = "crm-mapping-preview";
const preview = Object.assign(new MappingPreview(), sample, kept());
const open = () => preview.open(location.hash);
addEventListener("hashchange", open);
await open();
applyTheme();
preview.addEventListener("settings-change", ({ detail }: CustomEventInit<PreviewSettings>) => {
  applyTheme();
  keep(detail);
});
// Inside of the element it is the element's own.
addEventListener("keydown", (event) => {
  if (event.key !== "?" || event.target !== document.body || !preview.questionMark) return;
  event.preventDefault();
  void preview.showShortcuts();
});
document.querySelector("main")?.append(preview);

function applyTheme(): void {
  document.documentElement.dataset.theme = preview.theme;
}

/** What was chosen before; nothing where the browser keeps nothing. */
function kept(): Partial<PreviewSettings> {
  try {
    const { theme, questionMark } = JSON.parse(localStorage.getItem(key) ?? "{}") as Partial<PreviewSettings>;
    return {
      ...((theme === "light" || theme === "dark") && { theme }),
      ...(questionMark === false && { questionMark }),
    };
  } catch {
    return {};
  }
}

function keep(settings: PreviewSettings | undefined): void {
  try {
    localStorage.setItem(key, JSON.stringify(settings));
  } catch {
    // The choice holds until the page is left.
  }
}
