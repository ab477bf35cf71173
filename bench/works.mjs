/** What `npm run bench` measures. */
import { mapDirect } from "./map-direct.mjs";

export const works = [mapDirect];
