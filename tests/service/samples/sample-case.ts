/** What becomes of one recorded or documented piece of a CRM's, by the code that would meet it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { skip } from "../support.js";

export interface SampleCase {
  /** Why it is what becomes of it. */
  why: string;
  outcome(file: string): Promise<unknown>;
  expected: unknown;
}

/** By the sample's file. */
export type SampleCases = Record<string, SampleCase | SampleCase[]>;

export function testSamples(cases: SampleCases): void {
  for (const [file, some] of Object.entries(cases)) {
    for (const { why, outcome, expected } of [some].flat()) {
      test(`${file}: ${why}`, { skip }, async () => assert.deepEqual(await outcome(file), expected));
    }
  }
}

/** An outcome where one is thrown. */
export async function thrown(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    const { name, kind, message, after } = error as Error & { kind?: string; after?: number };
    return { name, kind, message, after };
  }
  return "nothing was thrown";
}
