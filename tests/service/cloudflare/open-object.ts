/** The store of a Durable Object in workerd, as a test holds it. */
import { Miniflare } from "miniflare";
import { bundled } from "../../workerd.js";
import { handClock } from "../crm/support.js";
import { partsAsked } from "./asked.js";
import { makeDirectory } from "./directory.js";

export async function openObject() {
  const clock = handClock();
  const contents = await bundled("tests/service/cloudflare/store-object.ts");
  const worker = new Miniflare({
    compatibilityDate: "2026-04-01",
    modules: [{ type: "ESModule", path: "worker.js", contents }],
    durableObjects: { STORE: { className: "StoreObject", useSQLite: true } },
    d1Databases: ["DIRECTORY"],
  });
  await makeDirectory(worker);
  const namespace = (await worker.getDurableObjectNamespace("STORE")) as unknown as {
    getByName(name: string): { ask(text: string): Promise<string> };
  };
  const object = namespace.getByName("the test's");
  const { store, withRing, jobs, database } = partsAsked(
    (text) => object.ask(text),
    () => ({ now: clock.now() }),
  );
  const close = () => worker.dispose();
  return { engine: "Durable Object" as const, ...{ clock, store, withRing, jobs, database, close } };
}
