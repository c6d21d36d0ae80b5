import type { AssetName } from '../../model/asset.ts';
import type { Decoded } from '../../model/decoded.ts';
import type { Observation } from '../../model/observation.ts';
import type { DecodeContext } from '../answer.ts';
import { contentId } from '../content-id.ts';
import type { Plan } from './plan.ts';
import type { TerraformResource } from './resource.ts';

/** A plan being read: what its resources share, and what is to be said about them beside the news. */
export class Reading {
  readonly plan: Plan;
  readonly context: DecodeContext;
  readonly #notes: string[] = [];

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
