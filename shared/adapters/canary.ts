import { type Canary, OutsideUnavailable } from '../ports.ts';

export interface CanaryOptions {
  /** `projects/P/serviceAccounts/EMAIL`: the only account whose policy is touched. */
  readonly account: string;
  /** Another address than Google's, without credentials. Tests only: it must never come from a policy or a request. */
  readonly rootUrl?: string;
}

const TIMEOUT_MILLIS = 10_000;
const ROLE = 'roles/iam.serviceAccountViewer';
/** Never met, so that nobody gets anything by the binding. */
const NEVER = 'request.time < timestamp("2000-01-01T00:00:00Z")';

/**
 * Writes the title of a condition into the policy of one account, on a binding that gives nobody anything: its member is the account itself,
 * its condition is never met. Whatever else stands in that policy is kept.
 */
export function iamCanary({ account, rootUrl }: CanaryOptions): Canary {
  const email = account.split('/').at(-1) ?? '';
  let client: ReturnType<typeof clientFor> | undefined;
  return {
    async flip(title) {
      try {
        client ??= clientFor(rootUrl);
        const { serviceAccounts } = (await client).projects;
        const options = { timeout: TIMEOUT_MILLIS };
        const asked = { resource: account, 'options.requestedPolicyVersion': 3 };
        const { data: policy } = await serviceAccounts.getIamPolicy(asked, options);
        const others = (policy.bindings ?? []).filter(({ condition }) => condition?.expression !== NEVER);
        const own = {
          role: ROLE,
          members: [`serviceAccount:${email}`],
          condition: { title, expression: NEVER },
        };
        const flipped = { ...policy, version: 3, bindings: [...others, own] };
        await serviceAccounts.setIamPolicy({ resource: account, requestBody: { policy: flipped } }, options);
      } catch (error) {
        throw new OutsideUnavailable(
          `the canary ${email} could not be flipped: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    },
  };
}

async function clientFor(rootUrl: string | undefined) {
  const { auth, iam } = await import('googleapis/build/src/apis/iam/index.js');
  if (rootUrl !== undefined) return iam({ version: 'v1', rootUrl });
  // The API knows no narrower scope (iam.googleapis.com discovery, v1).
  const credentials = new auth.GoogleAuth({ scopes: ['https://www.googleapis.com/auth/cloud-platform'] });
  return iam({ version: 'v1', auth: credentials });
}
