/** A section of the page: what it asks of the service, and how it says what came of it. */
import { html, LitElement, type PropertyDeclarations } from "lit";
import { controls, frame, tokens } from "../preview/styles.js";
import { adminStyles } from "./admin-styles.js";
import type { Service } from "./service.js";

export abstract class Section extends LitElement {
  static override properties: PropertyDeclarations = {
    service: { attribute: false },
    place: { attribute: false },
    failure: { state: true },
    said: { state: true },
    busy: { state: true },
  };
  static override styles = [tokens, controls, frame, adminStyles];

  declare service: Service;
  /** What follows the section's name in the address. */
  declare place: readonly string[];
  declare protected failure: string;
  declare protected said: string;
  /** Something is being changed: a second press changes nothing. */
  declare protected busy: boolean;

  constructor() {
    super();
    this.place = [];
    this.failure = "";
    this.said = "";
    this.busy = false;
  }

  /** Asks the service anew; called whenever the section comes into view. */
  abstract look(): Promise<void>;

  /** Undefined where it failed, which is said: `what` is what did not happen, such as "The runs cannot be had". */
  protected async attempt<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      const answer = await work();
      this.failure = "";
      return answer;
    } catch (error) {
      this.failure = `${what}: ${error instanceof Error ? error.message : String(error)}.`;
      return undefined;
    }
  }

  /** As `attempt`, of what changes something: others are told, so that what they show of it is not old. */
  protected async act<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    if (this.busy) return undefined;
    this.busy = true;
    const answer = await this.attempt(what, work);
    this.busy = false;
    if (answer !== undefined) this.dispatchEvent(new Event("admin-changed", { bubbles: true, composed: true }));
    return answer;
  }

  /** They stand there from the beginning, so that what comes into them is read out. */
  protected notices() {
    return html`<div class="notices">
      <p class="status" role="status">${this.said}</p>
      <button data-act="look" @click=${() => this.look()}>Look again</button>
      <div class="failure" role="alert">${this.failure}</div>
    </div>`;
  }
}

/** The parts of a mapping's life cycle are loaded when they are first needed; the next call tries again where it failed. */
export async function loadLifeCycle(): Promise<void> {
  const { lifeCycle } = await import("./life-cycle.js").catch(() => {
    throw new Error("a part of the page could not be loaded; reload the page");
  });
  for (const [name, element] of Object.entries(lifeCycle))
    if (customElements.get(name) === undefined) customElements.define(name, element);
}
