/** What a person chooses for the page rather than for the mapping. */

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

/** The detail of `settings-change`. */
export interface PreviewSettings {
  theme: Theme;
  questionMark: boolean;
}
