/** Random news of everything that is told, from a small universe: each subject's own arbitraries are in `news/`. */
import fc from 'fast-check';
import type { Decoded } from '../../shared/model/decoded.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { t } from '../world.ts';
import { accountTold } from './news/accounts.ts';
import { entry, type Told } from './news/entries.ts';
import { groupTold } from './news/groups.ts';
import { inWords } from './news/in-words.ts';
import { keysTold } from './news/keys.ts';
import { kubernetesTold } from './news/kubernetes.ts';
import { platformTold } from './news/platform.ts';
import { policyTold } from './news/policies.ts';
import { rbacTold } from './news/rbac.ts';
import { heldTold, roleTold } from './news/roles.ts';
import { STANDING } from './news/standing.ts';
import { usageTold } from './news/usage.ts';
import { watchTold } from './news/watch.ts';

export type News = Extract<Decoded, { kind: 'news' }>;

const observation: fc.Arbitrary<Observation> = fc.oneof(
  { weight: 6, arbitrary: policyTold },
  { weight: 4, arbitrary: accountTold },
  { weight: 5, arbitrary: kubernetesTold },
  { weight: 2, arbitrary: rbacTold },
  { weight: 3, arbitrary: platformTold },
  { weight: 4, arbitrary: keysTold },
  { weight: 2, arbitrary: roleTold },
  { weight: 2, arbitrary: heldTold },
  { weight: 1, arbitrary: groupTold },
  { weight: 2, arbitrary: watchTold },
  { weight: 4, arbitrary: usageTold },
);

/** An asset or two, or an audit entry, which has an act as well. */
const told: fc.Arbitrary<Told> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .array(observation, { minLength: 1, maxLength: 2 })
      .map((observations) => ({ observations, acts: [] })),
  },
  { weight: 1, arbitrary: entry },
);

/** Messages in the order in which they were written: something of what has stood for long, then what happens. */
export const allNews: fc.Arbitrary<readonly News[]> = fc
  .tuple(fc.subarray([...STANDING]), fc.array(told, { minLength: 1, maxLength: 14 }))
  .map(([standing, happening]) =>
    [...standing.map((observations): Told => ({ observations, acts: [] })), ...happening].map(
      ({ observations, acts }, index): News =>
        inWords({
          kind: 'news',
          id: `message-${index}`,
          time: t(0),
          observations,
          acts: acts.map((act) => ({ ...act, id: `act-${index}` })),
        }),
    ),
  );
