/** What workerd runs: answers each posted `{expression, variables, options}`. */
import { loadEngine } from "@penguinmails/crm-sync";

export default {
  async fetch(request) {
    const engine = await loadEngine();
    const cases = await request.json();
    const answers = cases.map((each) => engine.evaluateTyped(each.expression, each.variables, each.options));
    return Response.json(answers);
  },
};
