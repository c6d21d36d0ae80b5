import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findingJson, findingOf } from '../../shared/findings/finding-json.ts';
import { findingSchema } from '../../shared/findings/finding-schema.ts';
import { chain } from '../../shared/findings/transition-chain.ts';
import { transitionAttributes, transitionEvent } from '../../shared/findings/transition-event.ts';
import { transitionEventSchema, transitionSchemaText } from '../../shared/findings/transition-schema.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { t } from '../world.ts';
import { finding } from './a-finding.ts';
import { anyFinding } from './any-finding.ts';

const docs = (file: string) => readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8');

function moved(to: Finding, previousHash = '') {
  const link = chain({ finding: to, from: 'none', to: to.state, why: 'opened' }, previousHash, t(60));
  return { ...link, from: 'none', to: to.state } as const;
}

const OPENED = finding({ owner: 'team-payments', project: 'acme-prod', incident: 'i1', actor: 'pending' });

it('a transition is told with the finding as it stands after it', () => {
  const transition = moved(OPENED, 'before');
  const event = transitionEvent(transition, OPENED, 'acme');
  expect(JSON.parse(JSON.stringify(event))).toMatchObject({
    schemaVersion: 1,
    tenant: 'acme',
    transition: {
      finding: 'f1',
      episode: 1,
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/),
      from: 'none',
      to: 'open',
      why: 'opened',
      hash: transition.hash,
      previousHash: 'before',
    },
    incident: 'i1',
    finding: { id: 'f1', state: 'open', actor: 'pending', owner: 'team-payments' },
  });
});

describe('the schema', () => {
  it('docs/transition.schema.json is what it says: else run `npm run schema`', () => {
    expect(docs('transition.schema.json')).toBe(transitionSchemaText());
  });

  it('holds for whatever is told, and knows every field of it', () => {
    fc.assert(
      fc.property(anyFinding, fc.string(), (one, tenant) => {
        const event = transitionEvent(moved(one), one, tenant);
        const read = transitionEventSchema.safeParse(JSON.parse(JSON.stringify(event)));
        expect(read.error?.issues).toBeUndefined();
      }),
    );
  });

  it.each([
    ['a field nobody knows', { surprise: 1 }],
    ['an incident that is no text', { incident: 7 }],
    ['a time that is none', { transition: { ...moved(OPENED), at: 'yesterday' } }],
  ])('refuses %s', (_what, wrong) => {
    const event = JSON.parse(JSON.stringify(transitionEvent(moved(OPENED), OPENED, 'acme')));
    expect(transitionEventSchema.safeParse({ ...event, ...wrong }).success).toBe(false);
  });

  it('as published leaves room for fields to come, and requires those that always are there', () => {
    const published: {
      $schema: string;
      required: readonly string[];
      properties: { finding: { required: readonly string[] } };
    } = JSON.parse(transitionSchemaText());
    expect(published.$schema).toBe('http://json-schema.org/draft-07/schema#');
    expect(transitionSchemaText()).not.toContain('additionalProperties');
    expect(published.required).toEqual(['schemaVersion', 'tenant', 'transition', 'incident', 'finding']);
    expect(published.properties.finding.required).toContain('why');
    expect(published.properties.finding.required).not.toContain('owner');
  });

  it('has no field of a finding that docs/findings.md is silent about', () => {
    const page = docs('findings.md');
    const silent = Object.keys(findingSchema.shape).filter((name) => !page.includes(`\`${name}\``));
    expect(silent).toEqual([]);
  });
});

describe('attributes', () => {
  const attributesOf = (more: Partial<Finding>) => {
    const one = finding(more);
    return transitionAttributes(transitionEvent(moved(one), one, 'acme'));
  };

  it('are what a subscription filters by; what is not known is left out', () => {
    expect(attributesOf({ owner: 'team-payments', project: 'acme-prod', state: 'acknowledged' })).toEqual({
      detector: 'forbidden-role',
      severity: 'high',
      class: 'attack',
      state: 'acknowledged',
      owner: 'team-payments',
      project: 'acme-prod',
    });
    expect(Object.keys(attributesOf({ owner: '' }))).toEqual(['detector', 'severity', 'class', 'state']);
  });

  it('are cut to what Pub/Sub takes, between characters', () => {
    const { owner = '' } = attributesOf({ owner: `a${'ö'.repeat(600)}` });
    expect(Buffer.byteLength(owner)).toBeLessThanOrEqual(1024);
    expect(owner).toMatch(/^aö+$/);
    expect(owner.length).toBe(512);
  });
});

it('a finding read back from machine output is the finding', () => {
  fc.assert(
    fc.property(anyFinding, (one) => {
      const read = findingSchema.parse(JSON.parse(JSON.stringify(findingJson(one))));
      expect(findingOf(read)).toStrictEqual(one);
    }),
  );
});
