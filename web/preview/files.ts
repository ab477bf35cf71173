/** Files that a person gives to the page, and takes from it. */
import { html } from "lit";

/** A button that asks for a file and hands on its text; null where it cannot be read any more. */
export function fileChoice(label: string, accept: string, take: (text: string | null, name: string) => void) {
  const choose = async ({ target }: Event) => {
    const input = target as HTMLInputElement;
    const [file] = input.files ?? [];
    if (file === undefined) return;
    take(await file.text().catch(() => null), file.name);
    input.value = "";
  };
  return html`<label class="file">${label}<input type="file" accept=${accept} @change=${choose}></label>`;
}

export function saveFile(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text]));
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  // Once the download has begun.
  setTimeout(() => URL.revokeObjectURL(url));
}
