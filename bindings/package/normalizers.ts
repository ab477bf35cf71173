/** The package's own normalisers. They stand apart from the engine because the tables of telephone numbers are large. */
import { isSupportedCountry, parsePhoneNumberFromString } from "libphonenumber-js/min";
import { platformNormalizers } from "./platform-normalizers.js";
import type { Normalizers } from "./types.js";

export type { Normalizers } from "./types.js";

/** Marks of direction, which address books put around numbers and nobody sees. */
const direction = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

export const normalizers: Required<Normalizers> = {
  ...platformNormalizers,

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
};
