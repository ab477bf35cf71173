/** The normalisers that every runtime's platform has in it. */
import type { Normalizers } from "./types.js";

export const platformNormalizers: Required<Pick<Normalizers, "unicode_nfc" | "domain_ascii">> = {
  unicode_nfc: (text) => text.normalize("NFC"),

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
