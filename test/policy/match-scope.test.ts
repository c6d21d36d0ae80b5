import { expect, it } from '@jest/globals';
import { inScope } from '../../shared/policy/match.ts';
import { policyOf } from './policy-of.ts';

const scoped = (include: readonly string[], exclude: readonly string[] = []) =>
  policyOf(`  scope: ${JSON.stringify({ include, exclude })}\n`);
const BUCKET = ['//storage.googleapis.com/b'];
const TOPIC = ['//pubsub.googleapis.com/projects/acme-prod/topics/t'];
const ALL = ['projects/123', 'folders/4', 'organizations/9'];

it.each<
  [string, readonly string[], readonly string[], readonly string[], readonly string[], boolean | 'unknown']
>([
  // what, include, exclude, ancestors, spellings, in scope
  ['no include is everything', [], [], [], BUCKET, true],
  ['its organisation', ['organizations/9'], [], ALL, BUCKET, true],
  ['another organisation', ['organizations/8'], [], ALL, BUCKET, false],
  ['its folder', ['folders/4'], [], ALL, BUCKET, true],
  ['a folder whose number begins alike', ['folders/44'], [], ALL, BUCKET, false],
  ['an organisation, and no ancestors known', ['organizations/9'], [], [], BUCKET, 'unknown'],
  ['a folder, and only the project known', ['folders/4'], [], ['projects/acme-prod'], TOPIC, 'unknown'],
  ['its project by number', ['projects/123'], [], ALL, BUCKET, true],
  ['its project by id, in its name', ['projects/acme-prod'], [], [], TOPIC, true],
  ['its project by glob', ['projects/acme-*'], [], [], TOPIC, true],
  ['another project', ['projects/beta'], [], [], TOPIC, false],
  ['a project by id, and only its number known', ['projects/acme-prod'], [], ALL, BUCKET, 'unknown'],
  ['a project, and nothing known', ['projects/acme-prod'], [], [], BUCKET, 'unknown'],
  [
    'an account, by its e-mail',
    ['projects/acme-prod'],
    [],
    [],
    ['//iam.googleapis.com/projects/-/serviceAccounts/a@acme-prod.iam.gserviceaccount.com'],
    true,
  ],
  ['exclude wins', ['organizations/9'], ['folders/4'], ALL, BUCKET, false],
  ['exclude of something else', ['organizations/9'], ['folders/5'], ALL, BUCKET, true],
  ['exclude, and no ancestors known', [], ['folders/4'], [], BUCKET, 'unknown'],
  [
    'exclude of its project wins over what is not known',
    ['organizations/9'],
    ['projects/acme-*'],
    [],
    TOPIC,
    false,
  ],
  [
    'the organisation itself',
    ['organizations/9'],
    [],
    [],
    ['//cloudresourcemanager.googleapis.com/organizations/9'],
    true,
  ],
  [
    'another organisation itself',
    ['organizations/8'],
    [],
    [],
    ['//cloudresourcemanager.googleapis.com/organizations/9'],
    false,
  ],
  [
    'what lies above every project',
    ['projects/acme'],
    [],
    ['folders/4', 'organizations/9'],
    ['//cloudresourcemanager.googleapis.com/folders/4'],
    false,
  ],
])('%s', (_what, include, exclude, ancestors, spellings, expected) => {
  expect(inScope(scoped(include, exclude), ancestors, spellings)).toBe(expected);
});
