/** One rule of a Kubernetes role: these verbs, on these resources of these API groups (kubernetes.io: PolicyRule). */
export interface RbacRule {
  readonly verbs: readonly string[];
  /** `core` for the core group, `*` for all. */
  readonly groups: readonly string[];
  /** `pods`, `pods/exec`, `*`, `pods/*`. */
  readonly resources: readonly string[];
  /** Only on objects of these names; empty: on all. */
  readonly names: readonly string[];
}

/** A rule as facts hold it: `create,patch apps deployments` and, where it names objects, these after another space. */
export function ruleText({ verbs, groups, resources, names }: RbacRule): string {
  const parts = [verbs, groups, resources, ...(names.length === 0 ? [] : [names])];
  return parts.map((items) => [...new Set(items)].sort().map(escaped).join(',')).join(' ');
}

/** Reads what `ruleText` wrote, a rule a line. */
export function parseRules(lines: string): readonly RbacRule[] {
  if (lines === '') return [];
  return lines.split('\n').map((line) => {
    const [verbs = [], groups = [], resources = [], names = []] = line
      .split(' ')
      .map((items) => items.split(',').map(decodeURIComponent));
    return { verbs, groups, resources, names };
  });
}

/** The API server takes any text for a verb or a name: none may read as two. */
function escaped(item: string): string {
  return item.replace(/[\s,%]/g, encodeURIComponent);
}

/** Who is bound, as facts of role bindings hold it: `User/jane@acme.example`, `Group/devs@acme.example`, `ServiceAccount/ns/name`. */
export interface RbacSubject {
  readonly kind: 'User' | 'Group' | 'ServiceAccount';
  readonly name: string;
  /** Of service accounts; empty where the binding names none. */
  readonly namespace: string;
}

/** Reads one line of them; `undefined` for kinds that Kubernetes does not know. */
export function parseRbacSubject(line: string): RbacSubject | undefined {
  const slash = line.indexOf('/');
  const [kind, name] = [line.slice(0, slash), line.slice(slash + 1)];
  if (kind === 'User' || kind === 'Group') return { kind, name, namespace: '' };
  if (kind !== 'ServiceAccount') return undefined;
  const at = name.indexOf('/');
  return { kind, namespace: name.slice(0, at), name: name.slice(at + 1) };
}
