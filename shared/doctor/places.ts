import { type Flag, flag } from '../detectors/commands.ts';
import type { AssetName } from '../model/asset.ts';
import type { Deployment } from '../model/deployment.ts';

/** Full resource names (cloud.google.com/asset-inventory/docs/asset-names) of what the deployment names short. */
export function containerName(container: string): AssetName {
  return `//cloudresourcemanager.googleapis.com/${container}`;
}

export function topicName(topic: string): AssetName {
  return `//pubsub.googleapis.com/${topic}`;
}

export function secretName(secret: string): AssetName {
  return `//secretmanager.googleapis.com/${secret}`;
}

export function serviceName(service: string): AssetName {
  return `//run.googleapis.com/${service}`;
}

/** The name without its service: `projects/P/topics/T`. */
export function shortName(resource: AssetName): string {
  return resource.replace(/^\/\/[^/]+\//, '');
}

export function ownProject({ project }: Deployment): AssetName {
  return containerName(`projects/${project}`);
}

/**
 * The resources that the table of permissions means: `scope` (`scope:folders`: those of that kind), `project`, `database` (granted on the
 * project), `canary-account`, and by the end of their names `topic:work`, `secret:slack-token`, `bucket:policy`, `function:deliver`. A resource
 * that was not deployed is none; `undefined` is a word that is not known.
 */
export function placesOf(where: string, deployment: Deployment): readonly AssetName[] | undefined {
  const [kind = '', name] = where.split(':');
  switch (kind) {
    case 'scope':
      return deployment.scopes
        .filter((scope) => name === undefined || scope.startsWith(`${name}/`))
        .map(containerName);
    case 'project':
    case 'database':
      return [ownProject(deployment)];
    case 'canary-account':
      return deployment.canaryAccount === undefined
        ? []
        : [`//iam.googleapis.com/${deployment.canaryAccount}`];
    case 'topic':
      return deployment.watch.parts
        .filter((part) => part.kind === 'topic' && isCalled(part.resource, name))
        .map(({ resource }) => resource);
    case 'secret':
      return Object.values(deployment.secrets)
        .filter((secret) => secret !== undefined && isCalled(secret, name))
        .map((secret) => secretName(secret ?? ''));
    case 'bucket':
      return bucketsCalled(name, deployment).map((bucket) => `//storage.googleapis.com/${bucket}`);
    case 'function':
      return deployment.functions
        .filter((one) => one.name === name)
        .map(({ service }) => serviceName(service));
    default:
      return undefined;
  }
}

/** `projects/P/topics/anchorwatch-work` is called `work`. */
function isCalled(resource: string, name: string | undefined): boolean {
  const id = resource.split('/').at(-1) ?? '';
  return name !== undefined && (id === name || id.endsWith(`-${name}`));
}

function bucketsCalled(name: string | undefined, deployment: Deployment): readonly string[] {
  const ofPolicy = policyBucketOf(deployment);
  if (name === 'reports') return deployment.reportBuckets;
  if (ofPolicy === undefined) return [];
  // The others are named after the same deployment.
  return [name === 'policy' ? ofPolicy : ofPolicy.replace(/-policy$/, `-${name}`)];
}

/** The bucket that the policy is read from. */
export function policyBucketOf({ policy }: Deployment): string | undefined {
  return /^gs:\/\/([^/]+)\//.exec(policy)?.[1];
}

/** `--organization=1`, `--folder=2`, `--project=p`. */
export function containerFlag(container: string): Flag {
  const [kind = '', id = ''] = container.split('/');
  return flag(kind.replace(/s$/, ''), id);
}

/** `projects/P/locations/L/jobs/J` in the words of gcloud. */
export function located(name: string): {
  readonly id: string;
  readonly project: Flag;
  readonly location: string;
} {
  const [, project = '', , location = '', , id = ''] = name.split('/');
  return { id, project: flag('project', project), location };
}

/** `projects/P/topics/T` in the words of gcloud. */
export function inProject(name: string): { readonly id: string; readonly project: Flag } {
  const [, project = '', , id = ''] = name.split('/');
  return { id, project: flag('project', project) };
}
