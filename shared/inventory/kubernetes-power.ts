import type { RbacRule } from '../model/rbac.ts';

/** By what a role of Kubernetes lets its holder become a KSA, the plainest first. */
export type KubernetesPower =
  | 'token'
  | 'pods'
  | 'workloads'
  | 'exec'
  | 'impersonate'
  | 'escalate'
  | 'nodes'
  | 'webhooks'
  | 'secrets';

/** The KSA that is to be become, and where the role holds. */
export interface PowerOver {
  readonly ksa: string;
  /** Whether it exists in that cluster: else it must be made first. */
  readonly exists: boolean;
  /** Whether the role holds in the whole cluster, and not in the namespace of the KSA alone. */
  readonly clusterWide: boolean;
}

const WRITES = ['create', 'update', 'patch'] as const;
/** What makes pods, by group (kubernetes.io API reference). */
const CONTROLLERS: readonly (readonly [group: string, resources: readonly string[]])[] = [
  ['apps', ['deployments', 'statefulsets', 'daemonsets', 'replicasets']],
  ['batch', ['jobs', 'cronjobs']],
  ['core', ['replicationcontrollers']],
];

/**
 * The plainest way in which the rules of one role let their holder become a KSA; `undefined` when they do not. Rules of several roles are not
 * put together. A token of the old kind, which lies in a Secret, is the KSA for the cluster alone.
 */
export function powerOf(rules: readonly RbacRule[], over: PowerOver): KubernetesPower | undefined {
  const may: May = (verbs, group, resource, name) =>
    rules.some((rule) => verbs.some((verb) => allows(rule, verb, group, resource, name)));
  const { ksa, exists, clusterWide } = over;
  if (exists || may(['create'], 'core', 'serviceaccounts')) {
    if (may(['create'], 'core', 'serviceaccounts/token', ksa)) return 'token';
    if (may(['create'], 'core', 'pods')) return 'pods';
    // Whoever may change one workload has it run as another KSA, so the names of workloads do not narrow it.
    for (const [group, resources] of CONTROLLERS)
      for (const resource of resources) if (may(WRITES, group, resource, ANY_NAME)) return 'workloads';
  }
  if (exists) {
    // Of a pod that runs, the image may be changed and little else.
    if (may(['update', 'patch'], 'core', 'pods', ANY_NAME)) return 'workloads';
    // Over WebSockets both are a GET (kubectl 1.30 and later).
    if (['pods/exec', 'pods/attach'].some((resource) => may(['create', 'get'], 'core', resource, ANY_NAME)))
      return 'exec';
    if (may(['update', 'patch'], 'core', 'pods/ephemeralcontainers', ANY_NAME)) return 'exec';
  }
  if (may(['impersonate'], 'core', 'serviceaccounts', ksa)) return 'impersonate';
  if (clusterWide && ['users', 'groups'].some((resource) => may(['impersonate'], 'core', resource)))
    return 'impersonate';
  if (givesOutRoles(may, clusterWide)) return 'escalate';
  if (clusterWide && exists && may(['create', 'get'], 'core', 'nodes/proxy', ANY_NAME)) return 'nodes';
  if (clusterWide && exists && may(WRITES, WEBHOOKS, 'mutatingwebhookconfigurations', ANY_NAME))
    return 'webhooks';
  return exists && may(['get', 'list', 'watch'], 'core', 'secrets') ? 'secrets' : undefined;
}

const RBAC = 'rbac.authorization.k8s.io';
const WEBHOOKS = 'admissionregistration.k8s.io';
/** Whatever name the rule gives will do. */
const ANY_NAME = Symbol('any name');

type Name = string | typeof ANY_NAME | undefined;
type May = (verbs: readonly string[], group: string, resource: string, name?: Name) => boolean;

/** To write a role beyond one's own, or to bind one: the API server lets nobody do either without these verbs (kubernetes.io: RBAC good practices). */
function givesOutRoles(may: May, clusterWide: boolean): boolean {
  const scopes = clusterWide ? ['', 'cluster'] : [''];
  return scopes.some(
    (scope) =>
      (may(['escalate'], RBAC, `${scope}roles`, ANY_NAME) && may(WRITES, RBAC, `${scope}roles`, ANY_NAME)) ||
      (may(WRITES, RBAC, `${scope}rolebindings`, ANY_NAME) &&
        ['roles', 'clusterroles'].some((resource) =>
          ['', ...STRONG].some((name) => may(['bind'], RBAC, resource, name === '' ? undefined : name)),
        )),
  );
}

/** Roles that Kubernetes comes with and that are worth binding. */
const STRONG = ['cluster-admin', 'admin', 'edit'];

/** As the API server decides it (kubernetes/pkg/apis/rbac/v1/evaluation_helpers.go): stars stand alone or before a subresource. */
function allows(rule: RbacRule, verb: string, group: string, resource: string, name: Name): boolean {
  const [, subresource] = resource.split('/');
  return (
    has(rule.verbs, verb) &&
    has(rule.groups, group) &&
    (has(rule.resources, resource) ||
      (subresource !== undefined && rule.resources.includes(`*/${subresource}`))) &&
    (rule.names.length === 0 || name === ANY_NAME || (name !== undefined && rule.names.includes(name)))
  );
}

function has(items: readonly string[], item: string): boolean {
  return items.includes(item) || items.includes('*');
}

/**
 * The roles that Kubernetes comes with (kubernetes.io: user-facing and discovery roles), as far as they matter here: for clusters whose own
 * have not been read. `undefined` for any other.
 */
export function defaultRules(clusterRole: string): readonly RbacRule[] | undefined {
  return DEFAULTS.get(clusterRole);
}

const EDIT: readonly RbacRule[] = [
  { verbs: ['*'], groups: ['apps', 'batch'], resources: ['*'], names: [] },
  {
    verbs: ['create', 'update', 'patch'],
    groups: ['core'],
    resources: ['pods', 'serviceaccounts'],
    names: [],
  },
  { verbs: ['create'], groups: ['core'], resources: ['serviceaccounts/token', 'pods/exec'], names: [] },
  { verbs: ['impersonate'], groups: ['core'], resources: ['serviceaccounts'], names: [] },
  { verbs: ['get', 'list', 'watch'], groups: ['core'], resources: ['secrets'], names: [] },
];

const DEFAULTS: ReadonlyMap<string, readonly RbacRule[]> = new Map([
  ['cluster-admin', [{ verbs: ['*'], groups: ['*'], resources: ['*'], names: [] }]],
  ['admin', EDIT],
  ['edit', EDIT],
  ['view', []],
  ['system:basic-user', []],
  ['system:discovery', []],
  ['system:public-info-viewer', []],
  ['system:service-account-issuer-discovery', []],
]);
