/**
 * Values of Segment's mapping kit as expressions (segmentio/action-destinations, packages/core/src/mapping-kit). There
 * "undefined" leaves a field out and null is a value, so what an expression may give beside a value is kept with it.
 */
import { literal } from "./expression-text.js";
import { Inexpressible } from "./inexpressible.js";
import { keysOf, read, readOptional, type Scope } from "./segment-path.js";
import { liquid, template } from "./segment-text.js";

export type Json = Record<string, unknown>;

export const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export interface Expression {
  text: string;
  /** May be undefined in the kit; `text` is null then. */
  absent: boolean;
  /** May be null in the kit. */
  null: boolean;
  /** An optional that is empty where the kit has undefined. */
  optional: string;
  /** Whether it reads anything. */
  reads: boolean;
  /** It is undefined exactly where the one path that it reads is not there. */
  follows?: boolean;
  /** May be an object. */
  object?: boolean;
}

/** The one key of a directive, or nothing where the value is none. */
export function directiveOf(value: unknown): string | undefined {
  if (!isObject(value)) return undefined;
  const keys = Object.keys(value);
  const names = keys.filter((key) => key.startsWith("@"));
  const others = keys.filter((key) => !key.startsWith("@") && key !== "_metadata");
  if (names.length > 1 || (names.length === 1 && others.length > 0))
    throw new Inexpressible(names[0] ?? "", "Segment itself refuses a directive with other keys beside it");
  return names[0];
}

/** Never undefined, never null. */
const present = (text: string, reads: boolean, object = false): Expression => ({
  text,
  absent: false,
  null: false,
  optional: `optional.of(${text})`,
  reads,
  object,
});
const nothing: Expression = { ...present("null", false), null: true };
const missing: Expression = { ...present("null", false), absent: true, optional: "optional.none()" };

export function expressionOf(value: unknown, scope: Scope): Expression {
  if (value === undefined) throw new Inexpressible("a value", "there is none");
  if (value === null) return nothing;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return present(literal(value), false);
  if (Array.isArray(value)) {
    // In a list Segment's undefined becomes JSON's null.
    const elements = value.map((element) => expressionOf(element, scope));
    return present(
      `[${elements.map(({ text }) => text).join(", ")}]`,
      elements.some(({ reads }) => reads),
    );
  }
  const name = directiveOf(value);
  if (name === undefined) return objectOf(value as Json, scope);
  const directive = Object.hasOwn(directives, name) ? directives[name] : undefined;
  if (directive === undefined) throw new Inexpressible(name, "there is no such directive");
  return directive((value as Json)[name], scope);
}

function objectOf(value: Json, scope: Scope): Expression {
  const members = Object.entries(value).map(([key, member]) => {
    const { absent, text, optional, reads } = expressionOf(member, scope);
    return { text: absent ? `?${literal(key)}: ${optional}` : `${literal(key)}: ${text}`, reads };
  });
  return present(
    `{${members.map(({ text }) => text).join(", ")}}`,
    members.some(({ reads }) => reads),
    true,
  );
}

const directives: Readonly<Record<string, (value: unknown, scope: Scope) => Expression>> = {
  "@path": (value, scope) => pathExpression(constantText("@path", value), scope),
  "@literal": (value, scope) => expressionOf(value, scope),
  "@template": (value, scope) => textExpression(template(constantText("@template", value), scope)),
  "@liquid": (value, scope) => textExpression(liquid(constantText("@liquid", value), scope)),
  "@if": (value, scope) => choice(optionsOf("@if", value), scope),
  "@replace": (value, scope) => replacement(optionsOf("@replace", value), scope),
  "@arrayPath": (value, scope) => rows(value, scope),
  "@merge": (value, scope) => merged(optionsOf("@merge", value), scope),
  "@excludeWhenNull"(value, scope) {
    const inner = expressionOf(value, scope);
    if (inner.object)
      throw new Inexpressible(
        "@excludeWhenNull",
        "the nulls inside of an object would stay",
        "for values that are no objects, map the path directly with on_null: skip",
      );
    if (!inner.null) return inner;
    const { text } = inner;
    const optional = `cel.bind(given, ${text}, given == null ? optional.none() : optional.of(given))`;
    return { text, absent: true, null: false, optional, reads: inner.reads };
  },
  "@case"() {
    throw new Inexpressible(
      "@case",
      "expressions change the case of A to Z only",
      "of a path, normalize: [lowercase] does it",
    );
  },
  "@transform"() {
    throw new Inexpressible("@transform", "a mapping of a mapping: entries read the record only");
  },
  "@flatten"() {
    throw new Inexpressible("@flatten", "which fields it makes only the record shows", "name the fields that you need");
  },
  "@json"() {
    throw new Inexpressible("@json", "expressions neither write nor read JSON");
  },
};

/** A directive's text, which may itself be a literal. */
export function constantText(directive: string, value: unknown): string {
  if (typeof value === "string") return value;
  if (directiveOf(value) === "@literal") return constantText(directive, (value as Json)["@literal"]);
  throw new Inexpressible(directive, "it is computed, and must be known when the mapping is compiled");
}

function optionsOf(directive: string, value: unknown): Json {
  if (isObject(value)) return value;
  throw new Inexpressible(directive, "Segment itself wants an object here");
}

const textExpression = (text: string) => present(text, !/^"([^"\\]|\\.)*"$/.test(text));

export function pathExpression(path: string, scope: Scope): Expression {
  const keys = keysOf(path.replace("$.", ""));
  const text = read(keys, scope);
  if (keys.length === 0) return present(text, scope !== "record", true);
  return {
    text,
    absent: true,
    null: true,
    optional: readOptional(keys, scope),
    reads: true,
    follows: true,
    object: true,
  };
}

/** What an `@if` looks at, and whether blank counts as nothing. */
export function conditionOf({ exists, blank }: Json): { value: unknown; isBlank: boolean } {
  if (!exists && !blank) throw new Inexpressible("@if", "Segment itself wants exists or blank in it");
  return exists === undefined ? { value: blank, isBlank: true } : { value: exists, isBlank: false };
}

function choice(options: Json, scope: Scope): Expression {
  const { value, isBlank } = conditionOf(options);
  const looked = expressionOf(value, scope);
  // An else that is false, 0, "" or null is none to the kit.
  const given = options.then === undefined ? missing : expressionOf(options.then, scope);
  // What is looked at and there is a value.
  const then = given.text === looked.text ? { ...given, absent: false, null: false } : given;
  const otherwise = options.else ? expressionOf(options.else, scope) : missing;
  // What JavaScript's loose comparison calls equal to "".
  const counts = (text: string) =>
    isBlank
      ? `${text} != null && ${text} != "" && ${text} != 0 && ${text} != false && ${text} != []`
      : `${text} != null`;
  const choose = (yes: string, no: string) =>
    isSimple(looked.text)
      ? `${counts(looked.text)} ? ${nested(yes)} : ${no}`
      : `cel.bind(given, ${looked.text}, ${counts("given")}) ? ${nested(yes)} : ${no}`;
  return {
    text: choose(then.text, otherwise.text),
    absent: then.absent || otherwise.absent,
    null: then.null || otherwise.null,
    optional: choose(then.optional, otherwise.optional),
    reads: looked.reads || then.reads || otherwise.reads,
    object: then.object === true || otherwise.object === true,
  };
}

/** A type's name means the type only beside == in mapping files; elsewhere it could be a field. */
const isContainer = (text: string) => `type(${text}) == list || type(${text}) == map`;

/** A name or a number, which may stand many times. */
const isSimple = (text: string) => /^[\w.`]+$/.test(text);
const nested = (text: string) => (text.includes(" ? ") ? `(${text})` : text);

function replacement(options: Json, scope: Scope): Expression {
  const { pattern, value, pattern2, ignorecase = false, global = true } = options;
  const refused = (reason: string) => new Inexpressible("@replace", reason);
  if (!value) throw refused("Segment itself wants a value");
  if (ignorecase !== false) throw refused("it ignores the case of letters");
  if (typeof global !== "boolean") throw refused("global is true or false");
  const pairs = [[pattern, options.replacement ?? ""]];
  if (pattern2) pairs.push([pattern2, options.replacement2 ?? ""]);
  const calls = pairs.map(([from, to]) => {
    if (typeof from !== "string" || typeof to !== "string" || from === "" || from.length > 10 || to.length > 10)
      throw refused("patterns and replacements are texts of 1 to 10 characters");
    if (to.includes("$")) throw refused("$ in a replacement stands for what was found");
    return `.replace(${literal(from)}, ${literal(to)}${global ? "" : ", 1"})`;
  });
  const given = expressionOf(value, scope);
  const text = `cel.bind(given, ${given.text}, given == null || ${isContainer("given")} ? "" : ("" + given)${calls.join("")})`;
  return present(text, given.reads);
}

function rows(value: unknown, scope: Scope): Expression {
  if (!Array.isArray(value)) throw new Inexpressible("@arrayPath", "Segment itself wants a list here");
  const [path, shape] = value;
  const list = typeof path === "string" ? pathExpression(path, scope) : expressionOf(path, scope);
  if (!isObject(shape) || Object.keys(shape).length === 0) return list;
  const row = scope === "record" ? "row" : `${scope.row}_row`;
  const each = expressionOf(shape, { row }).text;
  // One object counts as a list of one; of a row that is no object nothing is read.
  const of = (given: string) =>
    `${isContainer(given)} ? (type(${given}) == list ? ${given} : [${given}]).map(item, cel.bind(${row}, type(item) == map ? item : {}, ${each})) : ${given}`;
  const text = isSimple(list.text) ? of(list.text) : `cel.bind(rows, ${list.text}, ${of("rows")})`;
  // Rows are all that is read besides, so whether there is a value the list alone decides.
  const optional = list.absent ? `(${list.optional}).optMap(rows, ${of("rows")})` : `optional.of(${text})`;
  return { ...list, text, optional, object: false };
}

function merged({ objects, direction }: Json, scope: Scope): Expression {
  if (!Array.isArray(objects) || (direction !== "left" && direction !== "right"))
    throw new Inexpressible("@merge", "Segment itself wants a list of objects, and left or right");
  if (!objects.every((object) => isObject(object) && directiveOf(object) === undefined))
    throw new Inexpressible(
      "@merge",
      "which fields come together only the record shows",
      "name the fields that you need",
    );
  return objectOf(Object.assign({}, ...(direction === "left" ? [...objects].reverse() : objects)) as Json, scope);
}
