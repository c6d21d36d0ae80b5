import type { KubernetesApi, NoAnswer } from '../ports.ts';
import { type Answer, type GoogleHttpOptions, googleHttp, isObject } from './google-http.ts';
import { inALine, noAnswerFor } from './no-answer.ts';

/** KSAs on one page; each is some kilobytes with what the API server notes of who manages its fields. */
const PAGE_SIZE = '500';

export interface KubernetesApiOptions extends GoogleHttpOptions {
  /** Where an endpoint is found. Tests only, to stay on 127.0.0.1: it must never come from a policy or a request. */
  readonly originOf?: (endpoint: string) => string;
}

/**
 * A cluster's DNS endpoint as GKE gives it: `gke-UID-NUMBER.us-central1.gke.goog`, `uid.us-central1.gke.goog` (google/container/v1:
 * DNSEndpointConfig). All names under gke.goog are Google's.
 */
const DNS_ENDPOINT = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.[a-z]+-[a-z]+\d+(?:-[a-z])?\.gke\.goog$/;

/**
 * The API servers of clusters, read over HTTPS with our own access token. The endpoint comes from a cluster's asset, which others write: a host
 * that is no DNS endpoint of GKE is sent nothing, and neither is anything that an answer leads on to.
 */
export function kubernetesApi({ originOf = httpsOrigin, ...http }: KubernetesApiOptions = {}): KubernetesApi {
  const ask = googleHttp(http);
  return {
    async serviceAccounts(endpoint, continueToken) {
      if (!DNS_ENDPOINT.test(endpoint))
        return { kind: 'refused', why: `not a DNS endpoint of GKE: ${inALine(endpoint)}` };
      const query = new URLSearchParams({
        limit: PAGE_SIZE,
        ...(continueToken === undefined ? {} : { continue: continueToken }),
      });
      const answer = await ask(`${originOf(endpoint)}/api/v1/serviceaccounts?${query}`);
      return answer.kind === 'answer' ? pageIn(answer) : answer;
    },
  };
}

function httpsOrigin(endpoint: string): string {
  return `https://${endpoint}`;
}

type Page = Awaited<ReturnType<KubernetesApi['serviceAccounts']>>;

function pageIn(answer: Answer): Page {
  if (answer.status !== 200) return refusalIn(answer);
  const { items, metadata } = isObject(answer.value) ? answer.value : {};
  const next = isObject(metadata) ? (metadata.continue ?? '') : undefined;
  if (!Array.isArray(items) || typeof next !== 'string')
    return { kind: 'refused', why: 'the answer is no list of Kubernetes objects' };
  return { kind: 'page', items, next: next === '' ? undefined : next };
}

/** What an API server says when it does not answer is a `Status`; 410 when the token to continue is too old (kubernetes.io: API concepts). */
function refusalIn({ status, retryAfter, value }: Answer): NoAnswer {
  const { message, reason } = isObject(value) ? value : {};
  const said = typeof message === 'string' ? inALine(message) : '';
  if (status === 410 || reason === 'Expired') return { kind: 'expired', why: said || 'HTTP 410' };
  return noAnswerFor({ status, retryAfter, said });
}
