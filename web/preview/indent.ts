/** JSON text on lines of its own, by its signs alone, so that every number keeps the digits that it has. */

const parts = /"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s"[\]{},:]+/g;

export function indented(json: string): string {
  const tokens = json.match(parts) ?? [];
  let depth = 0;
  const newline = () => `\n${"  ".repeat(depth)}`;
  return tokens
    .map((token, index) => {
      const previous = tokens[index - 1] ?? "";
      if (token === "{" || token === "[") {
        depth += 1;
        return isClosing(tokens[index + 1]) ? token : `${token}${newline()}`;
      }
      if (isClosing(token)) {
        depth -= 1;
        return previous === "{" || previous === "[" ? token : `${newline()}${token}`;
      }
      if (token === ",") return `,${newline()}`;
      return token === ":" ? ": " : token;
    })
    .join("");
}

function isClosing(token: string | undefined): boolean {
  return token === "}" || token === "]";
}
