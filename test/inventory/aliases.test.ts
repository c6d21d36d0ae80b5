import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Aliases, aliasId, aliasTerms, type DatedAlias } from '../../shared/inventory/aliases.ts';
import { Gathered } from '../../shared/inventory/inventory.ts';
import { keyName, projectName, serviceAccountName } from '../../shared/model/asset.ts';
import { alias, t } from '../world.ts';

const API = 'api@acme-prod.iam.gserviceaccount.com';
const OTHER = 'other@acme-prod.iam.gserviceaccount.com';
const account = (id: string, name: string, seconds: number): DatedAlias => ({
  of: 'service-account',
  id,
  name,
  time: t(seconds),
});
const project = (id: string, name: string): DatedAlias => ({ of: 'project', id, name, time: t(0) });

/** Checks names, whatever the order in which they were learnt. */
function knowing(all: readonly DatedAlias[], check: (aliases: Aliases) => void): void {
  fc.assert(
    fc.property(fc.shuffledSubarray([...all], { minLength: all.length }), (told) => {
      const aliases = new Aliases();
      for (const one of told) aliases.add(one);
      check(aliases);
    }),
    { numRuns: 20 },
  );
}

describe('an account', () => {
  it('is its unique id, by whichever name one asks', () => {
    knowing([account('1001', API, 1)], (aliases) => {
      expect([aliases.account(API), aliases.account('1001')]).toEqual(['1001', '1001']);
      expect([aliases.email(API), aliases.email('1001')]).toEqual([API, API]);
      expect(aliases.canonical(serviceAccountName(API))).toBe(serviceAccountName('1001'));
      expect(aliases.spellings(serviceAccountName(API))).toEqual([
        serviceAccountName('1001'),
        serviceAccountName(API),
      ]);
    });
  });

  it('that nobody told of is what one calls it', () => {
    knowing([account('1001', API, 1)], (aliases) => {
      expect(aliases.account(OTHER)).toBe(OTHER);
      expect(aliases.account('2002')).toBe('2002');
      expect([aliases.email(OTHER), aliases.email('2002')]).toEqual([OTHER, undefined]);
      expect(aliases.spellings(serviceAccountName(OTHER))).toEqual([serviceAccountName(OTHER)]);
    });
  });

  it('that was made anew under the same address is another one, which has the address now', () => {
    knowing([account('1001', API, 1), account('1009', API, 5)], (aliases) => {
      expect(aliases.account(API)).toBe('1009');
      expect(aliases.email('1001')).toBe(API);
      expect(aliases.canonical(serviceAccountName(API))).toBe(serviceAccountName('1009'));
      expect(aliases.spellings(serviceAccountName('1009'))).toEqual([
        serviceAccountName('1009'),
        serviceAccountName(API),
      ]);
      expect(aliases.spellings(serviceAccountName('1001'))).toEqual([serviceAccountName('1001')]);
      expect(aliases.termsOf(serviceAccountName('1001'))).toEqual(['1001', API]);
    });
  });

  it('of two at the same instant is the same one, whichever was told first', () => {
    knowing([account('1001', API, 1), account('1009', API, 1)], (aliases) => {
      expect(aliases.account(API)).toBe('1009');
    });
  });

  it('has the address that it was seen with last', () => {
    knowing([account('1001', API, 1), account('1001', OTHER, 5)], (aliases) => {
      expect(aliases.email('1001')).toBe(OTHER);
    });
  });
});

describe('a project', () => {
  const BUCKET = '//storage.googleapis.com/ledger';
  const topic = (name: string) => `//pubsub.googleapis.com/projects/${name}/topics/t`;

  it('is its id, whether its number is known or not', () => {
    knowing([project('111', 'acme-prod'), project('1', 'other')], (aliases) => {
      expect([aliases.project('111'), aliases.project('acme-prod'), aliases.project('999')]).toEqual([
        'acme-prod',
        'acme-prod',
        '999',
      ]);
      expect(aliases.projectSpellings('111')).toEqual(['acme-prod', '111']);
      expect(aliases.projectSpellings('999')).toEqual(['999']);
      expect(aliases.canonical(projectName('111'))).toBe(projectName('acme-prod'));
    });
  });

  it('is the same in the names of what lies in it', () => {
    knowing([project('111', 'acme-prod'), project('1', 'other')], (aliases) => {
      expect(aliases.canonical(topic('111'))).toBe(topic('acme-prod'));
      expect(aliases.spellings(topic('111'))).toEqual([topic('acme-prod'), topic('111')]);
      expect(aliases.canonical(topic('11'))).toBe(topic('11'));
      expect(aliases.canonical(BUCKET)).toBe(BUCKET);
      expect(aliases.canonical(keyName('k1'))).toBe(keyName('k1'));
    });
  });

  it('does not share numbers with accounts', () => {
    knowing([project('1001', 'acme-prod'), account('1001', API, 1)], (aliases) => {
      expect(aliases.account('1001')).toBe('1001');
      expect(aliases.canonical(serviceAccountName('1001'))).toBe(serviceAccountName('1001'));
      expect(aliases.project('1001')).toBe('acme-prod');
    });
  });
});

it('what must be looked up to know a name’s other names', () => {
  expect(aliasTerms(serviceAccountName(API))).toEqual([API]);
  expect(aliasTerms(projectName('111'))).toEqual(['111']);
  expect(aliasTerms('//pubsub.googleapis.com/projects/111/topics/t')).toEqual(['111']);
  expect(aliasTerms('//storage.googleapis.com/ledger')).toEqual([]);
});

it('an alias is as old as its first sighting, whichever was told first', () => {
  const first = alias(API, '1001', { time: t(1) });
  const again = alias(API, '1001', { time: t(9) });
  for (const told of [
    [first, again],
    [again, first],
  ]) {
    const gathered = new Gathered();
    for (const one of told) gathered.observe(one);
    expect([...gathered.aliases]).toEqual([[aliasId(account('1001', API, 0)), account('1001', API, 1)]]);
  }
});
