import type { AssetName } from '../../model/asset.ts';
import type { Decoded } from '../../model/decoded.ts';
import type { Observation } from '../../model/observation.ts';
import type { DecodeContext } from '../answer.ts';
import { contentId } from '../content-id.ts';
import type { UnknownArgument } from '../intent.ts';
import type { Plan } from './plan.ts';
import type { WholeRole } from './planned.ts';
import type { TerraformResource } from './resource.ts';

/** A plan being read: what its resources share, and what is to be said about them beside the news. */
export class Reading {
  readonly plan: Plan;
  readonly context: DecodeContext;
  readonly #notes: string[] = [];
  readonly #unknown = new Map<string, UnknownArgument[]>();
  readonly #wholeRoles = new Map<string, WholeRole>();

  constructor(plan: Plan, context: DecodeContext) {
    this.plan = plan;
    this.context = context;
  }

  get notes(): readonly string[] {
    return this.#notes;
  }

  /** Notes are counted by their words, so that they name the type and not the resource. */
  note(what: string, type: string, times = 1): void {
    for (let i = 0; i < times; i++) this.#notes.push(`terraform: ${what}: ${type}`);
  }

  /** An argument of a resource that only applying tells. */
  leaveOut(address: string, unknown: UnknownArgument): void {
    this.#unknown.set(address, [...(this.#unknown.get(address) ?? []), unknown]);
  }

  unknownOf(address: string): readonly UnknownArgument[] {
    return this.#unknown.get(address) ?? [];
  }

  /** A role that will have these members and no others. */
  wholeRole(address: string, role: WholeRole): void {
    this.#wholeRoles.set(address, role);
  }

  wholeRoleOf(address: string): WholeRole | undefined {
    return this.#wholeRoles.get(address);
  }

  /** What every observation carries. Terraform dates nothing: what it says holds from when it is read. */
  seen(asset: AssetName, project: string | undefined) {
    const { receivedAt, source = 'scan' } = this.context;
    return {
      asset,
      time: receivedAt,
      source,
      ancestors: project === undefined ? [] : [`projects/${project}`],
    } as const;
  }

  /** Equal for equal values of a resource, whenever they are read. */
  news(resource: TerraformResource, observations: readonly Observation[]): Decoded {
    const { address, type, before, after } = resource;
    const id = contentId('terraform', address, type, before?.values ?? null, after?.values ?? null);
    return { kind: 'news', id, time: this.context.receivedAt, observations, acts: [] };
  }
}
