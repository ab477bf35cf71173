/** `<admin-question>`: a dialog that asks before something is done that cannot be taken back. */
import { css, html, LitElement } from "lit";
import { controls, frame, tokens } from "../preview/styles.js";
import { adminStyles } from "./admin-styles.js";

export interface Question {
  title: string;
  text: string;
  /** What the button says that does it. */
  yes: string;
}

export class AdminQuestion extends LitElement {
  static override properties = { question: { state: true } };
  static override styles = [
    tokens,
    controls,
    frame,
    adminStyles,
    css`
      dialog { max-width: min(30rem, calc(100vw - 2rem)); padding: 1.25rem; border: 1px solid var(--line); border-radius: 0.75rem; background: var(--surface); color: var(--ink); font: inherit; }
      dialog::backdrop { background: rgb(0 0 0 / 45%); }
      h2 { font-size: 1rem; }
      p { margin: 0.5rem 0 1rem; }
    `,
  ];

  declare protected question: Question;

  constructor() {
    super();
    this.question = { title: "", text: "", yes: "" };
  }

  /** Whether the person says yes. The focus goes back to where it was. */
  async ask(question: Question): Promise<boolean> {
    this.question = question;
    await this.updateComplete;
    const dialog = this.renderRoot.querySelector("dialog") as HTMLDialogElement;
    dialog.returnValue = "";
    dialog.showModal();
    // The event comes after the closing: one that finds the dialog open again is of the question before.
    await new Promise<void>((closed) => {
      const ended = () => {
        if (dialog.open) return;
        dialog.removeEventListener("close", ended);
        closed();
      };
      dialog.addEventListener("close", ended);
    });
    return dialog.returnValue === "yes";
  }

  override render() {
    const { title, text, yes } = this.question;
    const close = (answer: string) => () => this.renderRoot.querySelector("dialog")?.close(answer);
    return html`<dialog aria-labelledby="title" aria-describedby="text">
      <h2 id="title">${title}</h2>
      <p id="text">${text}</p>
      <div class="bar">
        <button class="main" @click=${close("yes")}>${yes}</button>
        <button @click=${close("")}>Cancel</button>
      </div>
    </dialog>`;
  }
}
