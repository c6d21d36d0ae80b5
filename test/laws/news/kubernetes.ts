/** What lies in clusters: KSAs, namespaces, workloads. */
import fc from 'fast-check';
import { present } from '../../../shared/decode/present.ts';
import type { FactType, Observation } from '../../../shared/model/observation.ts';
import { formatTime } from '../../../shared/model/time.ts';
import { t } from '../../world.ts';
import { account, cluster, ksaName, namespace, namespaceAsset, seen, seenOf, uid } from './names.ts';

const placedKsa = fc.tuple(cluster, ksaName).map(([cluster, text]) => {
  const [namespace = '', name = ''] = text.split('/');
  return { cluster, namespace, name, asset: `${namespaceAsset(cluster, namespace)}/serviceaccounts/${name}` };
});

/** A KSA with its annotation, or with none; of a request that was patched less is known. */
const ksaSeen = fc
  .record({
    ksa: placedKsa,
    seen,
    uid: fc.option(uid, { nil: undefined }),
    createdAt: fc.option(fc.constantFrom(formatTime(t(0)), formatTime(t(300))), { nil: undefined }),
    managedBy: fc.option(fc.constant('argocd.argoproj.io/tracking-id'), { nil: undefined, freq: 2 }),
    annotation: fc.option(
      fc.oneof(
        account.map(({ email }) => email),
        fc.constant(''),
      ),
      { nil: undefined, freq: 5 },
    ),
    whole: fc.boolean(),
  })
  .map(
    ({ ksa: { asset, ...names }, seen, whole, ...told }): Observation => ({
      kind: 'resource',
      ...seenOf(asset, seen),
      facts: { type: 'kubernetes-service-account', ...names, ...present(told) },
      whole,
    }),
  );
const ksaGone = fc.tuple(placedKsa, seen).map(
  ([{ asset }, seen]): Observation => ({
    kind: 'gone',
    type: 'kubernetes-service-account',
    ...seenOf(asset, seen),
  }),
);

const placedNamespace = fc
  .tuple(cluster, namespace)
  .map(([cluster, name]) => ({ cluster, name, asset: namespaceAsset(cluster, name) }));
const namespaceSeen = fc.tuple(placedNamespace, seen).map(
  ([{ asset, ...names }, seen]): Observation => ({
    kind: 'resource',
    ...seenOf(asset, seen),
    facts: { type: 'namespace', ...names },
    whole: true,
  }),
);
const namespaceGone = fc
  .tuple(placedNamespace, seen)
  .map(([{ asset }, seen]): Observation => ({ kind: 'gone', type: 'namespace', ...seenOf(asset, seen) }));
/** `kubectl delete --all`: what was there is in doubt until it is seen again. */
export const collectionGone = fc
  .tuple(
    placedNamespace,
    fc.constantFrom<FactType>('kubernetes-service-account', 'kubernetes-service-account', 'workload'),
    seen,
  )
  .map(([{ asset }, type, seen]): Observation => ({ kind: 'unsure', type, ...seenOf(asset, seen) }));

/** What runs as a KSA; pods are made by something, and may see the node's own network. */
const workloadSeen = fc
  .record({
    ksa: placedKsa,
    seen,
    kind: fc.constantFrom('Deployment', 'Pod'),
    hostNetwork: fc.boolean(),
    whole: fc.boolean(),
  })
  .map(
    ({ ksa: { cluster, namespace, name }, seen, kind, hostNetwork, whole }): Observation => ({
      kind: 'resource',
      ...seenOf(`${namespaceAsset(cluster, namespace)}/${kind.toLowerCase()}s/web`, seen),
      facts: {
        type: 'workload',
        cluster,
        namespace,
        name: 'web',
        kind,
        serviceAccount: name,
        hostNetwork,
        ...(kind === 'Pod' ? { controller: 'Deployment/web' } : {}),
      },
      whole,
    }),
  );
export const kubernetesTold = fc.oneof(
  { weight: 8, arbitrary: ksaSeen },
  { weight: 3, arbitrary: ksaGone },
  { weight: 3, arbitrary: collectionGone },
  { weight: 1, arbitrary: namespaceSeen },
  { weight: 2, arbitrary: namespaceGone },
  { weight: 1, arbitrary: workloadSeen },
);
