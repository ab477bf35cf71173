/** JSON text of the engine to JavaScript values: integers that a number cannot hold exactly become bigint. */

/** An integer beyond 2^53 has at least 16 digits, and a number follows one of these signs or nothing. */
const perhapsUnsafe = /(?:^|[:,[])\s*-?\d{16}/;
const integer = /^-?\d+$/;

export function decode(text: string): unknown {
  return perhapsUnsafe.test(text) ? new Parser(text).value() : JSON.parse(text);
}

/** For text that the engine wrote: valid JSON, of bounded depth. */
class Parser {
  #at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  value(): unknown {
    switch (this.#peek()) {
      case "{":
        return this.#object();
      case "[":
        return this.#list();
      case '"':
        return this.#string();
      default:
        return this.#scalar();
    }
  }

  /** The next sign that is no white space. */
  #peek(): string | undefined {
    while (this.#text.charCodeAt(this.#at) <= 0x20) this.#at++;
    return this.#text[this.#at];
  }

  /** Steps over a bracket, comma or colon; false if another sign stands there. */
  #take(sign: string): boolean {
    if (this.#peek() !== sign) return false;
    this.#at++;
    return true;
  }

  #object(): unknown {
    const object: Record<string, unknown> = {};
    this.#take("{");
    while (!this.#take("}")) {
      this.#peek();
      const key = this.#string();
      this.#take(":");
      const value = this.value();
      // An assignment to __proto__ would set the prototype instead of a member.
      if (key === "__proto__") {
        Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
      } else {
        object[key] = value;
      }
      this.#take(",");
    }
    return object;
  }

  #list(): unknown {
    const list: unknown[] = [];
    this.#take("[");
    while (!this.#take("]")) {
      list.push(this.value());
      this.#take(",");
    }
    return list;
  }

  #string(): string {
    const start = this.#at;
    let end = start;
    let backslashes = 0;
    do {
      end = this.#text.indexOf('"', end + 1);
      if (end < 0) throw new SyntaxError("a string has no end");
      for (backslashes = 0; this.#text[end - 1 - backslashes] === "\\"; ) backslashes++;
    } while (backslashes % 2 === 1);
    this.#at = end + 1;
    const inside = this.#text.slice(start + 1, end);
    return inside.includes("\\") ? (JSON.parse(this.#text.slice(start, end + 1)) as string) : inside;
  }

  #scalar(): unknown {
    const start = this.#at;
    while (this.#at < this.#text.length && !",]} \n\r\t".includes(this.#text.charAt(this.#at))) this.#at++;
    const token = this.#text.slice(start, this.#at);
    const value: unknown = JSON.parse(token);
    return integer.test(token) && !Number.isSafeInteger(value) ? BigInt(token) : value;
  }
}
