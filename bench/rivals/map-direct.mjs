/** What a developer would write instead of the mapping of ../map-direct.mjs: NDJSON in, NDJSON out. */

/** The mapping's rule for values: what is absent stays absent, null and blank texts are null. */
function value(text) {
  if (text === undefined || text === null) return text;
  // Most texts start with a letter or digit, so `trim` is rarely called.
  return text.charCodeAt(0) > 32 || text.trim() !== "" ? text : null;
}

/** One object literal, so that V8 gives every output the same shape; stringify leaves out what is undefined. */
function mapped(contact) {
  return {
    email: value(contact.email),
    first_name: value(contact.firstname),
    last_name: value(contact.lastname),
    company: value(contact.company),
    job_title: value(contact.jobtitle),
    phone: value(contact.phone),
    source: value(contact.hs_analytics_source),
    website: value(contact.website),
  };
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** The obvious way, for any JavaScript: decode everything, split, map, join, encode. */
export function plain(bytes) {
  let output = "";
  for (const line of decoder.decode(bytes).split("\n")) {
    if (line !== "") output += `${JSON.stringify(mapped(JSON.parse(line)))}\n`;
  }
  return encoder.encode(output);
}

/**
 * The fastest way that we found for Node, two to three times the obvious one in a batch: each line is decoded for
 * itself, since one sign beyond Latin-1 makes V8 store a whole text in two bytes a sign, and outputs are encoded in
 * pieces that stay in the cache.
 */
export function tuned(bytes) {
  const input = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pieces = [];
  let output = "";
  for (let start = 0, end = 0; start < input.length; start = end + 1) {
    end = input.indexOf(10, start);
    if (end < 0) end = input.length;
    output += `${JSON.stringify(mapped(JSON.parse(input.utf8Slice(start, end))))}\n`;
    if (output.length > 16384) {
      pieces.push(Buffer.from(output));
      output = "";
    }
  }
  if (pieces.length === 0) return Buffer.from(output);
  pieces.push(Buffer.from(output));
  return Buffer.concat(pieces);
}
