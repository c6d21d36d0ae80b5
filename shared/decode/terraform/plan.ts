import { type Fields, isObject } from '../fields.ts';
import { addressText, readAddress } from './address.ts';
import { Configuration, type Expression } from './configuration.ts';
import { resourcesOf, type TerraformResource, unknownAt } from './resource.ts';

/** Resources that take their project from one another for longer than this go round in a circle. */
const MAX_STEPS = 20;

/** A resource and the attribute of it that is meant; empty for the resource as such. */
export interface Reference {
  readonly resource: TerraformResource;
  readonly attribute: string;
}

/** A plan or a state, with what its values come to where they are not written out yet but plain to see. */
export class Plan {
  readonly resources: readonly TerraformResource[];
  readonly #configuration: Configuration;
  readonly #byAddress: ReadonlyMap<string, TerraformResource>;
  readonly #project: string | undefined;

  /** `project` stands in where neither a resource nor its provider says one. `resources`: those meant, when not as they will be. */
  constructor(json: Fields, project: string | undefined, resources = resourcesOf(json)) {
    this.#project = project;
    this.resources = resources;
    this.#configuration = new Configuration(json);
    this.#byAddress = new Map(
      this.resources
        .filter(({ after }) => after !== undefined)
        .map((resource) => [resource.address, resource]),
    );
  }

  /** How an argument is written, where there is a configuration. */
  expression(resource: TerraformResource, path: readonly (string | number)[]): Expression | undefined {
    const found = readAddress(resource.address);
    return found === undefined ? undefined : this.#configuration.expression(found.address, path);
  }

  /** The resources' attributes an argument refers to; undefined for what is none or takes more than following. */
  references(
    resource: TerraformResource,
    path: readonly (string | number)[],
  ): readonly (Reference | undefined)[] {
    const modules = readAddress(resource.address)?.address.modules ?? [];
    return (this.expression(resource, path)?.references ?? []).map((reference) => {
      const resolved = this.#configuration.resolve(reference, modules);
      if (resolved?.kind !== 'attribute') return undefined;
      const target = this.#byAddress.get(addressText(resolved.modules, resolved.local));
      return target === undefined ? undefined : { resource: target, attribute: resolved.attribute };
    });
  }

  /** The one resource that an argument, known only after apply, refers to. */
  reference(resource: TerraformResource, ...path: readonly (string | number)[]): Reference | undefined {
    if (unknownAt(resource.unknown, path) !== true) return undefined;
    const references = this.references(resource, path);
    return references.length === 1 ? references[0] : undefined;
  }

  /** The id of the project a resource lies in: its own word, else that of what it refers to, else what the provider is set to. */
  projectOf(resource: TerraformResource, values: Fields, steps = 0): string | undefined {
    const own = values.text('project');
    if (own !== undefined) return own.replace(/^projects\//, '');
    const found = readAddress(resource.address);
    if (found === undefined || steps > MAX_STEPS) return undefined;
    if (this.expression(resource, ['project']) === undefined) {
      const provider = this.#configuration.providerProject(found.address);
      return provider.isSaid ? provider.project : this.#project;
    }
    const referred = this.reference(resource, 'project');
    const target = referred?.resource.after;
    // An expression that cannot be followed stands for some other project than the provider's.
    if (referred === undefined || target === undefined) return undefined;
    if (referred.resource.type === 'google_project') return target.text('project_id');
    return referred.attribute === 'project'
      ? this.projectOf(referred.resource, target, steps + 1)
      : undefined;
  }

  /** The e-mail of a `google_service_account`, which follows from its arguments before there is one. */
  emailOf(account: TerraformResource, values: Fields): string | undefined {
    const email = values.text('email');
    if (email !== undefined) return email.toLowerCase();
    const id = values.text('account_id');
    const project = this.projectOf(account, values);
    if (id === undefined || project === undefined) return undefined;
    // A project of a domain, `acme.example:web`, stands the other way round in an e-mail.
    const [domain, name] = project.includes(':') ? project.split(':', 2) : [undefined, project];
    return `${id}@${name}${domain === undefined ? '' : `.${domain}`}.iam.gserviceaccount.com`.toLowerCase();
  }

  /** The e-mail that an attribute of a service account stands for, alone or in a longer name of it. */
  referredEmail(reference: Reference | undefined, attributes: readonly string[]): string | undefined {
    if (reference?.resource.type !== 'google_service_account' || !attributes.includes(reference.attribute))
      return undefined;
    const { resource } = reference;
    return resource.after === undefined ? undefined : this.emailOf(resource, resource.after);
  }
}

/** Whether this is what `terraform show -json` prints, of a plan or of a state. Of an empty state that is its version alone. */
export function isTerraform(value: unknown): value is Fields['values'] {
  if (!isObject(value) || typeof value.format_version !== 'string') return false;
  return (
    typeof value.terraform_version === 'string' ||
    isObject(value.values) ||
    isObject(value.planned_values) ||
    Object.keys(value).length === 1
  );
}
