import { Gathered, Inventory } from '../inventory/inventory.ts';
import { keyName, projectOf, projectOfEmail } from '../model/asset.ts';
import { type Grant, grantKey, grantOf } from '../model/grant.ts';
import type { Observation } from '../model/observation.ts';
import { type Nanos, SECOND } from '../model/time.ts';
import { isGlob } from '../policy/glob.ts';
import { resourceNamed } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import type { Override } from '../policy/tests.ts';
import type { Base } from './base.ts';
import { ksaNamed, memberNamed, TestFault } from './names.ts';

/**
 * The base as it would have been exported with the override in it. What an override takes away was never there: a test is about a state,
 * not about a change. Throws `TestFault` for what the base does not have.
 */
export function overridden(base: Base, override: Override | undefined, policy: Policy): Gathered {
  const room = new Room(base, policy);
  for (const binding of override?.bindings?.remove ?? []) room.unbind(binding);
  for (const binding of override?.bindings?.add ?? []) room.bind(binding);
  for (const annotation of override?.annotations?.remove ?? []) room.annotate({ ...annotation, gsa: '' });
  for (const annotation of override?.annotations?.set ?? []) room.annotate(annotation);
  for (const key of override?.keys?.remove ?? []) room.removeKey(key);
  for (const [i, key] of (override?.keys?.add ?? []).entries()) room.addKey(key, i);
  return room.gathered(base);
}

type Binding = NonNullable<NonNullable<Override['bindings']>['add']>[number];
type Annotation = NonNullable<NonNullable<Override['annotations']>['set']>[number];
type Key = NonNullable<NonNullable<Override['keys']>['add']>[number];

class Room {
  #observations: readonly Observation[];
  readonly #aliases: Inventory['aliases'];
  readonly #policy: Policy;
  readonly #now: Nanos;

  constructor(base: Base, policy: Policy) {
    const gathered = new Gathered();
    for (const observation of base.observations)
      if (observation.kind === 'alias') gathered.observe(observation);
    this.#observations = base.observations;
    this.#aliases = new Inventory(gathered).aliases;
    this.#policy = policy;
    this.#now = base.newest + SECOND;
  }

  gathered({ acts, coverage }: Base): Gathered {
    const gathered = new Gathered();
    for (const observation of this.#observations) gathered.observe(observation);
    for (const act of acts) gathered.act(act);
    for (const one of coverage) gathered.cover(one);
    return gathered;
  }

  bind(binding: Binding): void {
    const grant = this.#grant(binding);
    let isPut = false;
    this.#observations = this.#observations.map((one) => {
      if (one.kind !== 'policy' || this.#canonical(one.asset) !== grant.resource) return one;
      isPut = true;
      return { ...one, grants: [...one.grants, { ...grant, resource: one.asset }] };
    });
    if (isPut) return;
    // The base does not show this policy: one grant of it is known now, and the rest is as unknown as before.
    this.#add({ ...this.#seen(grant.resource), kind: 'policy-delta', changes: [{ action: 'add', grant }] });
  }

  unbind(binding: Binding): void {
    const key = grantKey(this.#grant(binding));
    let isFound = false;
    this.#observations = this.#observations.map((one) => {
      if (one.kind !== 'policy') return one;
      const resource = this.#canonical(one.asset);
      const kept = one.grants.filter((grant) => grantKey({ ...grant, resource }) !== key);
      if (kept.length === one.grants.length) return one;
      isFound = true;
      return { ...one, grants: kept };
    });
    if (!isFound)
      throw new TestFault(
        `the base has no ${binding.role} on ${binding.on} for ${binding.identity ?? binding.member}`,
      );
  }

  annotate({ identity, cluster, gsa }: Annotation): void {
    const { pool, namespace, name } = ksaNamed(identity, this.#policy);
    const path = cluster === undefined ? undefined : clusterPath(cluster);
    let isFound = false;
    this.#observations = this.#observations.map((one) => {
      if (one.kind !== 'resource' || one.facts.type !== 'kubernetes-service-account') return one;
      const { facts } = one;
      if (facts.namespace !== namespace || facts.name !== name) return one;
      if (path !== undefined && facts.cluster !== path) return one;
      isFound = true;
      return { ...one, facts: { ...facts, annotation: gsa } };
    });
    if (isFound) return;
    if (gsa === '')
      throw new TestFault(`the base has no service account ${namespace}/${name} to take an annotation from`);
    const home = path ?? this.#policy.pools.find((trusted) => trusted.pool === pool)?.clusters[0];
    if (home === undefined)
      throw new TestFault(`${pool} has no cluster in the policy: give the annotation a \`cluster\``);
    const asset = `//container.googleapis.com/${home}/k8s/namespaces/${namespace}/serviceaccounts/${name}`;
    this.#add({
      ...this.#seen(asset),
      kind: 'resource',
      whole: true,
      facts: { type: 'kubernetes-service-account', cluster: home, namespace, name, annotation: gsa },
    });
  }

  addKey({ serviceAccount, id }: Key, number: number): void {
    exact(serviceAccount);
    const keyId = id ?? String(number + 1).padStart(40, '0');
    const asset = keyName(keyId);
    const project = projectOfEmail(serviceAccount);
    this.#add({
      ...this.#seen(asset, project),
      kind: 'resource',
      whole: true,
      facts: {
        type: 'service-account-key',
        keyId,
        account: this.#aliases.account(serviceAccount),
        managedBy: 'user',
        origin: 'created',
        disabled: false,
      },
    });
  }

  removeKey({ serviceAccount, id }: Key): void {
    const account = this.#aliases.account(exact(serviceAccount));
    const kept = this.#observations.filter((one) => {
      if (one.kind !== 'resource' || one.facts.type !== 'service-account-key') return true;
      const { keyId, account: of = '', managedBy } = one.facts;
      if (this.#aliases.account(of) !== account) return true;
      return id === undefined ? managedBy !== 'user' : keyId !== id;
    });
    if (kept.length === this.#observations.length)
      throw new TestFault(
        `the base has no such key of ${serviceAccount}${id === undefined ? '' : `: ${id}`}`,
      );
    this.#observations = kept;
  }

  #grant({ role, on, identity, member, condition }: Binding): Grant {
    const resource = isGlob(on) || on.includes('<') ? undefined : resourceNamed(on);
    if (resource === undefined) throw new TestFault(`\`${on}\` is no single resource`);
    const holder = member ?? memberNamed(identity ?? '', this.#policy);
    return grantOf(
      this.#canonical(resource),
      role,
      holder,
      condition === undefined ? undefined : { expression: condition },
    );
  }

  #canonical(name: string): string {
    return this.#aliases.canonical(name);
  }

  #add(observation: Observation): void {
    this.#observations = [...this.#observations, observation];
  }

  /** What every observation says of itself; where a thing lies, other things of its project tell. */
  #seen(asset: string, project = projectOf(asset)) {
    const number = project === undefined ? undefined : this.#aliases.project(project);
    const near = this.#observations.find(
      (one) => one.ancestors.length > 0 && one.ancestors[0] === `projects/${number}`,
    );
    return { asset, time: this.#now, source: 'scan', ancestors: near?.ancestors ?? [] } as const;
  }
}

function exact(email: string): string {
  if (isGlob(email)) throw new TestFault(`\`${email}\` is no single account`);
  return email;
}

function clusterPath(cluster: string): string {
  const [project, location, name] = cluster.split('/');
  return `projects/${project}/locations/${location}/clusters/${name}`;
}
