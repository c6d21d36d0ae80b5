/** Small plans of our own, true to `terraform show -json` (format 1.2): the tests put resources into them. */
import { decodeTerraform } from '../../shared/decode/terraform/decode-terraform.ts';
import type { Decoded } from '../../shared/model/decoded.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { CONTEXT } from './payloads.ts';

type Json = Readonly<Record<string, unknown>>;

export interface Planned {
  /** `google_service_account.app`, in a module `module.m.google_service_account.app`. */
  readonly address: string;
  /** Values after apply; null when it is to be deleted. */
  readonly after: Json | null;
  readonly before?: Json;
  readonly unknown?: Json;
  readonly actions?: readonly string[];
  /** Arguments whose value the configuration does not hold: what they refer to. */
  readonly refers?: Readonly<Record<string, readonly string[] | Json | readonly Json[]>>;
}

/** A plan of resources of the root module, whose provider is set to acme-prod unless `extra` says otherwise. */
export function plan(resources: readonly Planned[], extra: Json = {}): Json {
  return {
    format_version: '1.2',
    terraform_version: '1.9.8',
    planned_values: {
      root_module: {
        resources: resources
          .filter(({ after }) => after !== null)
          .map(({ address, after }) => ({ ...named(address), values: after })),
      },
    },
    resource_changes: resources.map((resource) => ({
      ...named(resource.address),
      change: {
        actions: resource.actions ?? [resource.after === null ? 'delete' : 'create'],
        before: resource.before ?? null,
        after: resource.after,
        after_unknown: resource.unknown ?? {},
      },
    })),
    configuration: {
      provider_config: {
        google: { name: 'google', expressions: { project: { constant_value: 'acme-prod' } } },
      },
      root_module: { resources: resources.map(configured) },
    },
    ...extra,
  };
}

export function configured({ address, refers = {} }: Planned): Json {
  const [type, name] = typeAndName(address);
  return {
    address: `${type}.${name}`,
    mode: 'managed',
    type,
    name,
    provider_config_key: 'google',
    expressions: Object.fromEntries(
      Object.entries(refers).map(([argument, to]) => [
        argument,
        Array.isArray(to) && to.every((one) => typeof one === 'string') ? { references: to } : to,
      ]),
    ),
  };
}

function typeAndName(address: string): readonly (string | undefined)[] {
  return (/([^.[\]"]+)\.([^.[\]"]+)(?:\["[^"]*"\])?$/.exec(address) ?? []).slice(1);
}

function named(address: string): Json {
  const [type, name] = typeAndName(address);
  return { address, mode: 'managed', type, name, provider_name: 'registry.terraform.io/hashicorp/google' };
}

export function decoded(resources: readonly Planned[], extra: Json = {}): readonly Decoded[] {
  return decodeTerraform(plan(resources, extra), CONTEXT).decoded;
}

/** What the news says, in a line each; what is no news with its reason. */
export function told(answers: readonly Decoded[]): readonly string[] {
  return answers.flatMap((answer) =>
    answer.kind === 'news' ? answer.observations.flatMap(lines) : [`${answer.kind}: ${answer.why}`],
  );
}

function lines(observation: Observation): readonly string[] {
  switch (observation.kind) {
    case 'policy':
      return observation.grants.map(({ role, member }) => `= ${role} ${member} on ${observation.asset}`);
    case 'policy-delta':
      return observation.changes.map(
        ({ action, grant: { role, member, condition } }) =>
          `${action === 'add' ? '+' : '-'} ${role} ${member} on ${observation.asset}${condition === undefined ? '' : ` if ${condition.expression}`}`,
      );
    case 'gone':
      return [`gone ${observation.type} ${observation.asset}`];
    case 'resource':
      return [`${observation.facts.type} ${observation.asset}`];
    default:
      return [observation.kind];
  }
}
