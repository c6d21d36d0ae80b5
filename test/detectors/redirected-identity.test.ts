import { describe, expect, it } from '@jest/globals';
import type { Observation } from '../../shared/model/observation.ts';
import {
  act,
  found,
  iam,
  ksa,
  lineOf,
  member,
  only,
  SECOND_CLUSTER,
  says,
  TERRAFORM,
  t,
  WI,
} from '../world.ts';
import { ACCOUNTS, ADMIN, ADMIN_ASSET, API, API_ASSET, DECLARED, markedKsa } from './cast.ts';

const DETECTOR = 'redirected-identity';
const REDIRECTED = 'open: payments/api points at admin@acme-prod instead of api@acme-prod';
const AWAY = ksa('payments/api', ADMIN, { time: t(60), source: 'feed' });

describe('a KSA that is declared for one account', () => {
  it.each<[string, readonly Observation[], readonly string[]]>([
    ['points at another', [...DECLARED, AWAY], [REDIRECTED]],
    [
      'points at another in one cluster only',
      [...DECLARED, ksa('payments/api', ADMIN, { cluster: SECOND_CLUSTER })],
      [REDIRECTED],
    ],
    ['points at its own', DECLARED, []],
    ['points at none', [...ACCOUNTS, ksa('payments/api')], []],
    ['points back', [...DECLARED, AWAY, ksa('payments/api', API, { time: t(90) })], []],
    ['is not declared for any account', [...ACCOUNTS, ksa('payments/exporter', ADMIN)], []],
    ['of another namespace is not the declared one', [...ACCOUNTS, ksa('sandbox/api', ADMIN)], []],
  ])('%s', (_what, observations, expected) => {
    expect(says(DETECTOR, { observations })).toEqual(expected);
  });
});

describe('the finding', () => {
  it('tells what is declared, what is there, and how to put it back', () => {
    expect(only(DETECTOR, { observations: [...DECLARED, AWAY] })).toMatchObject({
      severity: 'high',
      owner: 'team-payments',
      before: [`payments/api acts as ${API} (declared)`],
      after: [`annotation iam.gke.io/gcp-service-account: ${ADMIN} on payments/api (prod-euw1)`],
      why: { line: lineOf('- name: api'), entry: 'workloadIdentities[api]' },
      remediation: [
        {
          kind: 'kubectl',
          text: `kubectl annotate serviceaccount api --namespace=payments --overwrite iam.gke.io/gcp-service-account=${API}`,
        },
      ],
    });
  });

  it('is critical once the other account lets it in, and takes that binding away too', () => {
    const bound = iam(ADMIN_ASSET, [[WI, member('payments/api')]], { time: t(70) });
    const finding = only(DETECTOR, { observations: [...DECLARED, AWAY, bound] });
    expect(finding.severity).toBe('critical');
    expect(finding.remediation.map(({ kind }) => kind)).toEqual(['kubectl', 'gcloud']);
  });

  it('is put back in its manifest first, where it is made of one', () => {
    const observations = [
      ...DECLARED.slice(0, -2),
      markedKsa('payments/api', ADMIN, 'configsync.gke.io'),
      iam(ADMIN_ASSET, [[WI, member('payments/api')]], { time: t(70) }),
    ];
    const { remediation } = only(DETECTOR, { observations });
    expect(remediation.map(({ kind }) => kind)).toEqual(['yaml', 'kubectl', 'gcloud']);
    expect(remediation[0]?.text).toMatch(
      /^# Made as code, by Config Sync \(configsync\.gke\.io\): write it so in the manifest, and let it sync\.\n/,
    );
    expect(remediation[0]?.text).toContain(`iam.gke.io/gcp-service-account: "${API}"`);
  });

  it('speaks for the whole edge: no second finding asks for the same', () => {
    const findings = found({ observations: [...DECLARED, AWAY] }).filter(
      ({ resource }) => resource === ADMIN_ASSET,
    );
    expect(findings.map(({ detector }) => detector)).toEqual([DETECTOR]);
  });

  it('names who moved it, when the audit log says', () => {
    const moved = act('patch', AWAY.asset, { kind: 'update-ksa', time: t(60) });
    expect(only(DETECTOR, { observations: [...DECLARED, AWAY], acts: [moved] }).actor).toMatchObject({
      principal: 'jane@acme.example',
    });
  });
});

describe('a trusted changer may be ahead of the policy', () => {
  const moved = act('patch', AWAY.asset, { kind: 'update-ksa', time: t(60), actor: TERRAFORM });
  const world = { observations: [...DECLARED, AWAY], acts: [moved] };

  it.each<[string, number, string]>([
    ['not decided at first', 61, 'undecided'],
    ['not for a quarter of an hour', 60 + 899, 'undecided'],
    ['said after that', 60 + 900, 'open'],
  ])('%s', (_when, seconds, state) => {
    expect(only(DETECTOR, { ...world, asOf: t(seconds) }).state).toBe(state);
  });

  it('nobody else is waited for', () => {
    const byJane = act('patch', AWAY.asset, { kind: 'update-ksa', time: t(60) });
    expect(says(DETECTOR, { ...world, acts: [byJane], asOf: t(61) })).toEqual([REDIRECTED]);
  });
});

it('an account that is known by its unique id only is not called another one', () => {
  const observations = [ksa('payments/api', API), iam(API_ASSET, [[WI, member('payments/api')]])];
  expect(says(DETECTOR, { observations })).toEqual([]);
});
