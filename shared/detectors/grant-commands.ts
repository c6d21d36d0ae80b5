import { projectOfEmail, resourceKind, serviceAccountOf } from '../model/asset.ts';
import type { Remedy } from '../model/finding.ts';
import type { Condition } from '../model/grant.ts';
import { command, type Flag, flag, shellWord, type Word } from './commands.ts';

export interface GrantWords {
  readonly resource: string;
  readonly role: string;
  readonly member: string;
  readonly condition?: Condition | undefined;
  /** E-mail of the account, when the resource is one known by its unique id. */
  readonly email?: string | undefined;
}

interface Target {
  readonly group: string;
  readonly words: readonly Word[];
}

/** The command that takes a grant away, on whatever resource it is. Unknown kinds of resource get the console's words instead. */
export function removeGrant(grant: GrantWords): readonly Remedy[] {
  return policyCommand('remove-iam-policy-binding', grant);
}

export function addGrant(grant: GrantWords): readonly Remedy[] {
  return policyCommand('add-iam-policy-binding', grant);
}

function policyCommand(
  verb: string,
  { resource, role, member, condition, email }: GrantWords,
): readonly Remedy[] {
  const where = targetOf(resource, email);
  if (where === undefined) {
    return [
      {
        kind: 'gcloud',
        // A comment too is pasted, and not every shell takes it for one.
        text: `# ${verb} for ${shellWord(resource) ?? 'a resource whose name no shell should carry'}: no gcloud form is known, change its IAM policy where it is managed`,
      },
    ];
  }
  return command(
    'gcloud',
    ...where.group.split(' '),
    verb,
    ...where.words,
    flag('member', member),
    flag('role', role),
    ...(condition === undefined ? [] : [conditionFlag(condition)]),
  );
}

/** gcloud parts the pairs at commas, or at whatever stands between two carets before them (`gcloud topic escaping`). */
function conditionFlag({ expression, title = '' }: Condition): Flag {
  const pairs = [`expression=${expression}`, `title=${title}`];
  if (!pairs.some((pair) => pair.includes(','))) return flag('condition', pairs.join(','));
  // Where all of them occur the command is withheld: no word of ours has a line break.
  const separator = SEPARATORS.find((text) => !pairs.some((pair) => pair.includes(text))) ?? '\n';
  return flag('condition', `^${separator}^${pairs.join(separator)}`);
}

const SEPARATORS = ['~', '|', '#', '%', ';'];

/** The gcloud group, then the words that name the resource. */
function targetOf(resource: string, email: string | undefined): Target | undefined {
  const last = resource.split('/').at(-1)!;
  const project = flag('project', /\/projects\/([^/]+)\//.exec(resource)?.[1] ?? '');
  switch (resourceKind(resource)) {
    case 'project':
      return { group: 'projects', words: [last] };
    case 'folder':
      return { group: 'resource-manager folders', words: [last] };
    case 'organization':
      return { group: 'organizations', words: [last] };
    case 'serviceAccount': {
      const account = email ?? serviceAccountOf(resource)!;
      // A unique id says nothing of the project.
      const home = account.includes('@') ? projectOfEmail(account) : undefined;
      return {
        group: 'iam service-accounts',
        words: [account, ...(home === undefined ? [] : [flag('project', home)])],
      };
    }
    case 'bucket':
      return { group: 'storage buckets', words: [`gs://${last}`] };
    case 'topic':
      return { group: 'pubsub topics', words: [last, project] };
    case 'subscription':
      return { group: 'pubsub subscriptions', words: [last, project] };
    case 'secret': {
      const location = /\/locations\/([^/]+)\/secrets\//.exec(resource)?.[1];
      return {
        group: 'secrets',
        words: [last, ...(location === undefined ? [] : [flag('location', location)]), project],
      };
    }
    case 'key': {
      const [, location, ring, key] =
        /\/locations\/([^/]+)\/keyRings\/([^/]+)\/cryptoKeys\/([^/]+)$/.exec(resource) ?? [];
      return key === undefined
        ? undefined
        : { group: 'kms keys', words: [key, flag('keyring', ring), flag('location', location), project] };
    }
    case 'dataset':
    case 'other':
      return undefined;
  }
}
