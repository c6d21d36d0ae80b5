import type { Actor } from '../model/act.ts';
import { isGoogleManaged, parseMember } from '../model/principal.ts';

/**
 * Whether nobody but Google's own writers and the cluster's own parts had a hand in it: service agents that get their roles, leaked keys
 * that are disabled, controllers, nodes. Not when somebody acts through one.
 */
export function isMachinery({ principal, delegation }: Actor): boolean {
  return [principal, ...delegation].every((name) => isServiceAgent(name) || isClusterPart(name));
}

/** Not the accounts of Cloud Build and of Google APIs: those do what a customer's build, or deployment, tells them to. */
function isServiceAgent(principal: string): boolean {
  const email = principal.replace(/^serviceAccount:/, '');
  return (
    /[@.](?!cloudbuild\.|cloudservices\.)[a-z0-9-]+\.gserviceaccount\.com$/.test(email) &&
    isGoogleManaged(parseMember(`serviceAccount:${email}`))
  );
}

/**
 * `system:kube-controller-manager`, `system:node:NAME`, GKE's own `system:…`, and the controllers that run in kube-system. Of other
 * namespaces nobody can tell whose they are, and those nobody signed in for are no part of anything.
 */
function isClusterPart(principal: string): boolean {
  return /^system:(?!anonymous$|unauthenticated$|serviceaccount:(?!kube-system:[^:]+$))./.test(principal);
}
