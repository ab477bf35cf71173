/** `<crm-shortcuts>`: the keys of the preview, in a dialog. */
import { css, html, LitElement } from "lit";
import { tableStyles } from "./result-styles.js";
import { controls } from "./styles.js";

const shortcuts: Record<string, [keys: string, does: string][]> = {
  "In an editor": [
    ["Ctrl+Space", "what may stand here; Enter takes one, Escape none"],
    ["F8, Shift+F8", "the next mistake, the one before"],
    ["Ctrl+Z, Ctrl+Y", "undo, redo (on a Mac ⌘Z, ⇧⌘Z)"],
    ["Tab, Shift+Tab", "indent more, less"],
    ["Escape, then Tab", "leave the editor"],
  ],
  Elsewhere: [
    ["Tab, Shift+Tab", "to the next field or button, the one before"],
    ["← and →", "another choice, where one of several is taken"],
    ["Enter", "on Show entry: mark the entry of a result"],
    ["?", "this list, outside of editors and fields"],
    ["Escape", "close this list"],
  ],
};

export class Shortcuts extends LitElement {
  static override properties = { active: { type: Boolean } };

  static override styles = [
    controls,
    tableStyles,
    css`
      dialog { width: min(34rem, 100vw - 2rem); max-height: calc(100vh - 2rem); padding: 0; border: 1px solid var(--line); border-radius: 0.75rem; background: var(--surface); color: var(--ink); }
      dialog::backdrop { background: rgb(0 0 0 / 45%); }
      header, footer { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0.5rem; padding: 0.65rem 0.75rem; }
      h2 { margin: 0; font-size: 1rem; }
      caption { padding: 0.5rem 0.75rem; border-top: 1px solid var(--line); text-align: start; font-weight: 650; }
      table { table-layout: auto; }
      tbody th { width: 11rem; padding-block: 0.35rem; background: none; color: var(--ink); border-top: 1px solid var(--line); vertical-align: top; }
      td { padding-block: 0.35rem; }
      footer { border-top: 1px solid var(--line); }
      label { display: inline-flex; align-items: center; gap: 0.4rem; min-height: 1.75rem; }
      button { min-height: 2.125rem; padding: 0 0.75rem; border: 1px solid var(--edge); background: var(--surface); color: var(--accent); font-weight: 600; }
    `,
  ];

  /** Whether ? opens the list. */
  declare active: boolean;

  constructor() {
    super();
    this.active = true;
  }

  async open(): Promise<void> {
    await this.updateComplete;
    const dialog = this.#dialog;
    if (!dialog.open) dialog.showModal();
  }

  get #dialog(): HTMLDialogElement {
    return this.renderRoot.querySelector("dialog") as HTMLDialogElement;
  }

  override render() {
    const choose = ({ target }: Event) => {
      this.dispatchEvent(new CustomEvent("active-chosen", { detail: (target as HTMLInputElement).checked }));
    };
    return html`<dialog aria-labelledby="title">
      <header>
        <h2 id="title">Keyboard shortcuts</h2>
        <button type="button" @click=${() => this.#dialog.close()}>Close</button>
      </header>
      ${Object.entries(shortcuts).map(
        ([where, keys]) => html`<table>
          <caption>${where}</caption>
          <tbody>${keys.map(([key, does]) => html`<tr><th scope="row">${key}</th><td>${does}</td></tr>`)}</tbody>
        </table>`,
      )}
      <footer>
        <label><input type="checkbox" .checked=${this.active} @change=${choose}>? opens this list</label>
      </footer>
    </dialog>`;
  }
}
