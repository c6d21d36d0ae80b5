import { describe, expect, it } from '@jest/globals';
import { decodeValue } from '../../shared/decode/input/decode-value.ts';
import { readInput } from '../../shared/decode/input/read-input.ts';
import type { Credential } from '../../shared/model/credential.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { fixturePath, itOnFixtures } from '../fixtures.ts';
import { CLUSTER, gone, lineOf, NOW, only, SECOND_CLUSTER, says, t, wakesAt } from '../world.ts';
import { carrying, ruling, secret } from './keys.ts';

const DETECTOR = 'key-in-workload';
const MOUNT: Credential = { kind: 'mount', of: 'Secret', name: 'gcp-key', path: '/var/secrets', files: [] };
const POINTER: Credential = { kind: 'application-credentials', path: '/var/secrets/key.json' };
const TOKEN: Credential = {
  kind: 'token',
  audience: 'https://iam.googleapis.com/projects/1/locations/global/x',
};
const api = (...credentials: readonly Credential[]) =>
  carrying('Deployment payments/api', 'payments/api', credentials);
const CARRIES = 'open: Deployment payments/api carries what looks like a service account key';

/** What one workload shows, with whatever else there is. */
function signs(credentials: readonly Credential[], ...more: readonly Observation[]): readonly string[] {
  const world = { observations: [api(...credentials), ...more] };
  return says(DETECTOR, world).includes(CARRIES) ? only(DETECTOR, world).after : [];
}

describe('a workload', () => {
  it.each<[string, readonly Credential[], readonly Observation[], readonly string[]]>([
    [
      'whose libraries are pointed at a file of a Secret',
      [MOUNT, POINTER],
      [],
      ['GOOGLE_APPLICATION_CREDENTIALS=/var/secrets/key.json, from Secret gcp-key'],
    ],
    [
      'the same, and the Secret has a key: that is one sign, not two',
      [MOUNT, POINTER],
      [secret('payments/gcp-key', ['key.json'])],
      ['GOOGLE_APPLICATION_CREDENTIALS=/var/secrets/key.json, from Secret gcp-key'],
    ],
    [
      'that mounts a Secret which has one',
      [MOUNT],
      [secret('payments/gcp-key', ['key.json'])],
      ['key.json at /var/secrets, from Secret gcp-key'],
    ],
    [
      'that picks the key out of a Secret nobody has seen',
      [{ ...MOUNT, files: ['sa-key.json', 'ca.crt'] } as Credential],
      [],
      ['sa-key.json at /var/secrets, from Secret gcp-key'],
    ],
    [
      'whose file lies nowhere that is mounted: it came with the image',
      [{ kind: 'application-credentials', path: '/app/key.json' }],
      [],
      ['GOOGLE_APPLICATION_CREDENTIALS=/app/key.json, from no Secret or ConfigMap that it mounts'],
    ],
    [
      'that takes a variable from a Secret',
      [{ kind: 'variable', variable: 'GCP_SA_KEY', of: 'Secret', name: 'gcp-key', entry: 'value' }],
      [],
      ['the variable GCP_SA_KEY, from Secret gcp-key'],
    ],
    [
      'that takes all variables of one that has such',
      [{ kind: 'variable', variable: '*', of: 'Secret', name: 'gcp-key', entry: '*' }],
      [secret('payments/gcp-key', ['GOOGLE_CREDENTIALS'])],
      ['the variable GOOGLE_CREDENTIALS, from Secret gcp-key'],
    ],
    [
      'that is told of the file by a flag',
      [MOUNT, { kind: 'argument', path: '/var/secrets/credentials.json' }],
      [],
      ['a command or variable names /var/secrets/credentials.json, from Secret gcp-key'],
    ],
    [
      'that has a ConfigMap with a key, which everybody can read',
      [{ ...MOUNT, of: 'ConfigMap' } as Credential],
      [secret('payments/gcp-key', ['key.json'], { kind: 'ConfigMap' })],
      ['key.json at /var/secrets, from ConfigMap gcp-key'],
    ],
    [
      'that has the key written out',
      [{ kind: 'inline', where: 'SERVICE_ACCOUNT_JSON' }],
      [],
      ['a private key, written out in SERVICE_ACCOUNT_JSON'],
    ],
  ])('%s', (_what, credentials, more, expected) => {
    expect(signs(credentials, ...more)).toEqual(expected);
  });

  it.each<[string, readonly Credential[], readonly Observation[]]>([
    ['that mounts a Secret of other things', [MOUNT], [secret('payments/gcp-key', [])]],
    ['that mounts a Secret nobody has seen', [MOUNT], []],
    [
      'that picks other files of one with a key',
      [{ ...MOUNT, files: ['ca.crt'] } as Credential],
      [secret('payments/gcp-key', ['key.json'])],
    ],
    [
      'that mounts one of the same name in another namespace',
      [MOUNT],
      [secret('checkout/gcp-key', ['key.json'])],
    ],
    [
      'that takes all variables of one that has no key',
      [{ kind: 'variable', variable: '*', of: 'Secret', name: 'gcp-key', entry: '*' }],
      [],
    ],
    [
      'of workload identity federation: a configuration beside a token of the KSA',
      [
        TOKEN,
        { ...MOUNT, of: 'ConfigMap', path: '/etc/wif' } as Credential,
        { kind: 'application-credentials', path: '/etc/wif/credentials.json' },
      ],
      [],
    ],
  ])('but not one %s', (_what, credentials, more) => {
    expect(signs(credentials, ...more)).toEqual([]);
  });

  it('with a token and a Secret all the same carries a key', () => {
    expect(signs([TOKEN, MOUNT, POINTER])).toHaveLength(1);
  });

  it('speaks for its pods', () => {
    const pod = (controller: string) =>
      carrying('Pod payments/api-1', 'payments/api', [POINTER], { controller });
    const made = { observations: [api(POINTER), pod('Deployment/api')] };
    expect(says(DETECTOR, made)).toEqual([CARRIES]);
    // What made this one is of a kind nobody reads.
    expect(says(DETECTOR, { observations: [pod('Rollout/api')] })).toEqual([
      'open: Pod payments/api-1 carries what looks like a service account key',
    ]);
  });

  it('is clean when the key is taken out of it, and when it is gone', () => {
    const later = carrying('Deployment payments/api', 'payments/api', [], { time: t(9) });
    expect(says(DETECTOR, { observations: [api(POINTER), later] })).toEqual([]);
    expect(says(DETECTOR, { observations: [api(POINTER), gone(api().asset, { time: t(9) })] })).toEqual([]);
  });

  it('of the same name in another cluster is another', () => {
    const observations = [SECOND_CLUSTER, undefined].map((cluster) =>
      carrying(
        'Deployment payments/api',
        'payments/api',
        [POINTER],
        cluster === undefined ? {} : { cluster },
      ),
    );
    expect(says(DETECTOR, { observations })).toEqual([CARRIES, CARRIES]);
  });
});

describe('a Secret that looks like a key', () => {
  const data = secret('payments/gcp-key', ['key.json']);

  it('is told by itself while nothing known uses it, and low', () => {
    expect(only(DETECTOR, { observations: [data] })).toMatchObject({
      title: 'Secret payments/gcp-key looks like it holds a service account key',
      severity: 'low',
      after: ['Secret payments/gcp-key: key.json'],
    });
    expect(says(DETECTOR, { observations: [data, api(MOUNT)] })).toEqual([CARRIES]);
  });

  it('is still told when what mounts it takes other files', () => {
    const others: Credential = { ...MOUNT, files: ['ca.crt'] };
    expect(says(DETECTOR, { observations: [data, api(others)] })).toEqual([
      'open: Secret payments/gcp-key looks like it holds a service account key',
    ]);
  });
});

describe('whose key it is', () => {
  const SFTP = 'sftp@acme-data.iam.gserviceaccount.com';
  const named = secret('payments/gcp-key', ['key.json'], { account: SFTP });

  it('is told where the Secret says so, and the policy is asked about that account', () => {
    const world = { observations: [api(MOUNT), named] };
    expect(says(DETECTOR, world)).toEqual([]);
    expect(wakesAt(world)).toBeDefined();
    expect(only(DETECTOR, { ...world, policy: ruling('userManaged: forbid') })).toMatchObject({
      title: 'Deployment payments/api carries what looks like a key of sftp@acme-data',
      identity: 'payments/api',
      owner: 'team-payments',
      namespace: 'payments',
    });
  });

  it('is low where the policy has nothing against keys, and high where the key is written out', () => {
    expect(
      only(DETECTOR, { observations: [api(POINTER)], policy: ruling('userManaged: allow') }).severity,
    ).toBe('low');
    expect(only(DETECTOR, { observations: [api({ kind: 'inline', where: 'X' })] }).severity).toBe('high');
    expect(only(DETECTOR, { observations: [api(POINTER)] })).toMatchObject({
      class: 'posture',
      severity: 'medium',
      why: { line: lineOf('serviceAccountKeys:') },
    });
  });
});

describe('production clusters that use Workload Identity', () => {
  itOnFixtures('mount Secrets and ConfigMaps all the same, and carry no key', async () => {
    const observations: Observation[] = [];
    const folders = ['oss-test-infra', 'istio-test-infra', 'knative-infra'].map((name) =>
      fixturePath(`${name}/manifests`),
    );
    for await (const item of readInput(folders)) {
      const read = 'value' in item ? decodeValue(item, { receivedAt: NOW, cluster: CLUSTER }).decoded : [];
      for (const decoded of read) if (decoded.kind === 'news') observations.push(...decoded.observations);
    }
    const mounting = observations.filter(
      (one) => one.kind === 'resource' && one.facts.type === 'workload' && one.facts.credentials !== '',
    );
    expect(mounting.length).toBeGreaterThan(8);
    expect(says(DETECTOR, { observations })).toEqual([]);
  });
});
