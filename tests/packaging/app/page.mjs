import { program } from "./program.mjs";

const worker = new Worker(new URL("./page-worker.mjs", import.meta.url), { type: "module" });
const fromWorker = new Promise((resolve, reject) => {
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(`the worker failed: ${message}`));
});
globalThis.results = Promise.all([program(), fromWorker]);
