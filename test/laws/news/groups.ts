/** Who is in a group: accounts that are judged, and others. */
import fc from 'fast-check';
import { groupName } from '../../../shared/model/asset.ts';
import type { Observation } from '../../../shared/model/observation.ts';
import { account, seen, seenOf } from './names.ts';

const EMAIL = 'devs@acme.example';
const member = fc.oneof(
  account.map(({ email }) => `serviceAccount:${email}`),
  fc.constantFrom('user:jane@acme.example', 'group:admins@acme.example'),
);

export const groupTold: fc.Arbitrary<Observation> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.uniqueArray(member, { maxLength: 3 }), seen)
      .map(([members, when]): Observation => {
        const facts = { type: 'group', email: EMAIL, members: members.toSorted().join('\n') } as const;
        return { kind: 'resource', ...seenOf(groupName(EMAIL), when), facts, whole: true };
      }),
  },
  {
    weight: 1,
    arbitrary: seen.map(
      (when): Observation => ({ kind: 'gone', type: 'group', ...seenOf(groupName(EMAIL), when) }),
    ),
  },
);
