import { projectOfEmail, resourceKind, serviceAccountOf } from '../model/asset.ts';
import type { Remedy } from '../model/finding.ts';
import type { Condition } from '../model/grant.ts';
import { command } from './commands.ts';

interface GrantWords {
  readonly resource: string;
  readonly role: string;
  readonly member: string;
  readonly condition?: Condition | undefined;
  /** E-mail of the account, when the resource is one known by its unique id. */
  readonly email?: string | undefined;
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
        text: `# ${verb} for ${resource}: this resource has no gcloud form we know; change its IAM policy where it is managed`,
      },
    ];
  }
  const [group, ...target] = where;
  const conditionWords =
    condition === undefined
      ? []
      : [`--condition=expression=${condition.expression},title=${condition.title ?? ''}`];
  return command(
    'gcloud',
    ...group!.split(' '),
    verb,
    ...target,
    `--member=${member}`,
    `--role=${role}`,
    ...conditionWords,
  );
}

/** The gcloud group, then the words that name the resource. */
function targetOf(resource: string, email: string | undefined): readonly string[] | undefined {
  const last = resource.split('/').at(-1)!;
  const project = /\/projects\/([^/]+)\//.exec(resource)?.[1];
  switch (resourceKind(resource)) {
    case 'project':
      return ['projects', last];
    case 'folder':
      return ['resource-manager folders', last];
    case 'organization':
      return ['organizations', last];
    case 'serviceAccount': {
      const account = email ?? serviceAccountOf(resource)!;
      const home = projectOfEmail(account);
      return ['iam service-accounts', account, ...(home === undefined ? [] : [`--project=${home}`])];
    }
    case 'bucket':
      return ['storage buckets', `gs://${last}`];
    case 'topic':
      return ['pubsub topics', last, `--project=${project}`];
    case 'subscription':
      return ['pubsub subscriptions', last, `--project=${project}`];
    case 'secret':
      return ['secrets', last, `--project=${project}`];
    case 'key': {
      const parts = /\/locations\/([^/]+)\/keyRings\/([^/]+)\/cryptoKeys\/([^/]+)$/.exec(resource);
      return parts === null
        ? undefined
        : ['kms keys', parts[3]!, `--keyring=${parts[2]}`, `--location=${parts[1]}`, `--project=${project}`];
    }
    case 'dataset':
    case 'other':
      return undefined;
  }
}
