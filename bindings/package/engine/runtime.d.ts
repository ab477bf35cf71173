import type { Glue, GlueOptions } from "./engine.js";

/** As that of the whole engine. */
export default function createModule(options: GlueOptions): Glue;
