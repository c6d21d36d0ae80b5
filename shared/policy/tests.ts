import type * as z from 'zod';
import type { Place } from './problem.ts';
import type { testCase } from './schema/tests.ts';
import { policyTest } from './schema.ts';
import type { SourceDocument } from './source.ts';

/** A document of tests: what the policy must find in some states. */
export interface PolicyTest {
  readonly name: string;
  readonly file: string;
  readonly cases: readonly PolicyTestCase[];
}

export type PolicyTestCase = z.output<typeof testCase> & { readonly at: Place };
export type Expected = PolicyTestCase['expect'][number];
export type Override = NonNullable<PolicyTestCase['override']>;

/** The tests of a document, which must have passed the schema. */
export function policyTestOf(document: SourceDocument): PolicyTest {
  const { metadata, cases } = policyTest.parse(document.value);
  return {
    name: metadata.name,
    file: document.place([]).file,
    cases: cases.map((one, i) => ({ ...one, at: document.place(['cases', i]) })),
  };
}
