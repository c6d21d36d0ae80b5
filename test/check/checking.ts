/** Checks a change of a few lines: resources of a plan, manifests in YAML, onto a small world. */
import type { ChangeItem } from '../../shared/check/change.ts';
import { type Checked, check, type EdgeChange } from '../../shared/check/check.ts';
import { readChange } from '../../shared/check/read-change.ts';
import { parseYaml } from '../../shared/decode/input/parse-yaml.ts';
import { Gathered, type Known } from '../../shared/inventory/inventory.ts';
import type { Observation } from '../../shared/model/observation.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import { type Planned, plan } from '../decode/terraform-plan.ts';
import { account, CLUSTER, iam, known, ksa, member, NOW, POLICY, WI } from '../world.ts';

export const API = 'api@acme-prod.iam.gserviceaccount.com';
export const API_ID = '100000000000000000001';
export const ON_API = `projects/acme-prod/serviceAccounts/${API}`;

interface Change {
  readonly plan?: readonly Planned[];
  readonly yaml?: string;
  /** When the plan was made, as its own word. */
  readonly timestamp?: string;
  /** Manifests that are taken away. */
  readonly gone?: string;
}

export function itemsOf({ plan: resources, yaml, gone, timestamp }: Change): readonly ChangeItem[] {
  const context = { receivedAt: NOW, cluster: CLUSTER };
  const planned =
    resources === undefined
      ? []
      : readChange(
          {
            value: plan(resources, timestamp === undefined ? {} : { timestamp }),
            where: { file: 'plan.json', line: 1 },
          },
          context,
        ).items;
  const manifests = [
    { text: yaml, isGone: false },
    { text: gone, isGone: true },
  ].flatMap(({ text, isGone }) =>
    text === undefined
      ? []
      : [...parseYaml('app.yaml', text, true)].flatMap((item) =>
          'value' in item ? readChange(item, context, isGone).items : [],
        ),
  );
  return [...planned, ...manifests];
}

export function checked(change: Change, base: Known = new Gathered(), policy: Policy = POLICY): Checked {
  return check({ base, items: itemsOf(change), policy, asOf: NOW, from: NOW + 1n });
}

/** `payments/api as api: none -> bound`. */
export function edgeLines({ edges }: { readonly edges: readonly EdgeChange[] }): readonly string[] {
  return edges.map(({ ksa: { namespace, name }, gsa, before, after, why }) => {
    const as = gsa === undefined ? '' : ` as ${gsa.split('@')[0]}`;
    return `${namespace}/${name}${as}: ${before} -> ${after}${why === undefined ? '' : ` (${why})`}`;
  });
}

export function detectorsOf(caused: Checked['caused']): readonly string[] {
  return caused.map(({ finding }) => finding.detector).sort();
}

/** payments/api as it is declared: KSA, account, and the binding between them. */
export function whole(...more: readonly Observation[]): Known {
  return known({
    observations: [
      ...account(API, API_ID),
      iam(`//iam.googleapis.com/projects/-/serviceAccounts/${API_ID}`, [[WI, member('payments/api')]]),
      ksa('payments/api', API),
      ...more,
    ],
  });
}

export function ksaYaml(name: string, annotation: string | undefined, extra = ''): string {
  const [namespace, short] = name.split('/');
  return `apiVersion: v1
kind: ServiceAccount
metadata:
  name: ${short}
  namespace: ${namespace}
${annotation === undefined ? '' : `  annotations:\n    iam.gke.io/gcp-service-account: ${annotation}\n`}${extra}`;
}

/** A binding of a KSA on an account, as a plan makes it. */
export function bindingOf(ksaName: string, more: Partial<Planned> = {}): Planned {
  return {
    address: 'google_service_account_iam_member.api',
    after: { service_account_id: ON_API, role: WI, member: member(ksaName), condition: [] },
    ...more,
  };
}
