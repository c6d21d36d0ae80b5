import { hmacKeyName, projectOfEmail } from '../model/asset.ts';
import { shortEmail } from '../model/principal.ts';
import { keyAllowance } from '../policy/match.ts';
import { command, flag } from './commands.ts';
import { AUTHENTICATORS, CIS_ONLY_MANAGED_KEYS } from './controls.ts';
import type { Detector } from './detector.ts';
import { ownerOfKey, shortKey } from './key-words.ts';

export const hmacKey = {
  id: 'hmac-key',
  title: 'An HMAC key of a service account that the policy does not allow',
  class: 'attack',
  severity: 'high',
  about:
    'An HMAC key for Cloud Storage (the way of S3) was made for a service account that serviceAccountKeys.allowed does not name, or whose allowance has expired. It is a static key like any other: it never expires, works from anywhere, and is in no list of service account keys. An inactive one is reported low. Known from audit entries and Terraform; Asset Inventory does not list them.',
  subject: 'hmac-key',
  sources: { assetTypes: [], methods: ['storage.hmacKeys.(create|insert|update|delete)'] },
  controls: [CIS_ONLY_MANAGED_KEYS, AUTHENTICATORS],
  detect({ id }, view, policy) {
    const key = view.hmacKey(id);
    if (key === undefined) return [];
    const account = key.account === undefined ? undefined : view.account(key.account);
    if (account?.state === 'deleted') return [];
    const email = account?.email;
    const verdict = keyAllowance(policy, email, view.asOf);
    if (verdict.kind === 'unruled') return [];
    if (verdict.kind === 'allowed') {
      view.wakeAt(verdict.by.expires);
      return [];
    }
    const name = shortEmail(email ?? key.account ?? 'an unknown account');
    const home = email === undefined ? undefined : projectOfEmail(email);
    const owner = ownerOfKey(email, view.asOf, policy);
    const reason =
      verdict.kind === 'expired'
        ? `the allowance ${verdict.by.name} has expired`
        : 'the policy allows it no keys';
    const project = home === undefined ? [] : [flag('project', home)];
    return [
      {
        // Allowances name accounts; without one there is nothing to hold against it, or for it.
        state: email === undefined ? 'undecided' : 'open',
        ...(key.active ? {} : { severity: 'low', class: 'posture' }),
        title: key.active
          ? `${name} has HMAC key ${shortKey(id)}, and ${reason}`
          : `${name} keeps an inactive HMAC key ${shortKey(id)}, and ${reason}`,
        subject: `hmac-key:${id}`,
        identity: name,
        resource: hmacKeyName(id),
        key: id,
        ...(home === undefined ? {} : { project: home }),
        ...(email === undefined ? {} : { account: email }),
        ...(owner === undefined ? {} : { owner }),
        before: [],
        after: [`HMAC key ${id}${key.active ? '' : ' (inactive)'}`],
        explanation:
          email === undefined
            ? 'Whose key it is was not told, and allowances name accounts by e-mail.'
            : 'Whoever has its secret reads and writes what the account may in Cloud Storage, from anywhere and for ever. Workload Identity needs none.',
        why: verdict.kind === 'expired' ? verdict.by.at : (policy.serviceAccountKeys?.at ?? policy.at),
        remediation:
          email === undefined
            ? []
            : [
                ...(key.active
                  ? command('gcloud', 'storage', 'hmac', 'update', id, flag('deactivate'), ...project)
                  : []),
                ...command('gcloud', 'storage', 'hmac', 'delete', id, ...project),
              ],
        cause: { asset: hmacKeyName(id), time: key.since, source: key.source },
      },
    ];
  },
} satisfies Detector<'hmac-key'>;
