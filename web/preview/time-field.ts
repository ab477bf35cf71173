/** A field for a time, with its label. */
import { html } from "lit";

export type TimeName = "now" | "localChangedAt" | "crmChangedAt";

export function timeField(
  name: TimeName,
  value: string,
  label: string,
  placeholder: string,
  change: (changes: Partial<Record<TimeName, string>>) => void,
) {
  const set = ({ target }: InputEvent) => change({ [name]: (target as HTMLInputElement).value });
  return html`<label class="setting">${label}
    <input name=${name} .value=${value} placeholder=${placeholder} spellcheck="false" @input=${set}>
  </label>`;
}
