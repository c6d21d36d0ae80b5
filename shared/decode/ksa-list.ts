import type { Decoded } from '../model/decoded.ts';
import { formatTime, type Nanos } from '../model/time.ts';
import { malformed } from './answer.ts';
import { decodeMessage } from './decode.ts';
import { isObject } from './fields.ts';

/** What an API server's list leaves unsaid. */
export interface KsaListContext {
  /** `projects/P/locations/L/clusters/C`. */
  readonly cluster: string;
  /** Of the cluster: `projects/…`, `folders/…`, `organizations/…`, nearest first. */
  readonly ancestors: readonly string[];
  /** What the list tells is so as of then. */
  readonly readTime: Nanos;
}

/**
 * Decodes the KSAs of a cluster as its API server lists them (`/api/v1/serviceaccounts`): each says what the same KSA in an asset export
 * says, by the same name. One answer for each item. Never throws.
 */
export function decodeKsaList(items: readonly unknown[], context: KsaListContext): readonly Decoded[] {
  return items.map((item, index) => {
    const path = pathOf(item);
    if (path === undefined)
      return malformed(`items[${index}]: not a ServiceAccount with a name and a namespace`);
    const asset = {
      name: `//container.googleapis.com/${context.cluster}/k8s/${path}`,
      assetType: 'k8s.io/ServiceAccount',
      ancestors: context.ancestors,
      updateTime: formatTime(context.readTime),
      resource: { data: item },
    };
    return decodeMessage(asset, { receivedAt: context.readTime, source: 'sweep' });
  });
}

/** `namespaces/NS/serviceaccounts/NAME`. A slash in either name would make it the name of something else; Kubernetes allows none. */
function pathOf(item: unknown): string | undefined {
  const metadata = isObject(item) && isObject(item.metadata) ? item.metadata : {};
  const { namespace, name } = metadata;
  return isSegment(namespace) && isSegment(name)
    ? `namespaces/${namespace}/serviceaccounts/${name}`
    : undefined;
}

function isSegment(value: unknown): value is string {
  return typeof value === 'string' && /^[^/\s]+$/.test(value);
}
