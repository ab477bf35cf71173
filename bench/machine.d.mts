export function machine(): {
  cpu: string;
  cores: number;
  memory_gib: number;
  os: string;
  node: string;
  v8: string;
};

/** The mean number of programs that wanted to run in the last minute. */
export function load(): number;
