/** What goes between the simulation and the deployment beside what goes between everybody and it. */

/** In requests and answers: what time it is for whoever sends them. */
export const timeHeader = "x-simulation-time";
/** A tenant's object works until nothing is due; its name follows. */
export const workAt = "/simulation/work/";
export const cronAt = "/simulation/cron";
