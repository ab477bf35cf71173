/** Both pages, for `vite` and `vite build`. */
import { fileURLToPath } from "node:url";

const page = (name) => fileURLToPath(new URL(`${name}/index.html`, import.meta.url));

export default {
  base: "./",
  // The package's worker and its engine lie beside the file that asks for them, which copies of it would not find.
  optimizeDeps: { exclude: ["@penguinmails/crm-sync"] },
  worker: { format: "es" },
  build: {
    target: "es2023",
    modulePreload: { polyfill: false },
    rollupOptions: { input: { plain: page("plain"), react: page("react") } },
  },
};
