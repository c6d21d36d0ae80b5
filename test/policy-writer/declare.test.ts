import { describe, expect, it } from '@jest/globals';
import { projectName, serviceAccountName } from '../../shared/model/asset.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { CannotDeclare } from '../../shared/policy-writer/declare.ts';
import { NoGeneratedPart } from '../../shared/policy-writer/generated-part.ts';
import { account, iam, ksa, member, policyOf, WI } from '../world.ts';
import { declared, identitiesOf, written } from './writing.ts';

const PROJECT = projectName('acme-prod');

function bound(name: string, email: string, id: string): readonly Observation[] {
  return [ksa(name, email), ...account(email, id), iam(serviceAccountName(id), [[WI, member(name)]])];
}

const API = bound('payments/api', 'api@acme-prod.iam.gserviceaccount.com', '1001');
const CART = bound('checkout/cart', 'cart@acme-prod.iam.gserviceaccount.com', '1002');
const SECOND_API = bound('search/api', 'search@acme-prod.iam.gserviceaccount.com', '1003');
const SQL = iam(PROJECT, [['roles/cloudsql.client', 'serviceAccount:api@acme-prod.iam.gserviceaccount.com']]);

/** A policy as a team keeps it: entries of their own around the generated ones, comments, odd spacing. */
const BY_HAND = `apiVersion: anchorwatch.dev/v1
kind: WorkloadIdentityPolicy
metadata: {name: acme, owner: platform@acme.example}   # ours
spec:
  trust:
    pools:
      - {name: prod, pool: acme-prod.svc.id.goog, clusters: [acme-prod/europe-west1/prod-euw1]}
  workloadIdentities:
      # By hand, and it stays so.
      - name:    cart
        identity: {pool: prod, namespace: checkout, serviceAccount: "c*"}
        gsa: cart@acme-prod.iam.gserviceaccount.com
      # anchorwatch:generated begin (do not edit by hand)
      - name: the-api
        identity: { pool: prod, namespace: payments, serviceAccount: api }
        gsa: api@acme-prod.iam.gserviceaccount.com
      - name: gone
        identity: { pool: prod, namespace: payments, serviceAccount: gone }
        gsa: gone@acme-prod.iam.gserviceaccount.com
      # anchorwatch:generated end

      - {name: nightly, identity: {pool: prod, namespace: data, serviceAccount: nightly}}
  forbiddenRoles: [{name: sql, roles: [roles/cloudsql.admin]}]   # not in passing
`;

describe('declare', () => {
  const world = { observations: [...API, SQL, ...CART, ...SECOND_API] };
  const result = declared(world, BY_HAND);

  it('leaves every byte outside the marks alone', () => {
    const around = (text: string) =>
      text.replace(/(generated begin[^\n]*\n)[\s\S]*?(\n *# anchorwatch:generated end)/, '$1$2');
    expect(around(result.text)).toBe(around(BY_HAND));
  });

  it('writes what stands now, keeps names that there were, and leaves to people what they declare themselves', () => {
    expect(identitiesOf(result.text).replace(/^ {2}/gm, '')).toBe(`- name: the-api
  identity: { pool: prod, namespace: payments, serviceAccount: api }
  gsa: api@acme-prod.iam.gserviceaccount.com
  owner: platform@acme.example # no label tells who owns it
  allow:
    - { role: roles/cloudsql.client, on: "project:acme-prod" }
- name: api
  identity: { pool: prod, namespace: search, serviceAccount: api }
  gsa: search@acme-prod.iam.gserviceaccount.com
  owner: platform@acme.example # no label tells who owns it
`);
  });

  it('says in words what changed', () => {
    expect(result.changes).toEqual([
      '~ the-api: owner none -> platform@acme.example',
      '~ the-api: now roles/cloudsql.client on project:acme-prod',
      '+ api: search/api as search@acme-prod.iam.gserviceaccount.com is new',
      '- gone: payments/gone as gone@acme-prod.iam.gserviceaccount.com is gone',
    ]);
  });

  it('changes nothing the second time', () => {
    expect(declared(world, result.text)).toMatchObject({ isChanged: false, changes: [] });
  });

  it('keeps the line breaks of the file', () => {
    const { text } = declared(world, BY_HAND.replaceAll('\n', '\r\n'));
    expect(text).toBe(result.text.replaceAll('\n', '\r\n'));
  });

  it('does not generate again what somebody moved out of the marks', () => {
    const { text } = written(world);
    const entry = /^ {4}- name: cart\n(?: {6}[^\n]*\n)*/m.exec(text)![0];
    const moved = text
      .replace(entry, '')
      .replace('  workloadIdentities:\n', (line) => `${line}${entry.replace('security@', 'team-checkout@')}`);
    expect(declared(world, moved)).toMatchObject({ isChanged: false, text: moved });
  });

  it('declares nothing that the policy forbids, and nothing of a pool that it does not trust', () => {
    const { entries, untrusted } = declared(
      {
        observations: [
          ...API,
          iam(PROJECT, [['roles/cloudsql.admin', 'serviceAccount:api@acme-prod.iam.gserviceaccount.com']]),
          iam('//storage.googleapis.com/b', [
            ['roles/storage.objectViewer', member('ns/x', 'acme-lab.svc.id.goog')],
          ]),
        ],
      },
      BY_HAND,
    );
    expect(entries.map(({ name, allow }) => [name, allow])).toEqual([['the-api', []]]);
    expect(untrusted).toEqual(['acme-lab.svc.id.goog']);
  });

  it('comes back from nothing to declare, and goes there', () => {
    const { text } = written({ observations: API });
    const empty = declared({ observations: [] }, text);
    expect(identitiesOf(empty.text)).toBe('[]\n');
    expect(policyOf(empty.text).identities).toEqual([]);
    expect(declared({ observations: API }, empty.text).text).toBe(text);
  });

  it.each<[string, string]>([
    ['no marks', BY_HAND.replaceAll('anchorwatch:generated', 'generated')],
    ['one mark', BY_HAND.replace('# anchorwatch:generated end', '')],
    [
      'marks the wrong way round',
      BY_HAND.replace('generated begin', 'generated X')
        .replace('generated end', 'generated begin')
        .replace('generated X', 'generated end'),
    ],
    ['two generated parts', `${BY_HAND}\n# anchorwatch:generated begin\n# anchorwatch:generated end\n`],
  ])('refuses a file with %s', (_what, text) => {
    expect(() => declared(world, text)).toThrow(NoGeneratedPart);
  });

  it('refuses a policy that is none, with its problems', () => {
    expect(() => declared(world, BY_HAND.replace('forbiddenRoles', 'forbidenRoles'))).toThrow(CannotDeclare);
  });
});
