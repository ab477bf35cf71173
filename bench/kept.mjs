/** A call whose output goes into memory that is kept from one call to the next, and grows when it has to. */
export function intoKept(run) {
  let memory = new Uint8Array();
  return (input) => {
    const output = run(input, memory);
    if (output.buffer !== memory.buffer) memory = new Uint8Array(2 * output.length);
    return output;
  };
}
