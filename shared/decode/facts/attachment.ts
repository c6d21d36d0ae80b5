import type { AssetName } from '../../model/asset.ts';
import type { Facts } from '../../model/observation.ts';
import type { Fields } from '../fields.ts';
import { present } from '../present.ts';
import { resourceMark } from './managed-by.ts';
import type { Resource } from './resource.ts';

interface Runner {
  /** As people call it. */
  readonly what: string;
  /** Where it names the accounts it runs as; steps through lists go through each of their items. */
  readonly at: readonly string[];
  /** Set of things that end and stay listed: where they say so, and in which words. */
  readonly ended?: { readonly at: string; readonly is: RegExp };
}

const JOB_ENDED = { at: 'currentState', is: /^JOB_STATE_(DONE|FAILED|CANCELLED|UPDATED|DRAINED)$/ };
const CUSTOM_JOB_ENDED = { at: 'state', is: /^JOB_STATE_(SUCCEEDED|FAILED|CANCELLED|EXPIRED)$/ };

/**
 * What runs as an account outside of pods, by asset type. Fields as each service's API has them (its discovery document, as npm's
 * `googleapis` renders it); Cloud Run and Cloud Functions write them in two ways, by the generation of their API.
 */
const RUNNERS: ReadonlyMap<string, Runner> = new Map<string, Runner>([
  ['compute.googleapis.com/Instance', { what: 'Compute Engine instance', at: ['serviceAccounts.email'] }],
  [
    'compute.googleapis.com/InstanceTemplate',
    { what: 'instance template', at: ['properties.serviceAccounts.email'] },
  ],
  [
    'run.googleapis.com/Service',
    { what: 'Cloud Run service', at: ['spec.template.spec.serviceAccountName', 'template.serviceAccount'] },
  ],
  [
    'run.googleapis.com/Job',
    {
      what: 'Cloud Run job',
      at: ['spec.template.spec.template.spec.serviceAccountName', 'template.template.serviceAccount'],
    },
  ],
  [
    'cloudfunctions.googleapis.com/Function',
    {
      what: 'Cloud Function',
      at: [
        'serviceConfig.serviceAccountEmail',
        'serviceAccountEmail',
        'buildConfig.serviceAccount',
        'eventTrigger.serviceAccountEmail',
      ],
    },
  ],
  ['cloudfunctions.googleapis.com/CloudFunction', { what: 'Cloud Function', at: ['serviceAccountEmail'] }],
  ['cloudbuild.googleapis.com/BuildTrigger', { what: 'Cloud Build trigger', at: ['serviceAccount'] }],
  [
    'dataflow.googleapis.com/Job',
    { what: 'Dataflow job', at: ['environment.serviceAccountEmail'], ended: JOB_ENDED },
  ],
  [
    'dataproc.googleapis.com/Cluster',
    { what: 'Dataproc cluster', at: ['config.gceClusterConfig.serviceAccount'] },
  ],
  [
    'composer.googleapis.com/Environment',
    { what: 'Composer environment', at: ['config.nodeConfig.serviceAccount'] },
  ],
  [
    'notebooks.googleapis.com/Instance',
    { what: 'notebook', at: ['serviceAccount', 'gceSetup.serviceAccounts.email'] },
  ],
  [
    'aiplatform.googleapis.com/CustomJob',
    { what: 'Vertex AI job', at: ['jobSpec.serviceAccount'], ended: CUSTOM_JOB_ENDED },
  ],
  ['workflows.googleapis.com/Workflow', { what: 'workflow', at: ['serviceAccount'] }],
  ['appengine.googleapis.com/Version', { what: 'App Engine version', at: ['serviceAccount'] }],
]);

export const RUNNER_TYPES: readonly string[] = [...RUNNERS.keys()];

/** What one of `RUNNER_TYPES` says of the accounts it runs as. */
export function attachmentFacts(assetType: string, { asset, data }: Resource): Attachment {
  const runner = runnerOf(assetType);
  return {
    type: 'attachment',
    what: runner.what,
    ...present({
      accounts: data && (hasEnded(runner, data) ? '' : accountsIn(runner, data).join('\n')),
      nodePool: nodePoolOf(asset, data),
      managedBy: resourceMark(data),
    }),
  };
}

export type Attachment = Extract<Facts, { type: 'attachment' }>;

/** What a request says of the accounts it will run as; nothing when it leaves them to the service. */
export function attachmentAsked(assetType: string, body: Fields | undefined): Attachment | undefined {
  const runner = runnerOf(assetType);
  const accounts = body === undefined ? [] : accountsIn(runner, body);
  if (accounts.length === 0) return undefined;
  return { type: 'attachment', what: runner.what, accounts: accounts.join('\n') };
}

function runnerOf(assetType: string): Runner {
  const runner = RUNNERS.get(assetType);
  if (runner === undefined) throw new Error(`nothing that runs as an account: ${assetType}`);
  return runner;
}

function hasEnded({ ended }: Runner, data: Fields): boolean {
  return ended?.is.test(data.text(ended.at) ?? '') === true;
}

function accountsIn({ at }: Runner, data: Fields): readonly string[] {
  const named = at.flatMap((path) => textsAt(data, path.split('.'))).map(accountNamed);
  // Which account is the default one, the request does not say; the resource will.
  return [...new Set(named)].filter((account) => account !== 'default').sort();
}

/** Some write the account as `projects/P/serviceAccounts/EMAIL-OR-ID`. */
function accountNamed(text: string): string {
  return text.split('/').at(-1)!.toLowerCase();
}

function textsAt(fields: Fields, path: readonly string[]): readonly string[] {
  const [name = '', ...rest] = path;
  if (rest.length === 0) return [fields.text(name)].filter((text) => text !== undefined);
  const inside = Array.isArray(fields.raw(name)) ? fields.objects(name) : [fields.object(name)];
  return inside.flatMap((one) => (one === undefined ? [] : textsAt(one, rest)));
}

/** The labels GKE puts on the machines of its nodes. Anybody may write them: what they say is looked up before it is believed. */
function nodePoolOf(asset: AssetName, data: Fields | undefined): string | undefined {
  const labels = data?.objectIfAny('labels');
  const project = /^\/\/compute\.googleapis\.com\/projects\/([^/]+)\/zones\//.exec(asset)?.[1];
  const [location, cluster, pool] = [
    labels?.textIfAny('goog-k8s-cluster-location'),
    labels?.textIfAny('goog-k8s-cluster-name'),
    labels?.textIfAny('goog-k8s-node-pool-name'),
  ];
  if (project === undefined || location === undefined || cluster === undefined || pool === undefined)
    return undefined;
  return `projects/${project}/locations/${location}/clusters/${cluster}/nodePools/${pool}`;
}
