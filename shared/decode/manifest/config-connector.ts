import {
  type AssetName,
  canonicalName,
  projectName,
  projectOf,
  projectOfEmail,
  serviceAccountName,
} from '../../model/asset.ts';
import type { Decoded } from '../../model/decoded.ts';
import { type Grant, grantOf } from '../../model/grant.ts';
import type { Observation } from '../../model/observation.ts';
import { type DecodeContext, ignored } from '../answer.ts';
import { contentId } from '../content-id.ts';
import { type Fields, isObject } from '../fields.ts';
import { conditionOf } from '../iam-policy.ts';
import type { Intent } from '../intent.ts';
import { present } from '../present.ts';
import { accountEmail, connectorResource } from './connector-resource.ts';

/** Kinds of Config Connector, which make cloud resources of manifests (cloud.google.com/config-connector/docs/reference). */
export function decodeConfigConnector(object: Fields, context: DecodeContext): Intent {
  const kind = object.needText('kind');
  switch (kind) {
    case 'IAMServiceAccount':
      return { decoded: [serviceAccount(object, context)], notes: [] };
    case 'IAMServiceAccountKey':
    case 'ContainerCluster':
    case 'ContainerNodePool':
    case 'IAMCustomRole':
    case 'IAMWorkloadIdentityPoolProvider': {
      const made = connectorResource(kind, object, ownProject(object, context));
      return {
        decoded: [
          made === undefined
            ? ignored(`${kind} that does not say in full what it is`, nameOf(object))
            : news(object, context, [
                {
                  ...seenOf(made.asset, made.project, context),
                  kind: 'resource',
                  facts: made.facts,
                  whole: false,
                },
              ]),
        ],
        notes: [],
      };
    }
    case 'IAMPolicyMember':
    case 'IAMPartialPolicy':
    case 'IAMPolicy':
      return grants(kind, object, context);
    default:
      return { decoded: [ignored('Config Connector kind that is not watched', kind)], notes: [] };
  }
}

function serviceAccount(object: Fields, context: DecodeContext): Decoded {
  const email = object.object('status')?.text('email') ?? emailFrom(object, context);
  if (email === undefined) return ignored('IAMServiceAccount that does not say its project', nameOf(object));
  const spec = object.object('spec');
  const uniqueId = object.object('status')?.text('uniqueId');
  const project = projectOfEmail(email);
  const facts = {
    type: 'service-account' as const,
    ...present({
      uniqueId,
      email: email.toLowerCase(),
      projectId: project,
      disabled: spec?.flag('disabled') ?? false,
      displayName: spec?.text('displayName'),
      managedBy: 'cnrm.cloud.google.com',
    }),
  };
  const seen = seenOf(serviceAccountName(uniqueId ?? email), project, context);
  const alias =
    uniqueId === undefined
      ? []
      : [
          {
            ...seen,
            kind: 'alias' as const,
            alias: { of: 'service-account' as const, id: uniqueId, name: email.toLowerCase() },
          },
        ];
  return news(object, context, [{ ...seen, kind: 'resource', facts, whole: false }, ...alias]);
}

/** Its project is an annotation of the object, else of its namespace, which may stand anywhere: only the first is sure. */
function emailFrom(object: Fields, context: DecodeContext): string | undefined {
  const name = object.object('spec')?.text('resourceID') ?? nameOf(object);
  const project = ownProject(object, context);
  return name === undefined || project === undefined
    ? undefined
    : `${name}@${project}.iam.gserviceaccount.com`.toLowerCase();
}

function ownProject(object: Fields, { project }: DecodeContext): string | undefined {
  return (
    object.object('metadata')?.object('annotations')?.text('cnrm.cloud.google.com/project-id') ?? project
  );
}

function nameOf(object: Fields): string | undefined {
  return object.object('metadata')?.text('name');
}

function grants(kind: string, object: Fields, context: DecodeContext): Intent {
  const reference = object.object('spec')?.object('resourceRef');
  const asset = reference === undefined ? undefined : assetReferredTo(reference, ownProject(object, context));
  if (asset === undefined)
    return {
      decoded: [ignored(`${kind} on a resource that it does not name in full`, reference?.text('kind'))],
      notes: [],
    };
  const project = ownProject(object, context);
  const { known, open } =
    kind === 'IAMPolicyMember' ? oneMember(object, asset, project) : bound(object, asset, project);
  const references = open.length;
  const unknown = open.map((role) => ({
    argument: 'memberFrom',
    mayGrant: { asset, ...(role === undefined ? {} : { role }) },
  }));
  const notes = Array.from(
    { length: references },
    () => `${kind}: a member by reference (memberFrom), left out`,
  );
  const seen = seenOf(asset, projectOf(asset), context);
  // With a member missing it is not the whole policy.
  if (kind === 'IAMPolicy' && references === 0)
    return { decoded: [news(object, context, [{ ...seen, kind: 'policy', grants: known }])], notes };
  if (known.length === 0)
    return { decoded: [ignored(`${kind} without a member that it names`, nameOf(object))], notes, unknown };
  const changes = known.map((grant) => ({ action: 'add' as const, grant }));
  return { decoded: [news(object, context, [{ ...seen, kind: 'policy-delta', changes }])], notes, unknown };
}

interface Members {
  readonly known: readonly Grant[];
  /** The roles of those that are named only by reference to an object that says what they are. */
  readonly open: readonly (string | undefined)[];
}

function oneMember(object: Fields, asset: AssetName, project: string | undefined): Members {
  const spec = object.object('spec');
  const member = spec?.text('member') ?? memberFrom(spec, object, project);
  if (spec === undefined || member === undefined) return { known: [], open: [spec?.text('role')] };
  return { known: [grantOf(asset, spec.needText('role'), member, conditionOf(spec))], open: [] };
}

/** An account that is another object of this namespace is known by its name. Others, and service identities, say their e-mail elsewhere. */
function memberFrom(
  holder: Fields | undefined,
  object: Fields,
  project: string | undefined,
): string | undefined {
  const reference = holder?.objectIfAny('memberFrom')?.objectIfAny('serviceAccountRef');
  const email = reference && accountEmail(reference, object, project);
  return email === undefined ? undefined : `serviceAccount:${email}`;
}

/** An IAMPolicy lists members as texts, an IAMPartialPolicy as objects. */
function bound(object: Fields, asset: AssetName, project: string | undefined): Members {
  const open: string[] = [];
  const known = (object.object('spec')?.objects('bindings') ?? []).flatMap((binding) => {
    const role = binding.needText('role');
    const condition = conditionOf(binding);
    const listed = binding.raw('members');
    const isListOfObjects = Array.isArray(listed) && listed.some(isObject);
    const members = isListOfObjects
      ? binding.objects('members').flatMap((member) => {
          const text = member.text('member') ?? memberFrom(member, object, project);
          if (text === undefined) open.push(role);
          return text ?? [];
        })
      : binding.texts('members');
    return members.map((member) => grantOf(asset, role, member, condition));
  });
  return { known, open };
}

const RESOURCE_MANAGER = '//cloudresourcemanager.googleapis.com';

/**
 * The asset of a `resourceRef`. `external` names it in Google's words. A bare `name` is that of another object, whose own name is the
 * resource's unless that object says otherwise; and what lies in a project needs one to be said here.
 */
function assetReferredTo(reference: Fields, project: string | undefined): AssetName | undefined {
  const kind = reference.needText('kind');
  const external = reference.text('external');
  const name = external ?? reference.text('name');
  if (name === undefined) return undefined;
  if (name.startsWith('//')) return canonicalName(name);
  const last = name.split('/').at(-1) ?? '';
  switch (kind) {
    case 'Project':
      return projectName(last);
    case 'Folder':
      return external === undefined ? undefined : `${RESOURCE_MANAGER}/folders/${last}`;
    case 'Organization':
      return external === undefined ? undefined : `${RESOURCE_MANAGER}/organizations/${last}`;
    case 'StorageBucket':
      return `//storage.googleapis.com/${last}`;
    case 'IAMServiceAccount':
      return accountReferredTo(last, project);
    default:
      return inProject(kind, name, external, project);
  }
}

function accountReferredTo(name: string, project: string | undefined): AssetName | undefined {
  if (name.includes('@') || /^\d+$/.test(name)) return serviceAccountName(name);
  return project === undefined ? undefined : serviceAccountName(`${name}@${project}.iam.gserviceaccount.com`);
}

/** Service, and the collection that a name stands in. */
const COLLECTIONS: ReadonlyMap<string, readonly [service: string, collection: string]> = new Map([
  ['PubSubTopic', ['pubsub', 'topics']],
  ['PubSubSubscription', ['pubsub', 'subscriptions']],
  ['SecretManagerSecret', ['secretmanager', 'secrets']],
  ['BigQueryDataset', ['bigquery', 'datasets']],
  ['KMSKeyRing', ['cloudkms', 'keyRings']],
  ['KMSCryptoKey', ['cloudkms', 'cryptoKeys']],
]);

function inProject(
  kind: string,
  name: string,
  external: string | undefined,
  project: string | undefined,
): AssetName | undefined {
  const [service, collection] = COLLECTIONS.get(kind) ?? [];
  if (service === undefined) return undefined;
  if (external?.startsWith('projects/')) return canonicalName(`//${service}.googleapis.com/${external}`);
  // Keys lie in a location and a ring, which only their own object says.
  if (project === undefined || service === 'cloudkms' || name.includes('/')) return undefined;
  return `//${service}.googleapis.com/projects/${project}/${collection}/${name}`;
}

function seenOf(asset: AssetName, project: string | undefined, { receivedAt, source }: DecodeContext) {
  return {
    asset,
    time: receivedAt,
    source: source ?? ('scan' as const),
    ancestors: project === undefined ? [] : [`projects/${project}`],
  };
}

function news(object: Fields, context: DecodeContext, observations: readonly Observation[]): Decoded {
  return {
    kind: 'news',
    id: contentId('manifest', object.values),
    time: context.receivedAt,
    observations,
    acts: [],
  };
}
