/** What is to be previewed, of which time, and how the page looks. */
import { html, nothing } from "lit";
import { modes, recordModes } from "./modes.js";
import type { Input, Mode, RecordMode } from "./protocol.js";
import { type Theme, themes } from "./settings.js";
import { timeField } from "./time-field.js";

export interface ToolbarState extends Pick<Input, "mode" | "each" | "now"> {
  theme: Theme;
}

export function toolbar(
  { mode, each, now, theme }: ToolbarState,
  change: (changes: Partial<ToolbarState>) => void,
  showShortcuts: () => void,
) {
  const chooseTheme = ({ target }: Event) => change({ theme: (target as HTMLSelectElement).value as Theme });
  return html`<div class="toolbar">
    ${choices("What to preview", "mode", modes, mode, (value) => change({ mode: value as Mode }))}
    ${
      mode === "many"
        ? choices("What is done with each record", "each", recordModes, each, (value) =>
            change({ each: value as RecordMode }),
          )
        : nothing
    }
    <div class="settings">
      ${timeField("now", now, "Time of the run", "this device's clock", change)}
      <label class="setting">Theme
        <select name="theme" @change=${chooseTheme}>
          ${themes.map((one) => html`<option value=${one} ?selected=${theme === one}>${one}</option>`)}
        </select>
      </label>
      <button class="shortcuts" name="shortcuts" @click=${showShortcuts}>Shortcuts</button>
    </div>
  </div>`;
}

/** Radio buttons, by their values. */
function choices(
  legend: string,
  name: string,
  titles: Record<string, string>,
  chosen: string,
  choose: (value: string) => void,
) {
  return html`<fieldset>
    <legend>${legend}</legend>
    ${Object.entries(titles).map(
      ([value, title]) => html`<label class="mode">
        <input type="radio" name=${name} value=${value} .checked=${chosen === value} @change=${() => choose(value)}>${title}
      </label>`,
    )}
  </fieldset>`;
}
