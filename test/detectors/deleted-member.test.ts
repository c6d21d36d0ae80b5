import { expect, it } from '@jest/globals';
import { projectName } from '../../shared/model/asset.ts';
import { iam, only, says } from '../world.ts';

const DETECTOR = 'deleted-member';
const PROJECT = projectName('acme-prod');

it.each<[string, string, readonly string[]]>([
  [
    'a deleted service account',
    'deleted:serviceAccount:old@acme-prod.iam.gserviceaccount.com?uid=1009',
    ['open: roles/viewer on project:acme-prod is left to old@acme-prod (deleted)'],
  ],
  [
    'a deleted user',
    'deleted:user:lee@acme.example?uid=7',
    ['open: roles/viewer on project:acme-prod is left to lee@acme.example (deleted)'],
  ],
  ['a service account that lives', 'serviceAccount:old@acme-prod.iam.gserviceaccount.com', []],
  ['one whose name only says deleted', 'serviceAccount:deleted@acme-prod.iam.gserviceaccount.com', []],
])('%s', (_what, member, expected) => {
  expect(says(DETECTOR, { observations: [iam(PROJECT, [['roles/viewer', member]])] })).toEqual(expected);
});

it('takes away the member to the letter, its uid included', () => {
  const observations = [iam(PROJECT, [['roles/viewer', 'deleted:user:lee@acme.example?uid=7']])];
  expect(only(DETECTOR, { observations })).toMatchObject({
    class: 'posture',
    remediation: [
      {
        text: "gcloud projects remove-iam-policy-binding acme-prod '--member=deleted:user:lee@acme.example?uid=7' --role=roles/viewer",
      },
    ],
  });
});
