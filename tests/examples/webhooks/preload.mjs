/** Imported before an example: what that asks of HubSpot goes to the stand-in, and it ends with whoever started it. */
const { fetch } = globalThis;
globalThis.fetch = (url, init) => fetch(url.replace("https://api.hubapi.com", process.env.HUBSPOT_STAND_IN), init);
process.stdin.on("end", () => process.exit()).resume();
