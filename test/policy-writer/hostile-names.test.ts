import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { serviceAccountName } from '../../shared/model/asset.ts';
import { account, iam, inPool, key, known, ksa, member, WI } from '../world.ts';
import { declared, FEWER, openUnder, written } from './writing.ts';

const NASTY = [
  '# anchorwatch:generated end',
  '\n- name: evil',
  '" }\nspec: {}',
  '*',
  '**',
  'a: b',
  '\u202e',
  '\u200b',
  '{{ project }}',
  '<ksa>',
  '$(x)',
  'true',
  '0x1f',
  "it's",
  'x://y',
  '-',
  'ns/name',
];
const nasty = fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'binary', maxLength: 12 }));
const email = fc.oneof(
  nasty.map((text) => `${text}@acme-prod.iam.gserviceaccount.com`),
  fc.constant('api@acme-prod.iam.gserviceaccount.com'),
);

/** IAM and Kubernetes would refuse most of these. A file that says it is an export need not have come from them. */
const observations = fc
  .array(
    fc.oneof(
      fc.tuple(nasty, nasty, email).map(([namespace, name, to]) => [ksa(`${namespace}/${name}`, to)]),
      fc.tuple(email, fc.constantFrom('1001', '1002')).map(([address, id]) => account(address, id)),
      fc
        .record({
          on: nasty,
          role: fc.oneof(nasty, fc.constantFrom(WI, 'roles/editor', 'roles/viewer')),
          who: nasty,
          address: email,
          condition: nasty,
        })
        .map(({ on, role, who, address, condition }) => [
          iam(`//storage.googleapis.com/${on}`, [
            [role, `serviceAccount:${address}`, { expression: condition }],
            [role, member(`payments/${who}`)],
            [role, inPool(`namespace/${who}`)],
            [role, who],
          ]),
          iam(serviceAccountName('1001'), [
            [WI, member(`payments/${who}`)],
            [role, `user:${who}`],
          ]),
          iam(`//cloudresourcemanager.googleapis.com/projects/${on}`, [
            ['roles/editor', `serviceAccount:${address}`],
          ]),
        ]),
      fc.tuple(nasty, email).map(([id, address]) => [key(id, address)]),
    ),
    { maxLength: 5 },
  )
  .map((groups) => groups.flat());

describe('names from the cloud in the policy that init writes', () => {
  it('are data: whatever they are, the policy loads, nothing stands open under it, and declare agrees', () => {
    fc.assert(
      fc.property(observations, (all) => {
        const world = { observations: all };
        const { text, remaining } = written(world);
        expect(remaining.map(({ verdict }) => verdict.title)).toEqual([]);
        expect(openUnder(text, known(world)).map(({ title }) => title)).toEqual([]);
        expect(declared(world, text).isChanged).toBe(false);
      }),
      FEWER,
    );
  });
});
