/** What `npm run bench` measures. */
import { coldStart } from "./cold-start.mjs";
import { compile } from "./compile.mjs";
import { expressionsWork } from "./expressions.mjs";
import { growth } from "./growth.mjs";
import { mapDirect } from "./map-direct.mjs";
import { mapFull } from "./map-full.mjs";
import { objects } from "./objects.mjs";
import { resolve } from "./resolve.mjs";
import { scan } from "./scan.mjs";

export const works = [mapDirect, mapFull, resolve, objects, expressionsWork, compile, coldStart, growth, scan];
