/** Engines for CEL in JavaScript: `prepare` parses and compiles, what it gives evaluates; `plain` makes a result JSON. */
import { celEnv, isCelError, isCelList, parse as parseBuf, plan } from "@bufbuild/cel";
import { parse as parseMarcBachmann } from "@marcbachmann/cel-js";
import { evaluate as evaluateCelJs, parse as parseCelJs } from "cel-js";

const environment = celEnv();
/** cel-js has no endsWith. */
const functions = { endsWith: (text, end) => text.endsWith(end) };

function plainBuf(value) {
  if (isCelError(value)) throw value;
  return isCelList(value) ? Array.from(value, plainBuf) : value;
}

export const rivals = [
  { name: "@marcbachmann/cel-js", prepare: parseMarcBachmann, plain: (value) => value },
  { name: "@bufbuild/cel", prepare: (source) => plan(environment, parseBuf(source)), plain: plainBuf },
  {
    name: "cel-js",
    prepare: (source) => {
      const { cst } = parseCelJs(source.replace("email.endsWith(", "endsWith(email, "));
      return (record) => evaluateCelJs(cst, record, functions);
    },
    plain: (value) => value,
  },
];
