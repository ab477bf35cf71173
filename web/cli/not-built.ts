/** Commands that the design names and that this version does not have. */
export const notBuilt: Readonly<Record<string, string>> = {
  serve: "runs the sync service",
};
