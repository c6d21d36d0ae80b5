/** Who changes the objects of Config Connector that give roles. */
import { describe, expect, it } from '@jest/globals';
import { kubernetesEntry, news, why } from './payloads.ts';

const PATH = 'iam.cnrm.cloud.google.com/v1beta1/namespaces/payments/iampolicymembers/reader';
const ASSET =
  '//container.googleapis.com/projects/acme-prod/locations/europe-west1/clusters/c1/k8s/namespaces/payments/iam.cnrm.cloud.google.com/iampolicymembers/reader';
const OBJECT = {
  apiVersion: 'iam.cnrm.cloud.google.com/v1beta1',
  kind: 'IAMPolicyMember',
  metadata: { name: 'reader', namespace: 'payments' },
  spec: {
    member: 'serviceAccount:api@acme-prod.iam.gserviceaccount.com',
    role: 'roles/storage.admin',
    resourceRef: { kind: 'StorageBucket', external: 'ledger' },
  },
};
const entry = (verb: string, more: object = {}) =>
  kubernetesEntry(`X.${verb}`, PATH, {
    methodName: `com.google.cloud.cnrm.iam.v1beta1.iampolicymembers.${verb}`,
    authenticationInfo: { principalEmail: 'jane@acme.example' },
    ...more,
  });

describe('an object of Config Connector that gives a role', () => {
  it.each([
    ['create', { request: OBJECT, response: OBJECT }, 'add'],
    ['patch', { request: { spec: { role: 'roles/storage.admin' } }, response: OBJECT }, 'add'],
    ['delete', { response: OBJECT }, 'remove'],
  ])('%s', (verb, bodies, action) => {
    const { acts, observations } = news(entry(verb, bodies));
    expect(acts).toMatchObject([
      {
        kind: 'change-connector-object',
        asset: ASSET,
        actor: { principal: 'jane@acme.example' },
        changes: [
          {
            action,
            grant: {
              resource: '//storage.googleapis.com/ledger',
              role: 'roles/storage.admin',
              member: 'serviceAccount:api@acme-prod.iam.gserviceaccount.com',
            },
          },
        ],
      },
    ]);
    // Config Connector has still to make it so.
    expect(observations).toEqual([]);
  });

  it('whose body is left out: the act, and nothing of what it gives', () => {
    expect(news(entry('delete', { response: { kind: 'Status' } })).acts).toMatchObject([
      { asset: ASSET, changes: [] },
    ]);
  });

  it.each([
    [
      'the controller writes to itself',
      entry('patch', {
        authenticationInfo: { principalEmail: 'system:serviceaccount:cnrm-system:cnrm-controller-manager' },
      }),
    ],
    ['somebody only reads', entry('get')],
    ['is another’s', entry('create', { resourceName: PATH.replace('cnrm.cloud.google.com', 'example.com') })],
  ])('is no news when %s', (_what, one) => {
    expect(why(one)).toMatch(/^ignored/);
  });
});
