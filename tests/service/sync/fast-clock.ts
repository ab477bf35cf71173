/** Time that goes faster than the machine's. */
import type { Clock } from "../../../web/service/clock.js";

/** When it began, by the machine's clock, and how many times as fast it goes. */
export interface Time {
  began: number;
  speed: number;
}

export const fastClock = ({ began, speed }: Time): Clock => ({
  now: () => began + (Date.now() - began) * speed,
  sleep: (milliseconds) => new Promise<void>((done) => setTimeout(done, milliseconds / speed)),
});
