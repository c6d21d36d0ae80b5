import { listed, unique } from '../../explain/words.ts';
import type { DeclaredPart, Setting } from '../../model/watch-part.ts';
import { APPLY, type Check, type Diagnosis, diagnosed, type Examined, ok, wrong } from '../check.ts';
import { containerName } from '../places.ts';
import { partsOf } from '../settings.ts';

/**
 * What tells that a token was minted: iamcredentials.googleapis.com has no switch of its own
 * (cloud.google.com/iam/docs/audit-logging/audit-logging-iamcreds).
 */
const TOKENS_MINTED = 'iam.googleapis.com ADMIN_READ';

export const auditLogs: Check = {
  id: 'audit-logs',
  title: 'Audit logs',
  reads:
    'The audit configuration of each scope: that the log types which show tokens being minted are on, and that nobody is exempted. What is turned on above a scope is not looked at.',
  run: (examined) => Promise.all(examined.deployment.scopes.map((scope) => judged(scope, examined))),
};

async function judged(scope: string, examined: Examined): Promise<Diagnosis> {
  const resource = containerName(scope);
  const declared = partsOf(examined, 'audit-config').find((part) => part.resource === resource);
  const part: DeclaredPart = { kind: 'audit-config', resource, wanted: declared?.wanted ?? [] };
  const wanted = unique([
    TOKENS_MINTED,
    ...examined.deployment.auditLogs.flatMap(({ service, types }) =>
      types.map((type) => `${service} ${type}`),
    ),
    ...valuesOf(part.wanted, 'log'),
  ]);
  return diagnosed(scope, await examined.cloud.part(part), (found) => {
    const on = valuesOf(found, 'log');
    // `allServices` covers every service (google/iam/v1/policy.proto).
    const off = wanted.filter((log) => !on.includes(log) && !on.includes(log.replace(/^\S+/, 'allServices')));
    if (off.length > 0)
      return wrong(scope, `off: ${listed(off)}`, 'on: else tokens are minted unseen', APPLY);
    const allowed = valuesOf(part.wanted, 'exempted');
    const exempted = valuesOf(found, 'exempted').filter((one) => !allowed.includes(one));
    return exempted.length > 0
      ? wrong(scope, `exempted: ${listed(exempted)}`, 'nobody is exempted', APPLY)
      : ok(scope, listed(wanted));
  });
}

function valuesOf(settings: readonly Setting[], name: string): readonly string[] {
  return settings.filter((setting) => setting.name === name).map(({ value }) => value);
}
