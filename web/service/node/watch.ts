/** Alarms are looked after once a minute, by each process: what one has raised the others find raised. */
import { type Watching, watch } from "../sync/alarms.js";
import { every, type Repeating } from "./every.js";

const interval = 60_000;

export const startWatch = (watching: Watching, failed: (error: unknown) => void): Repeating =>
  every(interval, () => watch(watching), failed);
