/** Commands that the design names and that this version does not have. */
export const notBuilt: Readonly<Record<string, string>> = {
  test: "runs the mapping file's own tests",
  catalog: "imports the field types of a CRM",
  import: "imports an existing mapping",
  init: "writes a commented mapping file to start from",
  serve: "runs the sync service",
};
