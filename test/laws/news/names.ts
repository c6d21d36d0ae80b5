/** The small universe that random news is about: few names and few moments, so that everything collides with everything. */
import fc from 'fast-check';
import { type AssetName, projectName, serviceAccountName } from '../../../shared/model/asset.ts';
import type { Source } from '../../../shared/model/observation.ts';
import { CLUSTER, SECOND_CLUSTER, t } from '../../world.ts';

/** Minutes, and few of them: ties are common, and every border of a quarter of an hour is hit. */
export const time = fc.integer({ min: 0, max: 15 }).map((minutes) => t(minutes * 60));
export const etag = fc.option(fc.constantFrom('e1', 'e2', 'e3', 'e4'), { nil: undefined });

interface Project {
  readonly id: string;
  readonly number: string;
}
export const PROD: Project = { id: 'acme-prod', number: '111122223333' };
const DATA: Project = { id: 'acme-data', number: '444455556666' };
export const project = fc.constantFrom(PROD, DATA);
/** Projects under either of their names. */
export const projectAsset = fc.constantFrom(
  ...[PROD, DATA].flatMap(({ id, number }) => [projectName(id), projectName(number)]),
);

const ORGANIZATION = 'organizations/123456789012';
const FOLDER = 'folders/401';
/** The policy's scope leaves it out. */
const EXCLUDED_FOLDER = 'folders/402';
export const container = fc
  .constantFrom(ORGANIZATION, FOLDER, EXCLUDED_FOLDER)
  .map((name) => `//cloudresourcemanager.googleapis.com/${name}`);

/** When and by whom something was seen, and how much was told of where it lies. */
export const seen = fc.record({
  time,
  source: fc.constantFrom<Source>('scan', 'feed', 'audit-log', 'sweep'),
  above: fc.option(
    fc.constantFrom<readonly string[]>(
      [],
      [ORGANIZATION],
      [FOLDER, ORGANIZATION],
      [EXCLUDED_FOLDER, ORGANIZATION],
    ),
    { nil: undefined },
  ),
});
export type SeenThen = typeof seen extends fc.Arbitrary<infer S> ? S : never;

/** What every observation of an asset carries. What is above a project changes from message to message: projects move. */
export function seenOf(asset: AssetName, { time, source, above }: SeenThen) {
  const home = asset.includes(DATA.id) || asset.includes(DATA.number) ? DATA : PROD;
  const isContainer = /\/(folders|organizations)\/\d+$/.test(asset);
  const ancestors =
    above === undefined ? [] : isContainer ? [ORGANIZATION] : [`projects/${home.number}`, ...above];
  return { asset, time, source, ancestors };
}

export interface AccountName {
  readonly email: string;
  readonly id: string;
}
const API = 'api@acme-prod.iam.gserviceaccount.com';
const ADMIN = 'admin@acme-prod.iam.gserviceaccount.com';
const ACCOUNTS: readonly AccountName[] = [
  { email: API, id: '1001' },
  { email: ADMIN, id: '1002' },
  // The same addresses again, as other accounts: the first ones were deleted.
  { email: ADMIN, id: '1003' },
  { email: API, id: '1004' },
  { email: 'sftp@acme-data.iam.gserviceaccount.com', id: '1005' },
  { email: '111122223333-compute@developer.gserviceaccount.com', id: '1006' },
];
export const account = fc.constantFrom(...ACCOUNTS);
/** An account, and the one of its names by which a message tells of it. */
export const namedAccount = fc
  .tuple(account, fc.boolean())
  .map(([{ id, email }, byEmail]) => ({ id, email, asset: serviceAccountName(byEmail ? email : id) }));

export const cluster = fc.constantFrom(CLUSTER, SECOND_CLUSTER);

const KSAS = [
  'payments/api',
  'payments/exporter',
  'sandbox/debug',
  'monitoring/agent',
  'preview-7/app',
  'sandbox/default',
] as const;
export const ksaName = fc.constantFrom(...KSAS);
export const namespace = fc.constantFrom('payments', 'sandbox', 'monitoring', 'preview-7');
/** A KSA that was deleted and made anew has another uid. */
export const uid = fc.constantFrom('uid-1', 'uid-2', 'uid-3');

export function namespaceAsset(cluster: string, namespace: string): AssetName {
  return `//container.googleapis.com/${cluster}/k8s/namespaces/${namespace}`;
}
