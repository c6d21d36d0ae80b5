import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parseDocument } from 'yaml';
import * as z from 'zod';
import { loadPolicy } from '../../shared/policy/load.ts';
import { RESOURCE_ALIASES } from '../../shared/policy/resource-pattern.ts';
import { resource } from '../../shared/policy/schema/words.ts';
import { DOCUMENT_KINDS, jsonSchema, schemaFileText } from '../../shared/policy/schema.ts';

const SCHEMA_FILE = new URL('../../shared/policy/policy.schema.json', import.meta.url);
const ACME = readFileSync(new URL('./acme-prod.policy.yaml', import.meta.url), 'utf8');

type Property = readonly [path: string, schema: z.ZodType];

/** Every property of the language, with its path. */
function properties(schema: unknown, path = ''): readonly Property[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault)
    return properties(schema.unwrap(), path);
  if (schema instanceof z.ZodArray) return properties(schema.element, `${path}[]`);
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape).flatMap(([key, inner]): readonly Property[] => [
    [`${path}.${key}`, inner],
    ...properties(inner, `${path}.${key}`),
  ]);
}

const PROPERTIES = Object.values(DOCUMENT_KINDS).flatMap((kind) => properties(kind));

it('policy.schema.json is what the schema says: else run `npm run schema`', () => {
  expect(readFileSync(SCHEMA_FILE, 'utf8')).toBe(schemaFileText());
});

it('the JSON Schema is draft-07, under its own address', () => {
  expect(jsonSchema()).toMatchObject({
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'https://anchorwatch.dev/v1/policy.schema.json',
  });
});

describe('every property', () => {
  it.each(PROPERTIES)('%s says what it is for, with examples that hold', (_path, schema) => {
    const { description, examples, default: fallback } = schema.meta() ?? {};
    expect(description).toMatch(/^[\p{Lu}`].*\.$/su);
    expect(Array.isArray(examples) && examples.length > 0).toBe(true);
    for (const example of Array.isArray(examples) ? examples : []) {
      // A document's examples show a part of it only.
      if (!['.metadata', '.spec'].includes(_path))
        expect(schema.safeParse(example).error?.issues).toBeUndefined();
    }
    if (fallback !== undefined) expect(schema.safeParse(fallback).success).toBe(true);
  });

  it('lies in a closed object', () => {
    const objects = JSON.stringify(jsonSchema()).match(/"type":"object"/g) ?? [];
    const closed = JSON.stringify(jsonSchema()).match(/"additionalProperties":false/g) ?? [];
    expect(closed.length).toBe(objects.length);
    expect(closed.length).toBeGreaterThan(20);
  });
});

describe('addresses', () => {
  const root: unknown = parseDocument(ACME.split('\n---\n')[0] ?? '').toJS();

  it.each(textsIn(root))('%j takes none', (...path) => {
    if (path.includes('issuers') || path.includes('approval')) return;
    const text = JSON.stringify(replaced(root, path, 'https://evil.example/hook'));
    const loaded = loadPolicy([{ path: 'p.yaml', text }]);
    expect(loaded.ok).toBe(false);
  });
});

/** The path of every text in some data. */
function textsIn(data: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof data === 'string') return [path];
  if (typeof data !== 'object' || data === null) return [];
  return Object.entries(data).flatMap(([key, inner]) => textsIn(inner, [...path, key]));
}

function replaced(data: unknown, [key, ...rest]: readonly string[], text: string): unknown {
  if (key === undefined) return text;
  if (Array.isArray(data))
    return data.map((inner, i) => (String(i) === key ? replaced(inner, rest, text) : inner));
  const entries = Object.entries(typeof data === 'object' && data !== null ? data : {});
  return Object.fromEntries(
    entries.map(([name, inner]) => [name, name === key ? replaced(inner, rest, text) : inner]),
  );
}

it('a resource takes each alias that matching knows', () => {
  for (const [alias, parts] of Object.entries(RESOURCE_ALIASES)) {
    expect(resource.safeParse(`${alias}:${parts.map(() => 'x').join('/')}`).error).toBeUndefined();
  }
  expect(resource.safeParse('buckets:x').success).toBe(false);
});

it.each([['gsa with a glob', '*@acme.iam.gserviceaccount.com']])('%s is refused', (_what, gsa) => {
  expect(
    DOCUMENT_KINDS.WorkloadIdentityPolicy.shape.spec.shape.workloadIdentities.safeParse([{ name: 'a', gsa }])
      .success,
  ).toBe(false);
});
