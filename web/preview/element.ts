/** The package's `./preview`: importing it defines `<crm-mapping-preview>`. */
import { CodeEditor } from "./code-editor.js";
import { MappingPreview, type MappingResult } from "./mapping-preview.js";

customElements.define("crm-code-editor", CodeEditor);
customElements.define("crm-mapping-preview", MappingPreview);

export { MappingPreview, type MappingResult };
