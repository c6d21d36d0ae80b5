import type { WorkloadFact } from '../inventory/facts.ts';
import type { DataObjectFact } from '../inventory/key-facts.ts';
import type { View } from '../inventory/view.ts';
import type { Credential, DataKind } from '../model/credential.ts';
import { isKeyFile } from '../model/key-file.ts';

/** A sign that a workload carries a key. */
export interface KeySign {
  /** To read: `GOOGLE_APPLICATION_CREDENTIALS=/var/secrets/key.json, from Secret gcp-key`. */
  readonly text: string;
  /** The Secret or ConfigMap that it comes from. */
  readonly from: { readonly kind: DataKind; readonly name: string } | undefined;
  /** That one itself, where it has been seen. */
  readonly data: DataObjectFact | undefined;
  /** The key stands in the manifest itself. */
  readonly isInline: boolean;
}

type Mount = Extract<Credential, { kind: 'mount' }>;

/**
 * The signs of a key that a workload shows, with what is known of the Secrets they point to. A file of workload identity federation is none:
 * it lies in a ConfigMap, beside a token of the KSA, and holds no secret.
 */
export function keySigns(workload: WorkloadFact, view: View): readonly KeySign[] {
  const { credentials, cluster, namespace } = workload;
  const pod: Pod = {
    mounts: credentials.filter((one): one is Mount => one.kind === 'mount'),
    hasToken: credentials.some(({ kind }) => kind === 'token'),
    dataOf: (of, name) => view.dataObject(cluster, namespace, of, name),
  };
  return withoutRepeats(credentials.flatMap((one) => signsOf(one, pod)));
}

/** What the signs of one workload have in common. */
interface Pod {
  readonly mounts: readonly Mount[];
  readonly hasToken: boolean;
  readonly dataOf: (of: DataKind, name: string) => DataObjectFact | undefined;
}

function signsOf(one: Credential, pod: Pod): readonly KeySign[] {
  switch (one.kind) {
    case 'token':
      return [];
    case 'inline':
      return [{ ...nowhere(`a private key, written out in ${one.where}`), isInline: true }];
    case 'argument':
      return pointed(`a command or variable names ${one.path}`, one.path, pod);
    case 'application-credentials':
      return pointed(`GOOGLE_APPLICATION_CREDENTIALS=${one.path === '-' ? '…' : one.path}`, one.path, pod);
    case 'mount': {
      const data = pod.dataOf(one.of, one.name);
      const files = keyFilesOf(one, data);
      return files.length === 0 || (pod.hasToken && one.of === 'ConfigMap')
        ? []
        : [sign(`${files.join(', ')} at ${one.path}`, one.of, one.name, data)];
    }
    case 'variable': {
      const data = pod.dataOf(one.of, one.name);
      if (one.entry !== '*') return [sign(`the variable ${one.variable}`, one.of, one.name, data)];
      const entries = data?.keyFiles ?? [];
      return entries.length === 0 ? [] : [sign(`the variable ${entries.join(', ')}`, one.of, one.name, data)];
    }
  }
}

/** A path to credentials. Beside a token, what lies in no Secret is a configuration, or the token itself. */
function pointed(what: string, path: string, { mounts, hasToken, dataOf }: Pod): readonly KeySign[] {
  const mount = mountOf(path, mounts);
  if (hasToken && mount?.of !== 'Secret') return [];
  return mount === undefined
    ? [nowhere(`${what}, from no Secret or ConfigMap that it mounts`)]
    : [sign(what, mount.of, mount.name, dataOf(mount.of, mount.name))];
}

function nowhere(text: string): KeySign {
  return { text, from: undefined, data: undefined, isInline: false };
}

function sign(what: string, kind: DataKind, name: string, data: DataObjectFact | undefined): KeySign {
  return { text: `${what}, from ${kind} ${name}`, from: { kind, name }, data, isInline: false };
}

/** The mount that a path lies in: the deepest. */
function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  return mounts
    .filter((mount) => path === mount.path || path.startsWith(mount.path.replace(/\/?$/, '/')))
    .toSorted((a, b) => b.path.length - a.path.length || (a.of === b.of ? 0 : a.of === 'Secret' ? -1 : 1))[0];
}

/** What a mount brings that is called like a key: of what it picks, else of all that is known to be there. */
function keyFilesOf({ files }: Mount, data: DataObjectFact | undefined): readonly string[] {
  if (data === undefined) return files.filter(isKeyFile);
  return files.length === 0 ? data.keyFiles : data.keyFiles.filter((file) => files.includes(file));
}

/** A Secret is mounted and pointed at: the more telling of the two is enough. */
function withoutRepeats(signs: readonly KeySign[]): readonly KeySign[] {
  const pointed = new Set(
    signs.filter(({ text }) => text.startsWith('GOOGLE_')).map(({ from }) => `${from?.kind}/${from?.name}`),
  );
  return signs.filter(
    ({ text, from }) =>
      from === undefined || text.startsWith('GOOGLE_') || !pointed.has(`${from.kind}/${from.name}`),
  );
}

/** Whether something else makes it that is known too, and speaks for it: a Deployment for its pods. */
export function isMadeByKnown({ controller, cluster, namespace }: WorkloadFact, view: View): boolean {
  const [kind, name] = controller?.split('/') ?? [];
  if (name === undefined) return false;
  return view.workloads(namespace, name).some((one) => one.cluster === cluster && one.workloadKind === kind);
}
