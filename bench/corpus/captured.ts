import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Captured payloads are read in place, never copied: beside the repository, or where ANCHORWATCH_FIXTURES says. */
export const CAPTURED =
  process.env.ANCHORWATCH_FIXTURES ?? fileURLToPath(new URL('../../../shared/fixtures', import.meta.url));

/** One message of a captured file. */
export interface Captured {
  /** Below the folder of captured payloads, with slashes. */
  readonly file: string;
  readonly index: number;
  readonly value: unknown;
}

/**
 * What stands beside the messages and is none: what somebody wants (plans, manifests), what an API answered (`state`, flights), what roles permit.
 * Whatever else is captured is a message, and has to be judged.
 */
const NO_MESSAGES = [
  /\.meta\.json$/,
  /^iam-dataset\//,
  /^terraform-validator\/(plan|tf)\//,
  /^terraform-google-conversion\/(plan|tf)\//,
  /^gcpdiag\/(state|tf)\//,
  /\/kubernetes_service_accounts\.json$/,
  /^cloud-custodian\/api_flights\.json$/,
  /^professional-services\/terraform_resource_changes\.json$/,
  /^(checkov|bank-of-anthos|microservices-demo|cloud-foundation-fabric|k8s-config-connector|terraform-google-kubernetes-engine|cartography)\//,
];

export function isCapturedHere(): boolean {
  return existsSync(CAPTURED);
}

/** Every captured message, in a fixed order: audit entries, feed messages, assets. */
export function captured(): readonly Captured[] {
  return readdirSync(CAPTURED, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => relative(CAPTURED, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((file) => !NO_MESSAGES.some((pattern) => pattern.test(file)))
    .sort()
    .flatMap(messagesOf);
}

function messagesOf(file: string): readonly Captured[] {
  const content: unknown = JSON.parse(readFileSync(join(CAPTURED, file), 'utf8'));
  return [content].flat().map((value, index) => ({ file, index, value }));
}
