/** Audit entries: something done, with what the entry tells of the state after it. */
import fc from 'fast-check';
import { present } from '../../../shared/decode/present.ts';
import type { Act, ActKind, Actor } from '../../../shared/model/act.ts';
import { keyName } from '../../../shared/model/asset.ts';
import { grantOf } from '../../../shared/model/grant.ts';
import type { FactType, Observation } from '../../../shared/model/observation.ts';
import { MINUTE } from '../../../shared/model/time.ts';
import { act, JANE, POOL, TERRAFORM } from '../../world.ts';
import { keyId } from './accounts.ts';
import { cluster, etag, ksaName, namedAccount, namespaceAsset, PROD, seen, seenOf } from './names.ts';
import { changes, changesOn, resource } from './policies.ts';
import { watchedResource } from './watch.ts';

/** What one message tells. */
export interface Told {
  readonly observations: readonly Observation[];
  readonly acts: readonly Act[];
}

const ARGO: Actor = {
  principal: 'system:serviceaccount:argocd:argocd-application-controller',
  delegation: [],
};
/** Terraform's account, used by somebody who is not among its delegates. */
const THROUGH_TERRAFORM: Actor = { ...TERRAFORM, delegation: ['user:jane@acme.example'] };
const AGENT: Actor = { principal: 'service-1@gcp-sa-gkenode.iam.gserviceaccount.com', delegation: [] };
const NOBODY: Actor = { principal: '', delegation: [] };
const actor = fc.constantFrom(JANE, TERRAFORM, THROUGH_TERRAFORM, ARGO, AGENT, NOBODY);
const loggedIn = fc.option(fc.constantFrom(PROD.id, PROD.number), { nil: undefined });

const who = fc.record({ actor, project: loggedIn, seen });
type Who = typeof who extends fc.Arbitrary<infer W> ? W : never;

function done(kind: ActKind, asset: string, { actor, project, seen }: Who, more: Partial<Act> = {}): Act {
  const { project: _, ...some } = act('', asset);
  return { ...some, kind, method: kind, time: seen.time, actor, ...present({ project }), ...more };
}

/** A policy was set, told whole, by its delta, or by the bare fact. The feed may tell the same again, with the same etag. */
const policySet = fc
  .record({
    asset: resource,
    who,
    changes,
    told: fc.constantFrom('policy', 'policy-delta', 'policy-unknown'),
    etag,
    supersedes: etag,
  })
  .map(({ asset, who, changes, told, etag, supersedes }): Told => {
    const changed = changesOn(asset, changes);
    const base = {
      ...seenOf(asset, who.seen),
      source: 'audit-log',
      ...present({ etag, supersedes }),
    } as const;
    const grants = changes
      .filter(([action]) => action === 'add')
      .map(([, bound]) => grantOf(asset, ...bound));
    const state: Observation =
      told === 'policy'
        ? { ...base, kind: told, grants }
        : told === 'policy-delta'
          ? { ...base, kind: told, changes: changed }
          : { ...base, kind: 'policy-unknown' };
    const more = { changes: told === 'policy-unknown' ? [] : changed, ...present({ etag }) };
    return { observations: [state], acts: [done('set-iam-policy', asset, who, more)] };
  });

const ACCOUNT_ACTS = [
  'create-service-account',
  'disable-service-account',
  'enable-service-account',
  'delete-service-account',
  'undelete-service-account',
] as const;
/** An account was made, deleted, or switched. Such entries tell both its names. */
const accountChanged = fc
  .record({ account: namedAccount, who, kind: fc.constantFrom(...ACCOUNT_ACTS) })
  .map(({ account: { asset, id, email }, who, kind }): Told => {
    const base = { ...seenOf(asset, who.seen), source: 'audit-log' } as const;
    const disabled =
      kind === 'disable-service-account' ? true : kind === 'enable-service-account' ? false : undefined;
    const state: Observation =
      kind === 'delete-service-account'
        ? { ...base, kind: 'gone', type: 'service-account' }
        : {
            ...base,
            kind: 'resource',
            facts: { type: 'service-account', uniqueId: id, email, ...present({ disabled }) },
            whole: kind === 'create-service-account',
          };
    const alias: Observation = { ...base, kind: 'alias', alias: { of: 'service-account', id, name: email } };
    return { observations: [state, alias], acts: [done(kind, asset, who, { account: email })] };
  });

const KEY_ACTS = ['create-key', 'upload-key', 'disable-key', 'enable-key', 'delete-key'] as const;
/** A key was made, switched or deleted: of one that is switched only that is told. */
const keyChanged = fc
  .record({ id: keyId, account: namedAccount, who, kind: fc.constantFrom(...KEY_ACTS) })
  .map(({ id, account, who, kind }): Told => {
    const base = { ...seenOf(keyName(id), who.seen), source: 'audit-log' } as const;
    const isMade = kind === 'create-key' || kind === 'upload-key';
    const facts = {
      type: 'service-account-key',
      keyId: id,
      account: account.asset.endsWith(account.id) ? account.id : account.email,
      ...(isMade
        ? ({ managedBy: 'user', origin: kind === 'create-key' ? 'created' : 'uploaded' } as const)
        : {}),
      ...(kind === 'disable-key' || kind === 'enable-key' ? { disabled: kind === 'disable-key' } : {}),
    } as const;
    const state: Observation =
      kind === 'delete-key'
        ? { ...base, kind: 'gone', type: 'service-account-key' }
        : { ...base, kind: 'resource', facts, whole: isMade };
    return { observations: [state], acts: [done(kind, keyName(id), who, { account: account.email })] };
  });

/** What was done in a cluster; the state comes by itself, or with the feed. */
const clusterChanged = fc
  .record({
    cluster,
    ksa: ksaName,
    who,
    kind: fc.constantFrom(
      'create-ksa',
      'update-ksa',
      'delete-ksa',
      'create-ksa-token',
      'exec-into-pod',
      'delete-namespace',
      'change-role-binding',
      'change-cluster',
    ),
  })
  .map(({ cluster, ksa, who, kind }): Told => {
    const [namespace = '', name = ''] = ksa.split('/');
    const container = namespaceAsset(cluster, namespace);
    const assets: Partial<Record<ActKind, string>> = {
      'delete-namespace': container,
      'change-role-binding': `${container}/rbac.authorization.k8s.io/rolebindings/deployers`,
      'exec-into-pod': `${container}/pods/web-0`,
      'change-cluster': `//container.googleapis.com/${cluster}`,
    };
    const asset = assets[kind] ?? `${container}/serviceaccounts/${name}`;
    const ended: FactType | undefined =
      kind === 'delete-ksa'
        ? 'kubernetes-service-account'
        : kind === 'delete-namespace'
          ? 'namespace'
          : undefined;
    const gone: readonly Observation[] =
      ended === undefined
        ? []
        : [{ kind: 'gone', type: ended, ...seenOf(asset, who.seen), source: 'audit-log' }];
    return { observations: gone, acts: [done(kind, asset, who)] };
  });

/** A token was made of an account, or something was made to run as it. */
const accountUsed = fc
  .record({
    account: namedAccount,
    who,
    workload: fc.option(ksaName, { nil: undefined }),
    kind: fc.constantFrom('mint-token', 'attach-account'),
  })
  .map(({ account, who, workload, kind }): Told => {
    const principal = `serviceAccount:${POOL}[${workload}]`;
    const actor = workload === undefined ? who.actor : { principal, delegation: [] };
    return {
      observations: [],
      acts: [done(kind, account.asset, { ...who, actor }, { account: account.email })],
    };
  });

/** A provider was changed, in part, by somebody. */
const providerChanged = fc
  .record({
    who,
    project: fc.constantFrom(PROD.id, PROD.number),
    condition: fc.constantFrom('', 'a', 'b', undefined),
    mapping: fc.constantFrom('{}', '{"google.subject":"assertion.sub"}', undefined),
  })
  .map(({ who, project, condition, mapping }): Told => {
    const pool = `projects/${project}/locations/global/workloadIdentityPools/ci`;
    const asset = `//iam.googleapis.com/${pool}/providers/github`;
    const { principal, subject, delegation } = who.actor;
    const state: Observation = {
      kind: 'resource',
      ...seenOf(asset, who.seen),
      source: 'audit-log',
      facts: { type: 'identity-provider', pool, name: 'github', ...present({ condition, mapping }) },
      whole: false,
      by: { principal, delegation, ...present({ subject }) },
    };
    return { observations: [state], acts: [done('change-identity-provider', asset, who)] };
  });

const CNRM: Actor = {
  principal: 'kcc@acme-prod.iam.gserviceaccount.com',
  delegation: [`serviceAccount:${POOL}[cnrm-system/cnrm-controller-manager]`],
};

/** An object of Config Connector was changed; or Config Connector did what one means. */
const connectorChanged = fc
  .record({ asset: resource, cluster, who, changes, isDone: fc.boolean() })
  .map(({ asset, cluster, who, changes, isDone }): Told => {
    const object = `//container.googleapis.com/${cluster}/k8s/namespaces/payments/iam.cnrm.cloud.google.com/iampolicymembers/x`;
    const more = { changes: changesOn(asset, changes) };
    return {
      observations: [],
      acts: [
        isDone
          ? done('set-iam-policy', asset, { ...who, actor: CNRM }, more)
          : done('change-connector-object', object, who, more),
      ],
    };
  });

/** Somebody asked for a grant of Privileged Access Manager, agreed to it or ended it. */
const privilegeChanged = fc
  .record({
    who,
    on: fc.constantFrom(`projects/${PROD.id}`, `projects/${PROD.number}`, 'organizations/123456789012'),
    kind: fc.constantFrom('request-privilege', 'approve-privilege', 'end-privilege'),
    minutes: fc.integer({ min: 1, max: 20 }),
    awaitsApproval: fc.boolean(),
  })
  .map(({ who, on, kind, minutes, awaitsApproval }): Told => {
    const asset = `//privilegedaccessmanager.googleapis.com/${on}/locations/global/entitlements/e/grants/g`;
    const privilege = { lasts: BigInt(minutes) * MINUTE, awaitsApproval };
    return {
      observations: [],
      acts: [done(kind, asset, who, kind === 'request-privilege' ? { privilege } : {})],
    };
  });

const watchChanged = fc
  .record({ asset: watchedResource, who })
  .map(({ asset, who }): Told => ({ observations: [], acts: [done('change-watch', asset, who)] }));

export const entry: fc.Arbitrary<Told> = fc.oneof(
  { weight: 5, arbitrary: policySet },
  { weight: 2, arbitrary: accountChanged },
  { weight: 2, arbitrary: keyChanged },
  { weight: 2, arbitrary: clusterChanged },
  { weight: 2, arbitrary: accountUsed },
  { weight: 1, arbitrary: providerChanged },
  { weight: 1, arbitrary: watchChanged },
  { weight: 2, arbitrary: connectorChanged },
  { weight: 1, arbitrary: privilegeChanged },
);
