import { type Coverage, coverageId } from '../../inventory/coverage.ts';
import type { Nanos } from '../../model/time.ts';
import type { Store } from '../../ports.ts';
import { keepAllDirty, keepCoverage } from '../keep.ts';
import type { Swept } from './swept.ts';

const AT_ONCE = 20;

/** Notes what was read completely, and has everything judged anew that asked for it. */
export async function writeCoverage(swept: Swept, store: Store, now: Nanos): Promise<void> {
  const all = [...coverageOf(swept)];
  for (let start = 0; start < all.length; start += AT_ONCE) {
    const some = all.slice(start, start + AT_ONCE);
    await store.transaction(async (tx) => {
      const ids = some.map(({ scope, assetType, content }) => coverageId(scope, assetType, content));
      const dependants = await tx.find(
        'subjects',
        ids.map((id) => `coverage:${id}`),
      );
      for (const coverage of some) keepCoverage(tx, coverage);
      keepAllDirty(tx, `coverage|${now}|${start}`, dependants, now);
    });
  }
}

function* coverageOf(swept: Swept): Iterable<Coverage> {
  const account = 'iam.googleapis.com/ServiceAccount';
  const [resources, policies] = [swept.readResources('service-account'), swept.readPolicies()];
  for (const project of [...swept.projects].sort()) {
    const scope = `projects/${project}`;
    if (resources !== undefined) yield { scope, assetType: account, content: 'resource', asOf: resources };
    if (policies !== undefined) yield { scope, assetType: account, content: 'policy', asOf: policies };
  }
  for (const cluster of [...swept.clusters].sort()) {
    const asOf = swept.readKsas(cluster);
    if (asOf !== undefined)
      yield { scope: cluster, assetType: 'k8s.io/ServiceAccount', content: 'resource', asOf };
  }
}
