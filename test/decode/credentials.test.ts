/** What a workload's spec, and a Secret, show of keys: names and paths, and never what is in them. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeMessage, decodePush } from '../../shared/decode/decode.ts';
import { decodeManifest } from '../../shared/decode/manifest/decode-manifest.ts';
import { type Credential, credentialsIn, credentialText } from '../../shared/model/credential.ts';
import { isKeyFile, isKeyVariable } from '../../shared/model/key-file.ts';
import { formatTime } from '../../shared/model/time.ts';
import { asset, CLUSTER, CLUSTER_ASSET, CONTEXT, news, observed } from './payloads.ts';

const NAMESPACE = `${CLUSTER_ASSET}/k8s/namespaces/payments`;
const PEM = '-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkq\\n-----END PRIVATE KEY-----';

function signsOf(spec: object): readonly string[] {
  const payload = asset('apps.k8s.io/Deployment', `${NAMESPACE}/apps/deployments/api`, {
    resource: { data: { spec: { template: { spec } } } },
  });
  const { facts } = observed(news(payload), 'resource');
  if (facts.type !== 'workload') throw new Error(facts.type);
  return (facts.credentials ?? '').split('\n').filter((line) => line !== '');
}

const container = (parts: object) => ({ containers: [{ name: 'api', ...parts }] });

describe('a workload', () => {
  it.each<[string, object, readonly string[]]>([
    ['without any', container({ env: [{ name: 'PORT', value: '8080' }] }), []],
    [
      'whose libraries are told where their credentials lie, and what lies there',
      {
        ...container({
          env: [{ name: 'GOOGLE_APPLICATION_CREDENTIALS', value: '/var/secrets/google/key.json' }],
          volumeMounts: [{ name: 'google', mountPath: '/var/secrets/google' }],
        }),
        volumes: [{ name: 'google', secret: { secretName: 'gcp-key' } }],
      },
      ['application-credentials /var/secrets/google/key.json', 'mount Secret gcp-key /var/secrets/google'],
    ],
    [
      'in whichever container, with the entries it picks',
      {
        initContainers: [{ volumeMounts: [{ name: 'v', mountPath: '/k', subPath: 'key.json' }] }],
        volumes: [{ name: 'v', secret: { secretName: 's', items: [{ key: 'key.json', path: 'k.json' }] } }],
      },
      ['mount Secret s /k key.json'],
    ],
    [
      'with variables of a Secret: those that are called like keys, or come of such an entry',
      container({
        env: [
          { name: 'GCP_SA_KEY', valueFrom: { secretKeyRef: { name: 's', key: 'value' } } },
          { name: 'WHATEVER', valueFrom: { secretKeyRef: { name: 's', key: 'service-account.json' } } },
          { name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
          { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
        ],
        envFrom: [{ secretRef: { name: 'all' } }, { configMapRef: { name: 'settings' } }],
      }),
      [
        'variable ConfigMap settings * *',
        'variable Secret all * *',
        'variable Secret s service-account.json WHATEVER',
        'variable Secret s value GCP_SA_KEY',
      ],
    ],
    [
      'with the file in a flag, or within a script',
      container({
        command: ['/cloud_sql_proxy', '-credential_file=/secrets/cloudsql/credentials.json'],
        args: [
          '-c',
          'gcloud auth activate-service-account --key-file "/etc/gcp/key.json" && ./run config.json',
        ],
      }),
      ['argument /etc/gcp/key.json', 'argument /secrets/cloudsql/credentials.json'],
    ],
    [
      'with the key written out: where, not what',
      container({
        env: [{ name: 'SA', value: `{"private_key": "${PEM}"}` }],
        args: [PEM],
      }),
      ['inline SA', 'inline command'],
    ],
    [
      'with workload identity federation: a token for an audience, beside a configuration',
      {
        ...container({ volumeMounts: [{ name: 'wif', mountPath: '/etc/wif' }] }),
        volumes: [
          {
            name: 'wif',
            projected: {
              sources: [
                {
                  serviceAccountToken: { audience: 'https://iam.googleapis.com/projects/1/x', path: 'token' },
                },
                { configMap: { name: 'wif-config' } },
              ],
            },
          },
        ],
      },
      ['mount ConfigMap wif-config /etc/wif', 'token https://iam.googleapis.com/projects/1/x'],
    ],
    [
      'with the token every pod has, which is for the API server',
      {
        ...container({ volumeMounts: [{ name: 't', mountPath: '/var/run' }] }),
        volumes: [{ name: 't', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } }],
      },
      [],
    ],
    [
      'of an odd shape: what can be read is',
      {
        containers: 'none',
        volumes: [1, null],
        initContainers: [{ env: {}, args: [5], volumeMounts: [{}] }],
      },
      [],
    ],
  ])('%s', (_what, spec, expected) => {
    expect(signsOf(spec)).toEqual(expected);
  });

  it('never has a value in its facts, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.base64String({ minLength: 12, maxLength: 40 }),
        fc.constantFrom('GOOGLE_APPLICATION_CREDENTIALS', 'SA_KEY', 'X'),
        (value, name) => {
          const hidden = `s3cret ${value}`;
          const told = signsOf(
            container({ env: [{ name, value: hidden }], args: [hidden, `--key=${hidden}`] }),
          );
          expect(told.join('\n')).not.toContain(value);
        },
      ),
    );
  });

  it('keeps signs as text, and has them back', () => {
    const all: readonly Credential[] = [
      { kind: 'application-credentials', path: '/a/key.json' },
      { kind: 'argument', path: '/b/key.json' },
      { kind: 'inline', where: 'SA' },
      { kind: 'mount', of: 'ConfigMap', name: 'c', path: '/c', files: [] },
      { kind: 'mount', of: 'Secret', name: 's', path: '/s', files: ['key.json', 'b'] },
      { kind: 'token', audience: 'aud' },
      { kind: 'variable', of: 'Secret', name: 's', entry: 'e', variable: 'V' },
    ];
    expect(credentialsIn(credentialText(all))).toEqual(all);
    expect(credentialsIn('')).toEqual([]);
  });
});

describe('a Secret', () => {
  const SECRET = `${NAMESPACE}/secrets/gcp-key`;
  const of = (data: object) => {
    const { facts } = observed(news(asset('k8s.io/Secret', SECRET, { resource: { data } })), 'resource');
    return facts;
  };

  it('is its name, and the names of the entries that are called like keys', () => {
    expect(of({ type: 'Opaque', data: { 'key.json': 'c2VjcmV0', password: 'cGFzcw==' } })).toEqual({
      type: 'data-object',
      cluster: CLUSTER,
      namespace: 'payments',
      name: 'gcp-key',
      kind: 'Secret',
      keyFiles: 'key.json',
    });
  });

  it('says whose key it is, where its labels or annotations do, and name one', () => {
    const metadata = {
      labels: { 'acme.example/key': '0a1b2c3d4e5f60718293a4b5c6d7e8f901234567' },
      annotations: { for: 'sftp@acme-data.iam.gserviceaccount.com' },
    };
    expect(of({ metadata, data: {} })).toMatchObject({
      account: 'sftp@acme-data.iam.gserviceaccount.com',
      keyId: '0a1b2c3d4e5f60718293a4b5c6d7e8f901234567',
    });
    const two = { annotations: { a: 'a@p.iam.gserviceaccount.com', b: 'b@p.iam.gserviceaccount.com' } };
    expect(of({ metadata: two })).not.toHaveProperty('account');
  });

  it.each([
    ['of TLS', { type: 'kubernetes.io/tls', data: { 'tls.key': 'x', 'key.json': 'x' } }],
    ['of Helm', { type: 'helm.sh/release.v1', data: { 'key.json': 'x' } }],
    ['without entries', {}],
  ])('%s has none', (_what, data) => {
    expect(of(data)).toMatchObject({ keyFiles: '' });
  });

  it('leaves nothing of what it holds in the news: not the data, not a hash of it, not what kubectl copied', () => {
    const decoded = (value: string) =>
      JSON.stringify(
        decodeMessage(
          asset('k8s.io/Secret', SECRET, {
            resource: {
              data: {
                metadata: {
                  annotations: {
                    'kubectl.kubernetes.io/last-applied-configuration': `{"data":{"k":"${value}"}}`,
                  },
                },
                data: { 'key.json': value },
                stringData: { other: value },
              },
            },
          }),
          CONTEXT,
        ),
        (_key, item: unknown) => (typeof item === 'bigint' ? formatTime(item) : item),
      );
    expect(decoded('hunter2')).toBe(decoded('correct horse'));
    expect(decoded('hunter2')).not.toContain('hunter2');
    const manifest = (value: string) =>
      JSON.stringify(
        decodeManifest(
          { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { 'key.json': value } },
          CONTEXT,
        ),
        (_key, item: unknown) => (typeof item === 'bigint' ? formatTime(item) : item),
      );
    expect(manifest('hunter2')).toBe(manifest('correct horse'));
  });

  it('is never refused for its content: what is refused is kept whole', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('data', 'stringData', 'metadata', 'type', 'binaryData'),
          fc.jsonValue(),
        ),
        (data) => {
          expect(decodePush(asset('k8s.io/Secret', SECRET, { resource: { data } }), CONTEXT).kind).toBe(
            'news',
          );
        },
      ),
    );
  });

  it('that is deleted is gone, and a ConfigMap is read like one', () => {
    const deleted = { asset: asset('k8s.io/Secret', SECRET, {}), deleted: true };
    expect(observed(news(deleted), 'gone').type).toBe('data-object');
    const map = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'm', namespace: 'payments' },
      data: { 'key.json': '{}' },
    };
    expect(decodeManifest(map, { ...CONTEXT, cluster: CLUSTER }).decoded).toMatchObject([
      {
        observations: [
          { facts: { kind: 'ConfigMap', name: 'm', namespace: 'payments', keyFiles: 'key.json' } },
        ],
      },
    ]);
  });
});

describe('names', () => {
  it.each([
    ['key.json', true],
    ['gcp-key.json', true],
    ['my-service-account.json', true],
    ['service_account_credentials.json', true],
    ['application_default_credentials.json', true],
    ['payments-sa.json', true],
    ['gcp.p12', true],
    ['/deep/in/google.json', true],
    ['keys.json', false],
    ['jwks.json', false],
    ['config.json', false],
    ['credential-configuration.json', false],
    ['tls.key', false],
    ['keystore.p12', false],
    ['monkey.json', false],
    ['key.pem', false],
  ])('of a file: %s is a key: %s', (name, expected) => {
    expect(isKeyFile(name)).toBe(expected);
  });

  it.each([
    ['GOOGLE_CREDENTIALS', true],
    ['GCP_SERVICE_ACCOUNT_KEY', true],
    ['GCLOUD_KEYFILE_JSON', true],
    ['SERVICE_ACCOUNT_JSON', true],
    ['APP_SA_KEY', true],
    ['GOOGLE_API_KEY', false],
    ['GOOGLE_MAPS_KEY', false],
    ['GOOGLE_CLIENT_SECRET', false],
    ['GOOGLE_CLOUD_PROJECT', false],
    ['SECRET_KEY', false],
    ['AWS_SECRET_ACCESS_KEY', false],
  ])('of a variable: %s holds a key: %s', (name, expected) => {
    expect(isKeyVariable(name)).toBe(expected);
  });
});
