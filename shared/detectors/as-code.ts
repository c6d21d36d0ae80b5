import { projectOfEmail, resourceKind, serviceAccountOf } from '../model/asset.ts';
import type { Remedy } from '../model/finding.ts';
import type { KsaId } from '../model/principal.ts';
import { ANNOTATION } from './annotation-command.ts';
import { type HclBody, hclResource, word, type YamlMap, yaml } from './code-text.ts';
import type { GrantWords } from './grant-commands.ts';
import type { Manager } from './managed-by.ts';

/** A grant as the code of whoever makes it has it; nothing where that has no form for such a resource. */
export function grantAsCode(grant: GrantWords, manager: Manager): readonly Remedy[] {
  const { tool } = manager;
  const place = placeOf(grant);
  if (place === undefined) return [];
  const { role, member, condition } = grant;
  const label = `${nameIn(member)} ${role.split(/[./]/).at(-1)}`;
  const when =
    condition === undefined ? undefined : { title: condition.title ?? '', expression: condition.expression };
  if (tool === 'terraform') {
    const type = `google_${place.terraform}_iam_member`;
    return terraform(
      [
        `${lead(manager)}: apply its code, with this in it.`,
        `Where a ${type.replace('member', 'binding')} or _iam_policy has the role, add the member to that: the two undo each other.`,
      ],
      hclResource(type, label, {
        args: { ...place.args, role, member },
        blocks: { condition: when && { args: when } },
      }),
    );
  }
  if (tool !== 'config-connector' || place.connector === undefined) return [];
  return manifest(
    [
      `${lead(manager)}: apply this if it is none of its objects. Of those it puts back what is gone, every ten minutes or so.`,
    ],
    {
      ...connectorObject('IAMPolicyMember', word(label, '-')),
      spec: {
        member,
        role,
        condition: when,
        resourceRef: { kind: place.connector.kind, external: place.connector.external },
      },
    },
  );
}

/** A service account. Of a disabled one the code says that it is not. */
export function accountAsCode(
  email: string,
  manager: Manager,
  { isDisabled = false }: { readonly isDisabled?: boolean } = {},
): readonly Remedy[] {
  const { tool } = manager;
  const project = projectOfEmail(email);
  const [name = '', domain] = email.split('@');
  if (project === undefined || domain !== `${project}.iam.gserviceaccount.com`) return [];
  const disabled = isDisabled ? false : undefined;
  if (tool === 'terraform')
    return terraform(
      [`${lead(manager)}: apply its code, with this in it.`],
      hclResource('google_service_account', name, { args: { project, account_id: name, disabled } }),
    );
  if (tool !== 'config-connector') return [];
  return manifest([`${lead(manager)}: apply this if it is none of its objects.`], {
    ...connectorObject('IAMServiceAccount', word(name, '-'), {
      'cnrm.cloud.google.com/project-id': project,
    }),
    spec: { resourceID: name, disabled },
  });
}

/** A KSA with the account it is to point at, if any. */
export function ksaAsCode(
  { namespace, name }: KsaId,
  email: string | undefined,
  manager: Manager,
): readonly Remedy[] {
  const annotations = email === undefined ? undefined : { [ANNOTATION]: email };
  if (manager.tool === 'terraform') {
    const metadata: HclBody = {
      args: { name, namespace },
      ...(annotations === undefined ? {} : { maps: { annotations } }),
    };
    return terraform(
      [`${lead(manager)}: apply its code, with this in it.`],
      hclResource('kubernetes_service_account_v1', `${namespace} ${name}`, {
        args: {},
        blocks: { metadata },
      }),
    );
  }
  return manifest([`${lead(manager)}: write it so in the manifest, and let it sync.`], {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace, annotations },
  });
}

function lead({ by, evidence }: Manager): string {
  return evidence === 'policy' ? `The policy leaves such changes to ${by}` : `Made as code, by ${by}`;
}

function terraform(comments: readonly string[], lines: readonly string[]): readonly Remedy[] {
  return [{ kind: 'terraform', text: text(comments, lines) }];
}

function manifest(comments: readonly string[], object: YamlMap): readonly Remedy[] {
  return [{ kind: 'yaml', text: text(comments, yaml(object)) }];
}

function text(comments: readonly string[], lines: readonly string[]): string {
  return [...comments.map((comment) => `# ${comment.replace(/[^\x20-\x7e]/g, '?')}`), ...lines].join('\n');
}

function connectorObject(kind: string, name: string, annotations?: YamlMap): YamlMap {
  return { apiVersion: 'iam.cnrm.cloud.google.com/v1beta1', kind, metadata: { name, annotations } };
}

/** What a member is called in short: `api` of `serviceAccount:api@p.iam…`, of `…[payments/api]` and of `…/sa/api`. */
function nameIn(member: string): string {
  const inside = /\[[^/\]]+\/([^\]]+)\]$/.exec(member)?.[1];
  return (
    inside ??
    member
      .replace(/^[^:]*:/, '')
      .replace(/@.*$/, '')
      .split('/')
      .at(-1)!
  );
}

interface Place {
  /** The type of resource, as `google_…_iam_member` has it, and the arguments that say which. */
  readonly terraform: string;
  readonly args: HclBody['args'];
  /** The kind and external reference of Config Connector's `resourceRef`. */
  readonly connector?: { readonly kind: string; readonly external: string };
}

/**
 * Terraform google provider 7.45, the `_iam` pages; Config Connector, IAMPolicyMember: External Reference Formats. Datasets and regional
 * secrets have no form there.
 */
function placeOf({ resource, email }: GrantWords): Place | undefined {
  const path = resource.replace(/^\/\/[^/]+\//, '');
  const last = path.split('/').at(-1)!;
  const project = /^projects\/([^/]+)/.exec(path)?.[1] ?? '';
  switch (resourceKind(resource)) {
    case 'project':
      return {
        terraform: 'project',
        args: { project: last },
        connector: { kind: 'Project', external: path },
      };
    case 'folder':
      return { terraform: 'folder', args: { folder: path }, connector: { kind: 'Folder', external: path } };
    case 'organization':
      return {
        terraform: 'organization',
        args: { org_id: last },
        connector: { kind: 'Organization', external: last },
      };
    case 'serviceAccount': {
      const account = email ?? serviceAccountOf(resource)!;
      const home = projectOfEmail(account);
      if (home === undefined) return undefined;
      const id = `projects/${home}/serviceAccounts/${account}`;
      return {
        terraform: 'service_account',
        args: { service_account_id: id },
        connector: { kind: 'IAMServiceAccount', external: id },
      };
    }
    case 'bucket':
      return {
        terraform: 'storage_bucket',
        args: { bucket: last },
        connector: { kind: 'StorageBucket', external: last },
      };
    case 'topic':
      return {
        terraform: 'pubsub_topic',
        args: { project, topic: last },
        connector: { kind: 'PubSubTopic', external: path },
      };
    case 'subscription':
      return {
        terraform: 'pubsub_subscription',
        args: { project, subscription: last },
        connector: { kind: 'PubSubSubscription', external: path },
      };
    case 'secret': {
      const location = /\/locations\/([^/]+)\/secrets\//.exec(path)?.[1];
      return location === undefined
        ? {
            terraform: 'secret_manager_secret',
            args: { project, secret_id: last },
            connector: { kind: 'SecretManagerSecret', external: path },
          }
        : { terraform: 'secret_manager_regional_secret', args: { project, location, secret_id: last } };
    }
    case 'dataset':
      return { terraform: 'bigquery_dataset', args: { project, dataset_id: last } };
    case 'key':
      return {
        terraform: 'kms_crypto_key',
        args: { crypto_key_id: path },
        connector: { kind: 'KMSCryptoKey', external: path },
      };
    case 'other':
      return undefined;
  }
}
