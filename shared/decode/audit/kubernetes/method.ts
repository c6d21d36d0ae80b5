/** What a Kubernetes audit entry says was asked of the API server. */
export interface KubernetesMethod {
  /** `core`, `apps`, `batch`, `authorization.rbac`. */
  readonly group: string;
  /** Plural, in lower case. */
  readonly resource: string;
  readonly subresource?: string;
  readonly verb: string;
}

/** `io.k8s.GROUP.VERSION.RESOURCE[.SUBRESOURCE].VERB` (gcp-facts 4). */
const METHOD = /^io\.k8s\.([a-z0-9.-]+)\.v\d+(?:(?:alpha|beta)\d+)?\.([a-z]+)(?:\.([a-z]+))?\.([a-z]+)$/;
/** Far beyond any: keeps the pattern away from texts made to exhaust it. */
const LONGEST_METHOD = 300;

/** Undefined for calls that concern no object, such as `io.k8s.get`. */
export function kubernetesMethod(method: string): KubernetesMethod | undefined {
  if (method.length > LONGEST_METHOD) return undefined;
  const [, group, resource, subresource, verb] = METHOD.exec(method) ?? [];
  if (group === undefined || resource === undefined || verb === undefined) return undefined;
  // Some write the creation of tokens without its verb [NV].
  if (resource === 'serviceaccounts' && verb === 'token')
    return { group, resource, subresource: 'token', verb: 'create' };
  return subresource === undefined ? { group, resource, verb } : { group, resource, subresource, verb };
}
