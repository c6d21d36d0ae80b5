import type { WorkloadFact } from '../inventory/facts.ts';
import type { DataObjectFact } from '../inventory/key-facts.ts';
import type { View } from '../inventory/view.ts';
import { shortEmail } from '../model/principal.ts';
import { keyAllowance } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import { WORKLOAD_METHODS } from './audit-methods.ts';
import { CIS_GKE_WORKLOAD_IDENTITY, CIS_ONLY_MANAGED_KEYS, OWASP_SECRETS } from './controls.ts';
import type { Detector, Judgement } from './detector.ts';
import { ownerOf } from './edge-facts.ts';
import { isMadeByKnown, keySigns } from './key-signs.ts';
import { ownerOfKey } from './key-words.ts';
import { WORKLOAD_TYPES } from './pod-facts.ts';

const MOST_SIGNS = 6;

export const keyInWorkload = {
  id: 'key-in-workload',
  title: 'A workload that carries a key',
  class: 'posture',
  severity: 'medium',
  about:
    'A workload mounts a Secret or ConfigMap with a file that is called like a key, takes a variable from one, points GOOGLE_APPLICATION_CREDENTIALS or a flag at such a file, or has the private key written into its manifest, which is high. These are signs: names and paths are looked at, never what is in a Secret. A file of workload identity federation beside a token of the KSA is no key. A Secret that looks like one and that no known workload uses is reported low. Low too where the policy has nothing against keys, and not at all where it allows the account one.',
  subject: 'object',
  sources: {
    assetTypes: [{ type: 'k8s.io/Secret', content: 'resource' }, ...WORKLOAD_TYPES],
    methods: WORKLOAD_METHODS,
  },
  controls: [CIS_ONLY_MANAGED_KEYS, CIS_GKE_WORKLOAD_IDENTITY, OWASP_SECRETS],
  detect({ asset }, view, policy) {
    const object = view.object(asset);
    if (object === undefined) return [];
    return object.kind === 'workload' ? inWorkload(object, view, policy) : unclaimed(object, view, policy);
  },
} satisfies Detector<'object'>;

function inWorkload(workload: WorkloadFact, view: View, policy: Policy): readonly Judgement[] {
  if (isMadeByKnown(workload, view)) return [];
  const signs = keySigns(workload, view);
  if (signs.length === 0) return [];
  const { cluster, namespace, name, workloadKind, serviceAccount, asset, credentialsSince } = workload;
  const email = onlyOne(signs.map(({ data }) => data?.account));
  const rule = ruleOn(email, view, policy);
  if (rule === 'allowed') return [];
  const pool = view.poolOf(cluster);
  const ksa = pool === undefined ? undefined : { pool, namespace, name: serviceAccount };
  const owner =
    (ksa === undefined ? undefined : ownerOf(ksa, policy)?.owner) ?? ownerOfKey(email, view.asOf, policy);
  const isInline = signs.some((one) => one.isInline);
  const what = `${workloadKind} ${namespace}/${name}`;
  return [
    {
      state: 'open',
      ...(rule === 'unruled' ? { severity: 'low' } : isInline ? { severity: 'high' } : {}),
      title:
        email === undefined
          ? `${what} carries what looks like a service account key`
          : `${what} carries what looks like a key of ${shortEmail(email)}`,
      subject: `object:${asset}`,
      identity: `${namespace}/${serviceAccount}`,
      resource: asset,
      namespace,
      cluster,
      ...(ksa === undefined ? {} : { ksa }),
      ...(email === undefined ? {} : { account: email }),
      ...(owner === undefined ? {} : { owner }),
      before: [],
      after: signs.slice(0, MOST_SIGNS).map(({ text }) => text),
      explanation: isInline
        ? 'Whoever may read the manifest, in the cluster or where it was written, has the key. The same workload can be its account through Workload Identity and carry none.'
        : 'Whoever may read the Secret or go into a pod can carry the key away. The same workload can be its account through Workload Identity and carry none; anchorwatch keys shows the steps.',
      why: policy.serviceAccountKeys?.at ?? policy.at,
      remediation: [],
      cause: { asset, time: credentialsSince.since, source: credentialsSince.source },
    },
  ];
}

/** A Secret by itself: what mounts it is unknown, or nothing does. */
function unclaimed(data: DataObjectFact, view: View, policy: Policy): readonly Judgement[] {
  const { keyFiles, dataKind, namespace, name, cluster, asset, account, since, source } = data;
  if (keyFiles.length === 0 || ruleOn(account, view, policy) === 'allowed') return [];
  const isClaimed = view
    .holdersOf(data)
    .some((holder) =>
      keySigns(holder, view).some(({ from }) => from?.kind === dataKind && from.name === name),
    );
  if (isClaimed) return [];
  const owner = ownerOfKey(account, view.asOf, policy) ?? view.namespace(cluster, namespace)?.owner;
  return [
    {
      state: 'open',
      severity: 'low',
      title: `${dataKind} ${namespace}/${name} looks like it holds a service account key`,
      subject: `object:${asset}`,
      identity: account === undefined ? `${namespace}/${name}` : shortEmail(account),
      resource: asset,
      namespace,
      cluster,
      ...(account === undefined ? {} : { account }),
      ...(owner === undefined ? {} : { owner }),
      before: [],
      after: [`${dataKind} ${namespace}/${name}: ${keyFiles.join(', ')}`],
      explanation:
        'No workload that is known mounts it or reads variables of it. Workloads that were not read may, and so may whoever can read Secrets here.',
      why: policy.serviceAccountKeys?.at ?? policy.at,
      remediation: [],
      cause: { asset, time: since, source },
    },
  ];
}

/** What the policy has to say of keys of an account that may not be known. */
function ruleOn(email: string | undefined, view: View, policy: Policy): 'allowed' | 'unruled' | 'forbidden' {
  const { kind, ...verdict } = keyAllowance(policy, email, view.asOf);
  if (kind === 'allowed' && 'by' in verdict) view.wakeAt(verdict.by.expires);
  return kind === 'expired' ? 'forbidden' : kind;
}

function onlyOne(names: readonly (string | undefined)[]): string | undefined {
  const known = new Set(names.filter((name) => name !== undefined));
  return known.size === 1 ? [...known][0] : undefined;
}
