/** What the condition of a grant makes of the findings about it, and what a custom role makes of a binding. */
import { describe, expect, it } from '@jest/globals';
import { parseTime } from '../../shared/model/time.ts';
import {
  customRole,
  found,
  foundBy,
  iam,
  inPool,
  ksa,
  member,
  only,
  says,
  TOKEN_CREATOR,
  t,
  WI,
  wakesAt,
} from '../world.ts';
import { ACCOUNTS, ADMIN, ADMIN_ASSET, API, API_ASSET, DECLARED } from './cast.ts';

const ENDED = { expression: 'request.time < timestamp("2025-01-01T00:00:00Z")' };
const ENDS = { expression: 'request.time < timestamp("2027-01-01T00:00:00Z")' };
const BEGINS = { expression: 'request.time > timestamp("2027-01-01T00:00:00Z")' };
const TAGGED = { expression: "resource.matchTag('1/env', 'dev')" };
const INVOICES = { expression: 'resource.name.startsWith("projects/_/buckets/other/objects/invoices")' };
const OTHER = '//storage.googleapis.com/other';
const PROJECT = '//cloudresourcemanager.googleapis.com/projects/acme-prod';
const END = parseTime('2027-01-01T00:00:00Z')!;

describe('a grant that nobody declared', () => {
  const holding = (condition?: { expression: string }) => ({
    observations: [
      ...DECLARED,
      iam(OTHER, [
        condition === undefined
          ? ['roles/storage.objectUser', `serviceAccount:${API}`]
          : ['roles/storage.objectUser', `serviceAccount:${API}`, condition],
      ]),
    ],
  });
  const one = (condition?: { expression: string }) => only('undeclared-grant', holding(condition));

  it('under a condition that has ended is posture, and says since when', () => {
    expect(one()).toMatchObject({ class: 'attack', severity: 'high' });
    const ended = one(ENDED);
    expect(ended).toMatchObject({ class: 'posture', severity: 'low', state: 'open' });
    expect(ended.explanation).toContain(
      ' Its condition has not been met since 2025-01-01 00:00 UTC: it gives no access.',
    );
    expect(ended).not.toHaveProperty('blastRadius');
  });

  it('under a condition that ends is an attack until then, and is judged anew', () => {
    const now = one(ENDS);
    expect(now).toMatchObject({ class: 'attack', severity: 'high' });
    expect(now.explanation).toContain(' Its condition is met until 2027-01-01 00:00 UTC.');
    expect(wakesAt(holding(ENDS))).toBe(END);
    expect(only('undeclared-grant', { ...holding(ENDS), asOf: END })).toMatchObject({ class: 'posture' });
  });

  it('under a condition that begins later is posture until then, and is judged anew', () => {
    expect(one(BEGINS)).toMatchObject({ class: 'posture', severity: 'low' });
    expect(only('undeclared-grant', { ...holding(BEGINS), asOf: END + 1n })).toMatchObject({
      class: 'attack',
    });
  });

  it('under a condition that is not decided is judged as if it were met, and says so', () => {
    const tagged = one(TAGGED);
    expect(tagged).toMatchObject({ class: 'attack', severity: 'high' });
    expect(tagged.explanation).toContain(
      ' Whether its condition is met is not decided, and it is judged as if it were: it asks for tags, which are not read.',
    );
  });

  it('under a condition that narrows it says to what', () => {
    expect(one(INVOICES).explanation).toContain(
      ' Its condition narrows it to things whose name begins with projects/_/buckets/other/objects/invoices.',
    );
  });
});

describe('every finding on a grant under a condition that has ended is posture', () => {
  it.each([
    ['forbidden-role', iam(PROJECT, [['roles/owner', `serviceAccount:${API}`, ENDED]])],
    ['untrusted-pool', iam(OTHER, [['roles/x', inPool('*', 'stranger.svc.id.goog'), ENDED]])],
    ['wide-member', iam(OTHER, [['roles/x', inPool('namespace/payments'), ENDED]])],
    ['wide-member', iam(PROJECT, [[TOKEN_CREATOR, 'user:jane@acme.example', ENDED]])],
    ['undeclared-grant', iam(API_ASSET, [[TOKEN_CREATOR, 'user:jane@acme.example', ENDED]], { time: t(1) })],
  ])('%s', (detector, grant) => {
    const observations = [...DECLARED, grant];
    expect(foundBy(detector, { observations })).toMatchObject([{ class: 'posture', severity: 'low' }]);
  });
});

describe('a binding under a condition', () => {
  const debug = (condition?: { expression: string }) => ({
    observations: [
      ...ACCOUNTS,
      ksa('sandbox/debug', ADMIN),
      iam(ADMIN_ASSET, [
        condition === undefined ? [WI, member('sandbox/debug')] : [WI, member('sandbox/debug'), condition],
      ]),
    ],
  });

  it('that has ended lets nobody in', () => {
    expect(only('undeclared-identity', debug())).toMatchObject({ severity: 'critical' });
    expect(only('undeclared-identity', debug(ENDED))).toMatchObject({ severity: 'medium' });
    expect(only('annotation-without-binding', debug(ENDED)).explanation).toContain(
      'It has a binding. Its condition has not been met since 2025-01-01 00:00 UTC: it gives no access.',
    );
  });

  it('that ends is judged anew then', () => {
    const [now, then] = [debug(ENDS), { ...debug(ENDS), asOf: END }];
    expect(only('undeclared-identity', now)).toMatchObject({ severity: 'critical' });
    expect(wakesAt(now)).toBe(END);
    expect(says('annotation-without-binding', now)).toEqual([]);
    expect(only('undeclared-identity', then)).toMatchObject({ severity: 'medium' });
    expect(says('annotation-without-binding', then)).toHaveLength(1);
  });

  it('that is not decided lets it in, and says so', () => {
    const tagged = only('undeclared-identity', debug(TAGGED));
    expect(tagged).toMatchObject({ severity: 'critical' });
    expect(tagged.explanation).toContain('Whether its condition is met is not decided');
  });

  it('that has ended and nothing uses is no dangling one', () => {
    const unused = (condition: { expression: string }) => ({
      observations: [...ACCOUNTS, iam(ADMIN_ASSET, [[WI, member('sandbox/gone'), condition]])],
    });
    expect(says('dangling-binding', unused(ENDS))).toHaveLength(1);
    expect(says('dangling-binding', unused(ENDED))).toEqual([]);
  });
});

describe('a role that KSAs hold themselves', () => {
  it('gives an undeclared one nothing once its condition has ended', () => {
    const direct = (condition: { expression: string }) => ({
      observations: [
        ksa('sandbox/debug'),
        iam(OTHER, [['roles/storage.objectUser', inPool('subject/ns/sandbox/sa/debug'), condition]]),
      ],
    });
    expect(says('undeclared-identity', direct(ENDS))).toHaveLength(1);
    expect(says('undeclared-identity', direct(ENDED))).toEqual([]);
  });
});

describe('a binding through a custom role', () => {
  const ROLE = 'projects/acme-prod/roles/tokens';
  const through = (...permissions: readonly string[]) => ({
    observations: [
      ...ACCOUNTS,
      ksa('payments/api', API),
      iam(API_ASSET, [[ROLE, member('payments/api')]]),
      ...(permissions.length === 0 ? [] : [customRole(ROLE, permissions)]),
    ],
  });

  it('lets the KSA in when the role hands out tokens', () => {
    expect(says('annotation-without-binding', through())).toHaveLength(1);
    expect(says('annotation-without-binding', through('pubsub.topics.publish'))).toHaveLength(1);
    expect(says('annotation-without-binding', through('iam.serviceAccounts.getAccessToken'))).toEqual([]);
  });

  it('makes a grant to somebody else an attack, or none, by what the role permits', () => {
    const granted = (...roles: Parameters<typeof customRole>[]) =>
      only('undeclared-grant', {
        observations: [
          ...DECLARED,
          iam(
            API_ASSET,
            [
              [WI, member('payments/api')],
              [ROLE, 'user:jane@acme.example'],
            ],
            { time: t(1) },
          ),
          ...roles.map((role) => customRole(...role)),
        ],
      });
    expect(granted().explanation).toContain('What this role permits is not known.');
    expect(granted([ROLE, ['iam.serviceAccounts.get']])).toMatchObject({ class: 'posture', severity: 'low' });
    expect(granted([ROLE, ['iam.serviceAccounts.signJwt']])).toMatchObject({ class: 'attack' });
    const deleted = granted([ROLE, ['iam.serviceAccounts.signJwt'], { deleted: true, time: t(5) }]);
    expect(deleted).toMatchObject({ class: 'posture' });
  });
});

describe('what an account holds', () => {
  it('is told without what has ended', () => {
    const holder = (condition: { expression: string }) => [
      ...DECLARED,
      iam(API_ASSET, [[WI, member('sandbox/debug')]], { time: t(1) }),
      iam(OTHER, [['roles/storage.admin', `serviceAccount:${API}`, condition]]),
    ];
    const told = (condition: { expression: string }) =>
      found({ observations: holder(condition) }).find(
        ({ detector, subject }) => detector === 'undeclared-identity' && subject.includes('sandbox/debug'),
      );
    expect(told(ENDS)?.explanation).toContain('roles/storage.admin on bucket:other');
    expect(told(ENDS)?.blastRadius?.permissions).toContain('storage.buckets.setIamPolicy');
    expect(told(ENDED)?.explanation).toContain('No role of the account is known.');
    expect(told(ENDED)?.blastRadius?.permissions ?? []).toEqual([]);
  });
});
