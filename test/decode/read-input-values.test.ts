import { expect, it } from '@jest/globals';
import { decodeValue } from '../../shared/decode/input/decode-value.ts';
import { asset, CONTEXT, policy } from './payloads.ts';

const ACCOUNT = asset(
  'iam.googleapis.com/ServiceAccount',
  '//iam.googleapis.com/projects/p/serviceAccounts/1',
  {
    iamPolicy: policy('BwX='),
  },
);

it.each<[string, unknown, 'yaml' | undefined, string, boolean]>([
  ['a message', ACCOUNT, undefined, 'news', false],
  ['a message in YAML, as gcloud prints it', ACCOUNT, 'yaml', 'news', false],
  ['a manifest', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' } }, 'yaml', 'news', true],
  [
    'a manifest in JSON',
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' } },
    undefined,
    'news',
    true,
  ],
  ['the values of a chart', { replicas: 1 }, 'yaml', 'ignored: YAML that is no Kubernetes object', true],
  ['a text', 'text', 'yaml', 'ignored: YAML that is no Kubernetes object', true],
  [
    'a state as Terraform stores it',
    { version: 4, serial: 1, lineage: 'x', resources: [] },
    undefined,
    'malformed: terraform: a state file as it is stored; give what terraform show -json prints',
    true,
  ],
])('%s', (_what, value, syntax, expected, isIntent) => {
  const read = decodeValue(syntax === undefined ? { value } : { value, syntax }, CONTEXT);
  expect(read.isIntent).toBe(isIntent);
  expect(read.decoded.map((one) => (one.kind === 'news' ? 'news' : `${one.kind}: ${one.why}`))).toEqual([
    expected,
  ]);
});
