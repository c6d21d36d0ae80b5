import type { NodePoolFact } from '../inventory/facts.ts';
import type { View } from '../inventory/view.ts';
import { projectName } from '../model/asset.ts';
import { shortEmail } from '../model/principal.ts';

/** Who the nodes of a pool are, and what whoever gets one of their tokens can do. */
export interface NodeAccount {
  /** As people say it. */
  readonly label: string;
  /** Absent where it is the default account of a project whose number nobody told. */
  readonly email: string | undefined;
  readonly isDefault: boolean;
  readonly worth: Worth;
  /** A sentence on what it holds, to stand after another. */
  readonly words: string;
}

/** `basic`: Owner or Editor; `more`: more than a node needs; `little`: what a node needs. */
export type Worth = 'basic' | 'more' | 'little' | 'unknown';

/** What a node needs (kubernetes-engine/docs/how-to/hardening-your-cluster: "Use least privilege IAM service accounts"). */
const NODE_ROLES: ReadonlySet<string> = new Set([
  'roles/container.defaultNodeServiceAccount',
  'roles/container.nodeServiceAccount',
  'roles/logging.logWriter',
  'roles/monitoring.metricWriter',
  'roles/monitoring.viewer',
  'roles/stackdriver.resourceMetadata.writer',
  'roles/autoscaling.metricsWriter',
  'roles/artifactregistry.reader',
]);

const BASIC: ReadonlySet<string> = new Set(['roles/owner', 'roles/editor']);

/** Scopes that leave little of a role: what GKE gave nodes before it gave them `cloud-platform`. */
const NARROW_SCOPE =
  /\/auth\/(devstorage\.read_only|logging\.write|monitoring(\.write)?|service\.management\.readonly|servicecontrol|trace\.append|userinfo\.email)$/;

const MOST_SHOWN = 4;

/** The account of a pool's nodes; nothing where nobody told which that is. */
export function nodeAccount(
  { serviceAccount, cluster, scopes }: NodePoolFact,
  view: View,
): NodeAccount | undefined {
  if (serviceAccount === undefined) return undefined;
  const home = cluster.split('/')[1]!;
  const email =
    serviceAccount === 'default' ? defaultAccountOf(home, view) : view.account(serviceAccount).email;
  const known = email ?? (serviceAccount.includes('@') ? serviceAccount.toLowerCase() : undefined);
  const isDefault = serviceAccount === 'default' || /^\d+-compute@developer\./.test(known ?? '');
  const label = isDefault ? 'the Compute Engine default account' : shortEmail(known ?? serviceAccount);
  const { worth, roles } = worthOf(known, home, view);
  const isNarrow = scopes?.every((scope) => NARROW_SCOPE.test(scope)) === true;
  return {
    label,
    email: known,
    isDefault,
    worth: isNarrow ? NARROWED[worth] : worth,
    words: ` ${rolesWords(roles, worth)}${
      isNarrow && worth !== 'little'
        ? ' The scopes of its nodes leave little of that: they read buckets, and write logs and metrics.'
        : ''
    }`,
  };
}

/** A narrow scope keeps all but the reading of buckets from whoever has the token; of an account nobody knows that says nothing. */
const NARROWED: Readonly<Record<Worth, Worth>> = {
  basic: 'more',
  more: 'little',
  little: 'little',
  unknown: 'unknown',
};

/** Outside of the universe of Google Cloud its domain is another, which nothing tells: such a project has a prefix. */
function defaultAccountOf(project: string, view: View): string | undefined {
  const names = view.spellings(projectName(project)).map((name) => name.split('/').at(-1)!);
  const number = names.find((name) => /^\d+$/.test(name));
  return number === undefined || names.some((name) => /^[^.]+:/.test(name))
    ? undefined
    : `${number}-compute@developer.gserviceaccount.com`;
}

function worthOf(
  email: string | undefined,
  home: string,
  view: View,
): { readonly worth: Worth; readonly roles: readonly string[] } {
  if (email === undefined) return { worth: 'unknown', roles: [] };
  const held = view.heldBy({ kind: 'gsa', email }).filter((fact) => view.givesAccess(fact));
  const roles = [...new Set(held.map(({ grant }) => grant.role))].sort();
  if (roles.some((role) => BASIC.has(role))) return { worth: 'basic', roles };
  if (roles.some((role) => !NODE_ROLES.has(role))) return { worth: 'more', roles };
  const isRead = view.policyKnown(projectName(home), 'cloudresourcemanager.googleapis.com/Project');
  return { worth: isRead ? 'little' : 'unknown', roles };
}

function rolesWords(roles: readonly string[], worth: Worth): string {
  if (worth === 'unknown')
    return 'What that account holds is not known: the policy of the project has not been read, and Editor is what many organisations leave it.';
  if (roles.length === 0) return 'The account holds no role that is known.';
  const rest = roles.length - MOST_SHOWN;
  return `The account holds ${roles.slice(0, MOST_SHOWN).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}.`;
}
