/** Values on their way between a test and an object: JSON, and what the store gives beside it. */
export const encode = (value: unknown): string =>
  JSON.stringify(value, function (this: unknown, key, plain) {
    const given = (this as Record<string, unknown>)[key];
    if (given instanceof Date) return { $: "date", of: given.toISOString() };
    if (given instanceof Map) return { $: "map", of: [...given] };
    if (given instanceof Set) return { $: "set", of: [...given] };
    if (typeof given === "bigint") return { $: "bigint", of: String(given) };
    if (given instanceof Uint8Array) return { $: "bytes", of: [...given] };
    // Of a call's values each has its place; of an object's it is as if it were not there.
    if (given === undefined && Array.isArray(this)) return { $: "nothing" };
    return plain;
  });

export const decode = (text: string): unknown =>
  JSON.parse(text, (_key, value) => {
    if (value?.$ === "date") return new Date(value.of);
    if (value?.$ === "map") return new Map(value.of);
    if (value?.$ === "set") return new Set(value.of);
    if (value?.$ === "bigint") return BigInt(value.of);
    if (value?.$ === "bytes") return new Uint8Array(value.of);
    if (value?.$ === "nothing") return undefined;
    return value;
  });
