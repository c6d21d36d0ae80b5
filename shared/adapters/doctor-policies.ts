import { z } from 'zod';
import type { AssetName } from '../model/asset.ts';
import type { Reading, RoleGrant } from '../model/deployment.ts';
import type { Asking, Question } from './doctor-ask.ts';

/** google.iam.v1.Policy. A condition without an expression narrows nothing. */
const POLICY = z
  .object({
    bindings: z
      .array(
        z.object({
          role: z.string(),
          members: z.array(z.string()).default([]),
          condition: z.object({ expression: z.string().optional() }).optional(),
        }),
      )
      .default([]),
  })
  .transform(({ bindings }): readonly RoleGrant[] =>
    bindings.flatMap(({ role, members, condition }) =>
      members.map((member) => ({ role, member, condition: condition?.expression || undefined })),
    ),
  );

const VERSION = '3';
const VERSION_ASKED = { 'options.requestedPolicyVersion': VERSION };

/** How each API is asked for the IAM policy of what it keeps (their discovery documents). */
function policyQuestion(resource: AssetName): Omit<Question<readonly RoleGrant[]>, 'answer'> {
  const [, host = '', name = ''] = /^\/\/([^/]+)\/(.+)$/.exec(resource) ?? [];
  switch (host) {
    case 'cloudresourcemanager.googleapis.com':
      return {
        host,
        path: `v3/${name}:getIamPolicy`,
        body: { options: { requestedPolicyVersion: Number(VERSION) } },
        needs: `resourcemanager.${name.split('/')[0]}.getIamPolicy`,
      };
    case 'storage.googleapis.com':
      return {
        host,
        path: `storage/v1/b/${encodeURIComponent(name)}/iam`,
        query: { optionsRequestedPolicyVersion: VERSION },
        needs: 'storage.buckets.getIamPolicy',
      };
    case 'iam.googleapis.com':
      return {
        host,
        path: `v1/${name}:getIamPolicy`,
        query: VERSION_ASKED,
        body: {},
        needs: 'iam.serviceAccounts.getIamPolicy',
      };
    default: {
      const service = host.replace(/\.googleapis\.com$/, '');
      const [, kind] = /\/([a-z]+)\/[^/]+$/.exec(name) ?? [];
      return {
        host,
        path: `${service === 'run' ? 'v2' : 'v1'}/${name}:getIamPolicy`,
        query: VERSION_ASKED,
        needs: `${service}.${kind}.getIamPolicy`,
      };
    }
  }
}

/** The IAM policy on a resource itself. */
export function grantsOn(resource: AssetName, asking: Asking): Promise<Reading<readonly RoleGrant[]>> {
  return asking.one({ ...policyQuestion(resource), answer: POLICY });
}

/** google.iam.admin.v1.Role: one that is deleted or disabled permits nothing. */
const ROLE = z
  .object({
    includedPermissions: z.array(z.string()).default([]),
    stage: z.string().optional(),
    deleted: z.boolean().default(false),
  })
  .transform(
    ({ includedPermissions, stage, deleted }): ReadonlySet<string> =>
      new Set(deleted || stage === 'DISABLED' ? [] : includedPermissions),
  );

/** What a role permits, by its name as grants spell it. */
export function permissionsOf(role: string, asking: Asking): Promise<Reading<ReadonlySet<string>>> {
  return asking.one({ host: 'iam.googleapis.com', path: `v1/${role}`, needs: 'iam.roles.get', answer: ROLE });
}
