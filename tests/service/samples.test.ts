/**
 * Every recorded or documented delivery, answer and error of the CRMs, through the code that meets it: what becomes of it,
 * and why. A sample that nothing here names fails.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { hubspotAnswers } from "./samples/hubspot-answers.js";
import { salesforceAnswers } from "./samples/salesforce-answers.js";
import { type SampleCases, testSamples } from "./samples/sample-case.js";
import { webhooks } from "./samples/webhooks.js";
import { sampleFiles, skip } from "./support.js";

const cases: SampleCases = { ...webhooks, ...hubspotAnswers, ...salesforceAnswers };

/** What the service never asks for. */
const elsewhere: Record<string, string> = {
  "hs-contact-properties-metadata.json":
    "tests/service/stand-in/hubspot.test.ts, tests/cli/crm-catalog-samples.test.mjs",
};

test("every sample has a case", { skip }, () => {
  const files = sampleFiles().filter((file) => /\.(json|xml)$/.test(file));
  assert.deepEqual(
    files.filter((file) => cases[file] === undefined && elsewhere[file] === undefined),
    [],
    "samples without a case",
  );
  assert.deepEqual(
    Object.keys({ ...cases, ...elsewhere }).filter((file) => !files.includes(file)),
    [],
    "cases without a sample",
  );
});

testSamples(cases);
