/** Answers that can still be taken back: each is sent after a while, those that were given together, together. */
import type { Answered, Review, ReviewAnswer, ReviewSource } from "./source.js";

export type Fate =
  /** Not sent yet. */
  | { state: "pending"; answer: ReviewAnswer; group: number }
  | { state: "sending"; answer: ReviewAnswer }
  | { state: Answered; answer: ReviewAnswer }
  /** Nobody knows whether it was taken: it may be given again. */
  | { state: "failed"; answer: ReviewAnswer; why: string };

interface Group {
  reviews: Review[];
  timer: ReturnType<typeof setTimeout>;
}

export class PendingAnswers {
  readonly fates = new Map<string, Fate>();
  readonly #groups = new Map<number, Group>();
  #last = 0;

  constructor(
    readonly source: ReviewSource,
    /** Milliseconds in which an answer can be taken back. */
    readonly grace: number,
    readonly changed: () => void,
  ) {}

  /** An id is unique within its integration only. */
  static key = ({ integration, id }: Review): string => JSON.stringify([integration, id]);

  of = (review: Review): Fate | undefined => this.fates.get(PendingAnswers.key(review));

  /** Whether it waits for an answer. */
  isOpen(review: Review): boolean {
    const state = this.of(review)?.state;
    return state === undefined || state === "failed" || state === "unfit";
  }

  give(reviews: readonly Review[], answer: ReviewAnswer): void {
    const open = reviews.filter((review) => this.isOpen(review));
    if (open.length === 0) return;
    const group = ++this.#last;
    for (const review of open) this.fates.set(PendingAnswers.key(review), { state: "pending", answer, group });
    this.#groups.set(group, { reviews: open, timer: setTimeout(() => this.#send(group), this.grace) });
    this.changed();
  }

  get canTakeBack(): boolean {
    return this.#groups.size > 0;
  }

  /** Takes back the last ones that were given together, or those that the review was answered with. */
  takeBack(review?: Review): readonly Review[] {
    const fate = review && this.of(review);
    const number = fate?.state === "pending" ? fate.group : [...this.#groups.keys()].at(-1);
    const group = number === undefined ? undefined : this.#groups.get(number);
    if (number === undefined || group === undefined) return [];
    clearTimeout(group.timer);
    this.#groups.delete(number);
    for (const one of group.reviews) this.fates.delete(PendingAnswers.key(one));
    this.changed();
    return group.reviews;
  }

  /** Sends at once what waits, as when the page is left. */
  async flush(): Promise<void> {
    await Promise.all([...this.#groups.keys()].map((group) => this.#send(group)));
  }

  async #send(number: number): Promise<void> {
    const group = this.#groups.get(number);
    if (group === undefined) return;
    clearTimeout(group.timer);
    this.#groups.delete(number);
    await Promise.all(group.reviews.map((review) => this.#sendOne(review)));
  }

  async #sendOne(review: Review): Promise<void> {
    const key = PendingAnswers.key(review);
    const { answer } = this.fates.get(key) as Fate;
    this.#set(key, { state: "sending", answer });
    try {
      this.#set(key, { state: await this.source.answer(review, answer), answer });
    } catch (error) {
      this.#set(key, { state: "failed", answer, why: error instanceof Error ? error.message : String(error) });
    }
  }

  #set(key: string, fate: Fate): void {
    this.fates.set(key, fate);
    this.changed();
  }
}
