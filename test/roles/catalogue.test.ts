import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DAY, HOUR, parseTime } from '../../shared/model/time.ts';
import { catalogueWords } from '../../shared/roles/age.ts';
import { builtInCatalogue } from '../../shared/roles/built-in.ts';
import { Catalogue, type RoleRecord } from '../../shared/roles/catalogue.ts';
import { changesBetween } from '../../shared/roles/changes.ts';
import { isWithin, permits, permitsAny, permitsLike } from '../../shared/roles/role.ts';
import { decodeRuns, encodeRuns } from '../../shared/roles/run-codes.ts';
import { readCatalogue, writeCatalogue } from '../../shared/roles/serialised.ts';
import { fixturePath, fixtures, itOnFixtures } from '../fixtures.ts';

const NOW = parseTime('2026-11-22T09:00:00Z')!;
const RECORDS: readonly RoleRecord[] = [
  { name: 'roles/pubsub.publisher', title: 'Publisher', permissions: ['pubsub.topics.publish'] },
  { name: 'roles/partly', permissions: ['a.b.get'], atLeast: true },
  { name: 'projects/p/roles/mine', permissions: ['a.b.get', 'pubsub.topics.publish'] },
];
const CATALOGUE = Catalogue.of(RECORDS, { asOf: NOW, source: 'live', wholly: ['x.y.set'] });

describe('a role', () => {
  it('that is known in whole answers yes or no', () => {
    const role = CATALOGUE.role('roles/pubsub.publisher');
    expect(permits(role, 'pubsub.topics.publish')).toBe('yes');
    expect(permits(role, 'pubsub.topics.delete')).toBe('no');
    expect(permitsAny(role, ['a.b.c', 'pubsub.topics.publish'])).toBe('yes');
    expect(permitsAny(role, ['a.b.c'])).toBe('no');
    expect(permitsLike(role, 'pubsub.*')).toBe('yes');
    expect(permitsLike(role, 'storage.*')).toBe('no');
  });

  it('that is known in part never says no, unless the permission is one whose holders are all known', () => {
    const role = CATALOGUE.role('roles/partly');
    expect(permits(role, 'a.b.get')).toBe('yes');
    expect(permits(role, 'pubsub.topics.publish')).toBe('unknown');
    expect(permits(role, 'x.y.set')).toBe('no');
    expect(permitsAny(role, ['x.y.set', 'pubsub.topics.publish'])).toBe('unknown');
    expect(permitsLike(role, 'x.*')).toBe('unknown');
  });

  it('that is not known says so', () => {
    expect(CATALOGUE.permissionsOf('roles/never.heard')).toBeUndefined();
    expect(permits(CATALOGUE.role('roles/never.heard'), 'a.b.get')).toBe('unknown');
    expect(permits(CATALOGUE.role('roles/never.heard'), 'x.y.set')).toBe('no');
    expect(CATALOGUE.role('projects/p/roles/other')).toBeUndefined();
    expect(CATALOGUE.role('roles/some.serviceAgent')).toBeUndefined();
    expect(permits(undefined, 'x.y.set')).toBe('unknown');
  });

  it('is within what is allowed, or not, or perhaps', () => {
    const allowed = CATALOGUE.setOf(['a.b.get', 'pubsub.topics.publish', 'never.heard.of']);
    expect(isWithin(CATALOGUE.role('projects/p/roles/mine'), allowed)).toBe('yes');
    expect(isWithin(CATALOGUE.role('roles/partly'), allowed)).toBe('unknown');
    expect(isWithin(CATALOGUE.role('roles/partly'), CATALOGUE.setOf([]))).toBe('no');
    expect(isWithin(undefined, allowed)).toBe('unknown');
  });
});

describe('a catalogue with other roles', () => {
  it('has them too, and leaves the first as it was', () => {
    const more = CATALOGUE.with([
      { name: 'projects/p/roles/more', permissions: ['never.heard.of'] },
      { name: 'projects/p/roles/mine', permissions: [] },
    ]);
    expect(more.permissionsOf('projects/p/roles/more')?.names()).toEqual(['never.heard.of']);
    expect(more.permissionsOf('projects/p/roles/mine')?.size).toBe(0);
    expect(more.permissionsOf('roles/pubsub.publisher')?.size).toBe(1);
    expect(CATALOGUE.permissionsOf('projects/p/roles/more')).toBeUndefined();
    expect(CATALOGUE.permissionsOf('projects/p/roles/mine')?.size).toBe(2);
  });
});

describe('a stored catalogue', () => {
  it('is read as it was written', () => {
    const permission = fc.stringMatching(/^[a-z]{1,3}\.[a-z]{1,3}\.[a-z]{1,3}$/);
    const record = fc.record({
      name: fc.stringMatching(/^roles\/[a-z.]{1,12}$/),
      title: fc.string(),
      permissions: fc.uniqueArray(permission, { maxLength: 80 }),
      atLeast: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.uniqueArray(record, { selector: ({ name }) => name }), (records) => {
        const read = readCatalogue(writeCatalogue(records, NOW), 'cached');
        expect(read).toMatchObject({ asOf: NOW, source: 'cached', size: records.length });
        for (const { name, title, permissions, atLeast } of records) {
          const role = read.role(name);
          expect(role?.permissions.names()).toEqual(permissions.toSorted());
          expect(role).toMatchObject({ title: title === '' ? undefined : title, complete: !atLeast });
        }
      }),
    );
  });

  it.each([
    ['no JSON', 'x'],
    ['no object', '[]'],
    ['another format', '{"format":2}'],
    ['without roles', '{"format":1,"asOf":"2026-11-22T09:00:00Z","permissions":""}'],
    [
      'with a role that is none',
      '{"format":1,"asOf":"2026-11-22T09:00:00Z","permissions":"","roles":[["x"]]}',
    ],
  ])('is refused: %s', (_what, text) => {
    expect(() => readCatalogue(text, 'cached')).toThrow(SyntaxError);
  });
});

describe('runs of numbers', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat({ max: 20_000 })), (numbers) => {
        const ascending = numbers.toSorted((a, b) => a - b);
        const read = decodeRuns(encodeRuns(ascending)).flatMap(([from, to]) =>
          Array.from({ length: to - from }, (_, i) => from + i),
        );
        expect(read).toEqual(ascending);
      }),
    );
  });

  it.each(['A', 'AB!B', 'g', 'ggggggggA', 'ÄB'])('are refused: %s', (text) => {
    expect(() => decodeRuns(text)).toThrow(SyntaxError);
  });
});

describe('changes between two readings', () => {
  it('are those of predefined roles that both know in whole', () => {
    const after = Catalogue.of(
      [
        { name: 'roles/pubsub.publisher', permissions: ['pubsub.topics.get'] },
        { name: 'roles/partly', permissions: [] },
        { name: 'projects/p/roles/mine', permissions: [] },
      ],
      { asOf: NOW, source: 'live' },
    );
    expect(changesBetween(CATALOGUE, after)).toEqual([
      {
        role: 'roles/pubsub.publisher',
        kind: 'changed',
        added: ['pubsub.topics.get'],
        removed: ['pubsub.topics.publish'],
      },
    ]);
  });
});

describe('the age of a catalogue', () => {
  it.each([
    [HOUR, 'roles of 2026-11-22 as Google told it, 1 hour old'],
    [47n * HOUR, 'roles of 2026-11-22 as Google told it, 47 hours old'],
    [9n * DAY, 'roles of 2026-11-22 as Google told it, 9 days old'],
    // A clock that was put back.
    [-DAY, 'roles of 2026-11-22 as Google told it, 0 hours old'],
  ])('after %s', (age, words) => {
    expect(catalogueWords(CATALOGUE, NOW + age)).toBe(words);
  });
});

interface DataSetRole {
  readonly name: string;
  readonly title?: string;
  readonly includedPermissions?: readonly string[];
}

describe('the built-in table', () => {
  it('answers for roles that it does not list, where all holders are known', () => {
    expect(permits(builtInCatalogue().role('roles/viewer'), 'iam.serviceAccounts.actAs')).toBe('no');
    expect(permits(builtInCatalogue().role('roles/viewer'), 'storage.objects.get')).toBe('unknown');
    expect(permits(builtInCatalogue().role('roles/dataflow.serviceAgent'), 'iam.serviceAccounts.actAs')).toBe(
      'unknown',
    );
    expect(builtInCatalogue().permissionsOf('roles/viewer')?.size).toBe(2 + 1);
  });

  itOnFixtures('says nothing of a role that the role itself does not', () => {
    const roles = dataSet();
    const all = [...new Set(roles.flatMap(({ permissions }) => permissions))];
    const wrong: string[] = [];
    for (const { name, permissions } of roles) {
      const [role, real] = [builtInCatalogue().role(name), new Set(permissions)];
      for (const permission of [...all, ...(role?.permissions.names() ?? [])]) {
        const answer = permits(role, permission);
        if (answer !== 'unknown' && (answer === 'yes') !== real.has(permission))
          wrong.push(`${name} ${permission}: ${answer}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  itOnFixtures('lists no role that there is not', () => {
    const real = new Set(
      (fixtures('iam-dataset/predefined_roles.json') as DataSetRole[]).map(({ name }) => name),
    );
    // The list of names is of another day than the roles: some are in one only.
    const unheard = [...builtInCatalogue().names()].filter((name) => !real.has(name));
    expect(unheard.length).toBeLessThan(20);
  });
});

/** The captured roles. */
function dataSet(): readonly RoleRecord[] {
  const folder = fixturePath('iam-dataset/roles');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => {
      const {
        name,
        title,
        includedPermissions = [],
      } = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as DataSetRole;
      return { name, title, permissions: includedPermissions };
    });
}

describe('as big as Google has it', () => {
  itOnFixtures('it is stored small, and loads in a moment', () => {
    const real = dataSet();
    const vocabulary = real.find(({ name }) => name === 'roles/owner')!.permissions;
    // Two thousand five hundred roles over all permissions of the owner: what there is of one service, as most of Google's are.
    const services = Map.groupBy(vocabulary, (name) => name.split('.')[0]!);
    const groups = [...services.values()];
    const made = Array.from({ length: 2_500 - real.length }, (_, i): RoleRecord => {
      const group = groups[i % groups.length]!;
      return { name: `roles/made.role${i}`, permissions: group.filter((_one, at) => (at + i) % 3 > 0) };
    });
    const text = writeCatalogue([...real, ...made], NOW);
    expect(Buffer.byteLength(text)).toBeLessThan(1_500_000);
    // The processor's own time: what else the machine does has no part in it.
    const times = Array.from({ length: 5 }, () => {
      const start = process.threadCpuUsage();
      const read = readCatalogue(text, 'cached');
      expect(read.role('roles/owner')?.permissions.size).toBe(vocabulary.length);
      const { user, system } = process.threadCpuUsage(start);
      return (user + system) / 1_000;
    });
    expect(Math.min(...times)).toBeLessThan(50);
  });
});
