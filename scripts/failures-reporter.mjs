/** The tests that failed, said again when all have run: in a long report they are far from its end. */
export default async function* failures(source) {
  const failed = [];
  for await (const { type, data } of source) {
    // A file or suite that fails because of a test in it says nothing new.
    if (type !== "test:fail" || data.details.error.failureType === "subtestsFailed") continue;
    failed.push(
      `failed: ${data.name} (${data.file}:${data.line})\n${data.details.error.cause?.stack ?? data.details.error.message}\n`,
    );
  }
  yield failed.join("\n");
}
