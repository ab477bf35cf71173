/** The package's own normalisers. They stand apart from the engine because the tables of telephone numbers are large. */
import { isSupportedCountry, parsePhoneNumberFromString } from "libphonenumber-js/min";
import type { Normalizers } from "./types.js";

export type { Normalizers } from "./types.js";

/** Marks of direction, which address books put around numbers and nobody sees. */
const direction = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

export const normalizers: Required<Normalizers> = {
  unicode_nfc: (text) => text.normalize("NFC"),

  phone_e164(text, region) {
    const country = region.toUpperCase();
    // A text that only holds a number somewhere is none. Without a known region a number must begin with its country's.
    const number = parsePhoneNumberFromString(text.replace(direction, "").trim(), {
      ...(isSupportedCountry(country) && { defaultCountry: country }),
      extract: false,
    });
    // E.164 has no place for an extension.
    return number?.isPossible() && !number.ext ? number.number : null;
  },

  domain_ascii(text) {
    const start = text.lastIndexOf("@") + 1;
    const domain = asciiDomain(text.slice(start));
    return domain === null || start === 1 ? null : text.slice(0, start) + domain;
  },
};

/** What would end a host in a URL, or vanish from one. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const notInDomains = /[\u0000-\u0020\u007f"#%/:<>?@[\\\]^`{|}]/;

/** By the platform's URL, the one place where every runtime has UTS 46; null for what URL takes as something else. */
function asciiDomain(domain: string): string | null {
  if (domain === "" || notInDomains.test(domain)) return null;
  let host: string;
  try {
    host = new URL(`https://${domain}`).hostname;
  } catch {
    return null;
  }
  // Signs of other scripts may turn into dots and digits: only of the answer can be said what it is.
  const labels = host.split(".");
  const isDomain = host.length <= 253 && labels.every((label) => /^[a-z0-9_-]{1,63}$/.test(label));
  return isDomain && !/^\d+$/.test(labels.at(-1) ?? "") ? host : null;
}
