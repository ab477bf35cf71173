/** `<crm-sync-admin>`: the page's sections and the way between them. The address' hash says which one is shown. */
import type { ConflictReview, MappingPreview } from "@penguinmails/crm-sync/preview";
import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { controls, frame, tokens } from "../preview/styles.js";
import { adminStyles } from "./admin-styles.js";
import type { IntegrationStatus } from "./model.js";
import type { Section } from "./section.js";
import type { Service } from "./service.js";

export const sections = {
  reviews: "Reviews",
  health: "Health",
  runs: "Runs",
  "dead-letters": "Dead letters",
  mapping: "Mapping",
} as const;
type Name = keyof typeof sections;

/** Where the hash leads: a section, and a place in it. */
interface Place {
  name: Name;
  rest: readonly string[];
}

export class SyncAdmin extends LitElement {
  static override properties = {
    service: { attribute: false },
    queue: { attribute: false },
    preview: { attribute: false },
    place: { state: true },
    waiting: { state: true },
  };
  static override styles = [
    tokens,
    controls,
    frame,
    adminStyles,
    css`
      nav { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem; margin-bottom: 1rem; padding-bottom: 0.5rem; border-bottom: 1px solid var(--line); }
      nav a { display: inline-flex; align-items: center; gap: 0.4rem; min-height: 2.25rem; padding: 0 0.75rem; border-radius: 0.5rem; color: var(--quiet); font-weight: 600; text-decoration: none; }
      nav a:hover { background: var(--highlight); color: var(--ink); }
      nav a[aria-current] { background: var(--accent-soft); color: var(--accent); box-shadow: inset 0 -2px var(--accent); }
      nav button { margin-inline-start: auto; }
      .count { min-width: 1.25rem; padding: 0 0.35rem; border: 1px solid transparent; border-radius: 1rem; background: var(--warning-soft); color: var(--warning); font-size: 0.75rem; text-align: center; font-variant-numeric: tabular-nums; }
      main h2 { display: inline-block; margin-bottom: 0.5rem; font-size: 1.125rem; }
      @media (forced-colors: active) { nav a[aria-current] { border-bottom: 3px solid Highlight; } }
    `,
  ];

  declare service: Service;
  /** The queue of reviews, which has the service's already. */
  declare queue: ConflictReview;
  declare preview: MappingPreview;
  declare protected place: Place;
  /** How much waits in a section. */
  declare protected waiting: Partial<Record<Name, number>>;
  /** Sections stay as they were left: a typed value, an answer that can still be taken back. */
  readonly #seen = new Map<Name, Place["rest"]>();
  readonly #moved = () => void this.#follow();

  constructor() {
    super();
    this.place = placeOf(location.hash);
    this.waiting = {};
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("hashchange", this.#moved);
    this.addEventListener("review-answered", this.#count);
    this.addEventListener("admin-changed", this.#count);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("hashchange", this.#moved);
  }

  override willUpdate(): void {
    this.#seen.set(this.place.name, this.place.rest);
    document.title = `${sections[this.place.name]} · PenguinMails CRM sync`;
  }

  override firstUpdated(_changed: PropertyValues<this>): void {
    void this.#arrive();
  }

  /** To where the address leads now, as after a link or the browser's way back. */
  async #follow(): Promise<void> {
    this.place = placeOf(location.hash);
    await this.updateComplete;
    await this.#arrive();
  }

  async #arrive(): Promise<void> {
    const shown = this.renderRoot.querySelector<HTMLElement>("main > section:not([hidden])");
    shown?.querySelector("h2")?.focus();
    const section = shown?.lastElementChild as (Section & ConflictReview) | null;
    // The queue asks by itself when it is first shown.
    if (section === this.queue) {
      if (this.queue.hasUpdated) void this.queue.refresh();
    } else void section?.look();
    await this.#count();
  }

  readonly #count = async (): Promise<void> => {
    let all: IntegrationStatus[];
    try {
      all = await this.service.overview();
    } catch {
      return; // the section that is shown says so itself
    }
    const sum = (of: (one: IntegrationStatus) => number) => all.reduce((before, one) => before + of(one), 0);
    this.waiting = {
      reviews: sum(({ counts }) => counts.reviews),
      health: sum(({ alerts }) => alerts.length),
      "dead-letters": sum(({ depth, counts }) => depth.dead + (counts.intents.dead ?? 0)),
    };
  };

  override render() {
    const { place } = this;
    return html`<nav aria-label="Sections">
        ${(Object.entries(sections) as [Name, string][]).map(
          ([name, title]) =>
            html`<a href="#${name}" aria-current=${name === place.name ? "page" : nothing}>${title}${this.#badge(name)}</a>`,
        )}
        <button @click=${() => this.dispatchEvent(new Event("sign-out"))}>Sign out</button>
      </nav>
      <main>${repeat(
        (Object.entries(sections) as [Name, string][]).filter(([name]) => this.#seen.has(name)),
        // By name: one that is opened for the first time takes no other's place.
        ([name]) => name,
        ([name, title]) => html`<section aria-labelledby=${name} ?hidden=${name !== place.name}>
            <h2 id=${name} tabindex="-1">${title}</h2>
            ${this.#section(name)}
          </section>`,
      )}</main>`;
  }

  #badge(name: Name) {
    const count = this.waiting[name] ?? 0;
    const words = { reviews: "waiting", health: count === 1 ? "alert" : "alerts", "dead-letters": "failed" };
    return count === 0
      ? nothing
      : html`<span class="count" aria-label="${count} ${words[name as keyof typeof words]}" role="img">${count}</span>`;
  }

  #section(name: Name) {
    const { service, place } = this;
    const rest = this.#seen.get(name) ?? [];
    switch (name) {
      case "reviews":
        return this.queue;
      case "health":
        return html`<admin-health .service=${service} .place=${rest}></admin-health>`;
      case "runs":
        return html`<admin-runs .service=${service} .place=${rest} ?hidden=${name !== place.name}></admin-runs>`;
      case "dead-letters":
        return html`<admin-dead-letters .service=${service}></admin-dead-letters>`;
      case "mapping":
        return html`<admin-mapping .service=${service} .place=${rest} .preview=${this.preview}></admin-mapping>`;
    }
  }
}

function placeOf(hash: string): Place {
  const [name = "", ...rest] = hash.slice(1).split("/").map(decoded);
  return name in sections ? { name: name as Name, rest } : { name: "reviews", rest: [] };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}
