import { describe, expect, it } from '@jest/globals';
import type { Cause } from '../../shared/detectors/detector.ts';
import { actBehind, actorOf, causeKeys, JOIN_WINDOW } from '../../shared/findings/attribute.ts';
import { Inventory } from '../../shared/inventory/inventory.ts';
import { View } from '../../shared/inventory/view.ts';
import type { Act } from '../../shared/model/act.ts';
import { projectName, serviceAccountName } from '../../shared/model/asset.ts';
import { grantKey } from '../../shared/model/grant.ts';
import type { Nanos } from '../../shared/model/time.ts';
import { act, alias, change, JANE, known, member, projectAlias, t, WI } from '../world.ts';

const ID = serviceAccountName('1001');
const EMAIL = serviceAccountName('api@acme-prod.iam.gserviceaccount.com');
const ADDED = change('add', ID, WI, member('a/b'));
const OTHER = change('add', ID, WI, member('a/c'));
const WINDOW = Number(JOIN_WINDOW / 1_000_000_000n);

const viewOf = (acts: readonly Act[], asOf: Nanos = t(3600)) =>
  new View(
    new Inventory(
      known({
        observations: [
          alias('api@acme-prod.iam.gserviceaccount.com', '1001'),
          projectAlias('acme-prod', '111'),
        ],
        acts,
      }),
    ),
    asOf,
    () => undefined,
  );
const cause = (more: Partial<Cause> = {}): Cause => ({
  asset: ID,
  time: t(1000),
  source: 'feed',
  grantKey: grantKey(ADDED.grant),
  ...more,
});
/** Of a change to the asset itself, not to its policy. */
const OF_ASSET: Cause = { asset: ID, time: t(1000), source: 'feed' };
const at = (id: string, seconds: number, more: Partial<Act> = {}): Act =>
  act(id, ID, { time: t(seconds), ...more });

describe('the act behind a change', () => {
  it.each<[string, Cause, readonly Act[], string | undefined]>([
    [
      'is the one that made this version, however far away',
      cause({ etag: 'e2' }),
      [at('a', 0, { etag: 'e2' }), at('b', 1000)],
      'a',
    ],
    [
      'of two that say so the nearer',
      cause({ etag: 'e2' }),
      [at('a', 0, { etag: 'e2' }), at('b', 990, { etag: 'e2' })],
      'b',
    ],
    [
      'is the one that added the very grant',
      cause(),
      [at('a', 999), at('b', 800, { changes: [ADDED] }), at('c', 1000, { changes: [OTHER] })],
      'b',
    ],
    ['before the change is seen', cause(), [at('a', 500, { changes: [ADDED] })], 'a'],
    ['after it is seen', cause(), [at('a', 1500, { changes: [ADDED] })], 'a'],
    [
      'of two the nearer',
      cause(),
      [at('a', 1100, { changes: [ADDED] }), at('b', 950, { changes: [ADDED] })],
      'b',
    ],
    [
      'of two as near the one whose id comes first',
      cause(),
      [at('b', 950, { changes: [ADDED] }), at('a', 1050, { changes: [ADDED] })],
      'a',
    ],
    ['on the edge of the window', cause(), [at('a', 1000 + WINDOW, { changes: [ADDED] })], 'a'],
    ['not beyond it', cause(), [at('a', 1001 + WINDOW, { changes: [ADDED] })], undefined],
    [
      'not one that took the grant',
      cause(),
      [at('a', 1000, { changes: [change('remove', ID, WI, member('a/b'))] })],
      undefined,
    ],
    ['not one that added another', cause(), [at('a', 1000, { changes: [OTHER] })], undefined],
    ['is the nearest that does not say what it changed', cause(), [at('a', 900), at('b', 1010)], 'b'],
    ['even where the version is known', cause({ etag: 'e2' }), [at('a', 1000)], 'a'],
    [
      'but of a grant nothing other than the setting of a policy',
      cause(),
      [at('a', 1000, { kind: 'create-service-account' })],
      undefined,
    ],
    [
      'and of the asset itself whatever changed it',
      OF_ASSET,
      [at('a', 900, { kind: 'disable-service-account' }), at('b', 1000)],
      'a',
    ],
    [
      'of a KSA, not the making of a token for it',
      OF_ASSET,
      [at('a', 1000, { kind: 'create-ksa-token' })],
      undefined,
    ],
    ['but none that made another version', cause({ etag: 'e2' }), [at('a', 1000, { etag: 'e3' })], undefined],
    ['is found under another name of the asset', cause({ asset: EMAIL }), [at('a', 1000)], 'a'],
    [
      'and the other way about',
      cause(),
      [act('a', EMAIL, { time: t(1000), changes: [change('add', EMAIL, WI, member('a/b'))] })],
      'a',
    ],
    [
      'in whatever spelling the member came',
      cause(),
      [
        at('a', 1000, {
          changes: [
            change(
              'add',
              ID,
              WI,
              `principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/acme-prod.svc.id.goog/subject/ns/a/sa/b`,
            ),
          ],
        }),
      ],
      'a',
    ],
    ['not one on another asset', cause(), [act('a', projectName('acme-prod'), { time: t(1000) })], undefined],
    [
      'is the act itself, when that is judged',
      cause({ act: 'a', time: t(0) }),
      [at('a', 3000), at('b', 0)],
      'a',
    ],
    ['is nobody, when there is none', cause(), [], undefined],
  ])('%s', (_what, of, acts, expected) => {
    expect(actBehind(of, viewOf(acts))?.id).toBe(expected);
    expect(actBehind(of, viewOf([...acts].reverse()))?.id).toBe(expected);
  });
});

describe('who is behind it', () => {
  it('is whoever the entry names, with all it says of them', () => {
    const one = at('a', 0, { actor: { ...JANE, reason: 'incident 7' } });
    expect(actorOf(one, cause(), viewOf([]))).toEqual({
      principal: 'jane@acme.example',
      delegation: [],
      ip: '203.0.113.9',
      userAgent: 'gcloud',
      reason: 'incident 7',
    });
  });

  it.each([
    [
      'the subject, where there is no e-mail',
      { principal: '', subject: 'principal://x/subject/s', delegation: [] },
      'principal://x/subject/s',
    ],
    [
      'said to be missing, where the entry names nobody',
      { principal: '', delegation: [] },
      'not named in the audit entry',
    ],
  ])('is %s', (_what, actor, principal) => {
    expect(actorOf(at('a', 0, { actor }), cause(), viewOf([]))).toMatchObject({ principal });
  });

  it.each<[string, Cause, Nanos, string, Nanos | undefined]>([
    ['pending while the entry may still come', cause(), t(1000 + WINDOW) - 1n, 'pending', t(1000 + WINDOW)],
    ['unknown when it no longer may', cause(), t(1000 + WINDOW), 'unknown', undefined],
    ['unknown for what a scan shows', cause({ source: 'scan' }), t(1000), 'unknown', undefined],
    ['unknown for what an audit entry told', cause({ source: 'audit-log' }), t(1000), 'unknown', undefined],
  ])('is %s', (_what, of, asOf, expected, wakes) => {
    const view = viewOf([], asOf);
    expect(actorOf(undefined, of, view)).toBe(expected);
    expect(view.nextChangeAt).toBe(wakes);
  });
});

describe('what tells a change from another', () => {
  const keys = (of: Cause, one?: Act) => causeKeys(of, one, viewOf([]));

  it('is the version it made, else its time; and the act', () => {
    expect(keys(cause({ etag: 'e2' }))).toEqual([`version:${ID}|e2`]);
    expect(keys(cause())).toEqual([`at:${ID}|${t(1000)}`]);
    expect(keys(cause({ etag: 'e2' }), at('a', 0))).toEqual(['act:a', `version:${ID}|e2`]);
    expect(keys(cause(), at('a', 0, { etag: 'e2' }))).toEqual([
      'act:a',
      `at:${ID}|${t(1000)}`,
      `version:${ID}|e2`,
    ]);
  });

  it('is the same under whatever name the asset goes by', () => {
    expect(keys(cause({ asset: EMAIL, etag: 'e2' }))).toEqual(keys(cause({ etag: 'e2' })));
    expect(keys(cause({ asset: projectName('111') }))).toEqual(
      keys(cause({ asset: projectName('acme-prod') })),
    );
    expect(keys(cause({ etag: 'e2' }), act('a', EMAIL, { etag: 'e2' }))).toEqual([
      'act:a',
      `version:${ID}|e2`,
    ]);
  });

  it('joins what the audit log told first with what the feed shows later', () => {
    const entry = at('a', 1000, { etag: 'e2' });
    const told = keys(cause({ source: 'audit-log' }), entry);
    const shown = keys(cause({ etag: 'e2', time: t(1090) }));
    expect(told.filter((key) => shown.includes(key))).toEqual([`version:${ID}|e2`]);
  });

  it('sets two changes of one asset apart', () => {
    const [one, other] = [keys(cause({ etag: 'e2' })), keys(cause({ etag: 'e3' }))];
    expect(one.filter((key) => other.includes(key))).toEqual([]);
  });
});
