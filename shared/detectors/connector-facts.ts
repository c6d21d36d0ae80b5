import type { View } from '../inventory/view.ts';
import type { Act } from '../model/act.ts';
import { grantKey } from '../model/grant.ts';
import { parseSubjectName } from '../model/principal.ts';
import { MINUTE } from '../model/time.ts';

/** The clocks of a cluster and of Google agree no better than this. */
const CLOCKS_APART = MINUTE;

/**
 * The change of an object that made Config Connector do this: the last one before it that means one of the grants that it changed; nothing
 * where it was somebody else, or no such change was seen. The audit entry of what Config Connector does names its own account alone.
 */
export function meantBy(act: Act, view: View): Act | undefined {
  if (!act.actor.delegation.some(isController)) return undefined;
  const keyOf = ({ action, grant }: Act['changes'][number]) =>
    `${action} ${grantKey({ ...grant, resource: view.canonical(grant.resource) })}`;
  const done = new Set(act.changes.map(keyOf));
  return view
    .meantFor(act.asset)
    .filter(
      ({ time, changes }) => time <= act.time + CLOCKS_APART && changes.some((one) => done.has(keyOf(one))),
    )
    .toSorted((a, b) => (a.time !== b.time ? (a.time > b.time ? -1 : 1) : a.id < b.id ? -1 : 1))[0];
}

/** A KSA of Config Connector, in any pool: whether that one is trusted is for the policy to say. */
function isController(name: string): boolean {
  const who = parseSubjectName(name);
  return who.kind === 'ksa' && who.namespace === 'cnrm-system';
}

/** `IAMPolicyMember payments/reader`, of the object that an act was done to. */
export function connectorLabel({ asset }: Act): string {
  const [, namespace = '', plural = '', name = ''] =
    /\/k8s\/namespaces\/([^/]+)\/[^/]+\/([^/]+)\/([^/]+)$/.exec(asset) ?? [];
  return `${KINDS[plural] ?? plural} ${namespace}/${name}`;
}

const KINDS: Readonly<Record<string, string>> = {
  iampolicymembers: 'IAMPolicyMember',
  iampartialpolicies: 'IAMPartialPolicy',
  iampolicies: 'IAMPolicy',
};
