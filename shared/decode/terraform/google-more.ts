import type { AssetName } from '../../model/asset.ts';
import { identityProviderAsked } from '../facts/identity-provider.ts';
import { legacyOrgPolicyFacts, orgPolicyFacts, orgPolicyName } from '../facts/org-policy.ts';
import { roleAsked } from '../facts/role.ts';
import { Fields } from '../fields.ts';
import { present } from '../present.ts';
import type { Plan } from './plan.ts';
import { hasUnknown, type TerraformResource } from './resource.ts';
import type { Found } from './target.ts';

/** `google_project_iam_custom_role`, `google_organization_iam_custom_role`. */
export function customRole(plan: Plan, resource: TerraformResource, values: Fields): Found | undefined {
  const id = values.text('role_id');
  const isOfProject = resource.type === 'google_project_iam_custom_role';
  const parent = isOfProject ? plan.projectOf(resource, values) : values.id('org_id');
  if (id === undefined || parent === undefined) return undefined;
  const asset = `//iam.googleapis.com/${isOfProject ? 'projects' : 'organizations'}/${parent}/roles/${id}`;
  const permissions = hasUnknown(resource, 'permissions') ? undefined : (values.raw('permissions') ?? []);
  const role = new Fields(
    { title: values.raw('title'), stage: values.raw('stage'), includedPermissions: permissions },
    values.path,
  );
  return { asset, ...(isOfProject ? { project: parent } : {}), facts: roleAsked(asset, role) };
}

/** `google_iam_workload_identity_pool_provider`. What is not written is not set; what only applying tells is left unsaid. */
export function identityProvider(plan: Plan, resource: TerraformResource, values: Fields): Found | undefined {
  const project = plan.projectOf(resource, values);
  const pool =
    values.text('workload_identity_pool_id') ??
    plan
      .reference(resource, 'workload_identity_pool_id')
      ?.resource.after?.textIfAny('workload_identity_pool_id');
  const id = values.text('workload_identity_pool_provider_id');
  if (project === undefined || pool === undefined || id === undefined) return undefined;
  const asset: AssetName = `//iam.googleapis.com/projects/${project}/locations/global/workloadIdentityPools/${pool.split('/').at(-1)}/providers/${id}`;
  const [oidc] = values.objects('oidc');
  const [aws] = values.objects('aws');
  const [saml] = values.objects('saml');
  const said = new Fields(
    {
      oidc: oidc && { issuerUri: oidc.raw('issuer_uri'), jwksJson: oidc.raw('jwks_json') },
      aws: aws && { accountId: aws.raw('account_id') },
      saml: saml && { idpMetadataXml: saml.raw('idp_metadata_xml') },
      attributeCondition: values.raw('attribute_condition'),
      attributeMapping: values.raw('attribute_mapping'),
      disabled: values.raw('disabled'),
    },
    values.path,
  );
  const isKnown = (argument: string) => !hasUnknown(resource, argument);
  const facts = {
    ...(isKnown('attribute_condition') ? { condition: '' } : {}),
    ...(isKnown('attribute_mapping') ? { mapping: '' } : {}),
    ...(isKnown('oidc') && isKnown('saml') ? { keys: '' } : {}),
    disabled: false,
    ...identityProviderAsked(asset, said),
  };
  return { asset, project, facts };
}

/** `google_org_policy_policy`, whose truth values are texts. */
export function orgPolicy(_plan: Plan, resource: TerraformResource, values: Fields): Found | undefined {
  const name = values.text('name');
  const [, parent, constraint] =
    /^((?:projects|folders|organizations)\/[^/]+)\/policies\/([^/]+)$/.exec(name ?? '') ?? [];
  if (parent === undefined || constraint === undefined || hasUnknown(resource, 'spec')) return undefined;
  const asset = orgPolicyName(parent, constraint);
  const [spec] = values.objects('spec');
  const rules = (spec?.objects('rules') ?? []).map((rule) => {
    const [listed] = rule.objects('values');
    const [condition] = rule.objects('condition');
    return present({
      enforce: switchIn(rule, 'enforce'),
      allowAll: switchIn(rule, 'allow_all') === true || undefined,
      denyAll: switchIn(rule, 'deny_all') === true || undefined,
      values: listed && valuesIn(listed),
      condition: condition && { expression: condition.text('expression') },
    });
  });
  const said = spec && {
    rules,
    inheritFromParent: spec.raw('inherit_from_parent'),
    reset: spec.raw('reset'),
  };
  const data = new Fields({ spec: said }, values.path);
  return { asset, ...projectIn(parent), facts: orgPolicyFacts({ name: asset, asset, data }) };
}

function switchIn(rule: Fields, name: string): boolean | undefined {
  const value = rule.text(name);
  return value === undefined ? undefined : value.toUpperCase() === 'TRUE';
}

function valuesIn(listed: Fields) {
  const allowed = listed.texts('allowed_values');
  const denied = listed.texts('denied_values');
  return {
    ...(allowed.length === 0 ? {} : { allowedValues: allowed }),
    ...(denied.length === 0 ? {} : { deniedValues: denied }),
  };
}

/** The resources of the first version of the API: `google_project_organization_policy` and its like. */
export function legacyOrgPolicy(_plan: Plan, resource: TerraformResource, values: Fields): Found | undefined {
  const parent = parentOf(resource, values);
  const constraint = values.text('constraint');
  if (parent === undefined || constraint === undefined) return undefined;
  const asset = orgPolicyName(parent, constraint);
  const [list] = values.objects('list_policy');
  const [allow] = list?.objects('allow') ?? [];
  const [deny] = list?.objects('deny') ?? [];
  const [switched] = values.objects('boolean_policy');
  const [restored] = values.objects('restore_policy');
  const listPolicy = list && {
    allValues: allow?.flag('all') === true ? 'ALLOW' : deny?.flag('all') === true ? 'DENY' : undefined,
    allowedValues: allow?.texts('values') ?? [],
    deniedValues: deny?.texts('values') ?? [],
    inheritFromParent: list.raw('inherit_from_parent'),
  };
  const policy = new Fields(
    {
      listPolicy,
      booleanPolicy: switched && { enforced: switched.raw('enforced') },
      restoreDefault: restored && {},
    },
    values.path,
  );
  return { asset, ...projectIn(parent), facts: legacyOrgPolicyFacts(asset, policy) };
}

function parentOf({ type }: TerraformResource, values: Fields): string | undefined {
  const [argument, collection] =
    type === 'google_project_organization_policy'
      ? (['project', 'projects'] as const)
      : type === 'google_folder_organization_policy'
        ? (['folder', 'folders'] as const)
        : (['org_id', 'organizations'] as const);
  const said = values.id(argument);
  return said === undefined ? undefined : `${collection}/${said.split('/').at(-1)}`;
}

function projectIn(parent: string): { readonly project?: string } {
  return parent.startsWith('projects/') ? { project: parent.slice('projects/'.length) } : {};
}
