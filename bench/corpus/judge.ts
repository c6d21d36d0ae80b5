import { readFileSync } from 'node:fs';
import { fixedPolicy } from '../../shared/adapters/fixed-policy.ts';
import { openSqliteStore } from '../../shared/adapters/sqlite-store.ts';
import { decodePush } from '../../shared/decode/decode.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { parseTime } from '../../shared/model/time.ts';
import { evaluateDue } from '../../shared/pipeline/evaluate.ts';
import { take } from '../../shared/pipeline/receive.ts';
import { loadPolicy } from '../../shared/policy/load.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import type { Log } from '../../shared/ports.ts';

const POLICY = readFileSync(new URL('../../test/corpus/policy.yaml', import.meta.url), 'utf8');
/** For messages that carry no time of their own. */
const UNDATED = parseTime('2026-11-22T00:00:00Z')!;

/**
 * What comes of one message by itself, under the policy of the corpus: through the pipeline of the functions, into an empty store, at the
 * message's own time.
 */
export async function findingsOf(message: unknown): Promise<readonly Finding[]> {
  const decoded = decodePush(message, { receivedAt: UNDATED });
  if (decoded.kind !== 'news') return [];
  const policy = policyFor(message);
  const store = openSqliteStore({ path: ':memory:', onEphemeralDisk: false });
  try {
    const options = { offline: true, now: decoded.time };
    await take(
      decoded,
      {
        store,
        policy: fixedPolicy(() => policy),
        clock: { now: () => decoded.time },
        queue: { work: async () => {}, nudgeDeliver: async () => {} },
        log: FAILING,
      },
      options,
    );
    await evaluateDue(policy, store, FAILING, { asOf: decoded.time, offline: true });
    const rows = await store.transaction((tx) => tx.list('findings', undefined, 10_000), 'read-only');
    return [...rows.values()].map(({ finding }) => finding);
  } finally {
    await store.close();
  }
}

/** A detector that fails tells nothing, which must not pass for quiet. */
const FAILING: Log = {
  info() {},
  warn() {},
  error(message, fields) {
    throw new Error(`${message}: ${JSON.stringify(fields)}`);
  },
};

const policies = new Map<string, Policy>();

/** The policy of the corpus, in which the pool of each project that the message is about is trusted, and lists no cluster. */
function policyFor(message: unknown): Policy {
  const projects = [...new Set(projectsIn(JSON.stringify(message)))].sort();
  const key = projects.join(' ');
  const known = policies.get(key);
  if (known !== undefined) return known;
  const loaded = loadPolicy([
    { path: 'policy.yaml', text: POLICY },
    { path: 'pools.yaml', text: poolsOf(projects) },
  ]);
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  policies.set(key, loaded.policy);
  return loaded.policy;
}

/** The projects that resources and labels name. Of members and pools, which are written otherwise, it takes none. */
function projectsIn(text: string): readonly string[] {
  return [...text.matchAll(/(?:\bprojects\/|"project_?id":")([a-z][a-z0-9-]{4,28}[a-z0-9])(?=["/])/gi)].map(
    ([, project = '']) => project,
  );
}

function poolsOf(projects: readonly string[]): string {
  const pools = projects.map((project) => `{ name: ${project}, pool: ${project}.svc.id.goog }`);
  return `apiVersion: anchorwatch.dev/v1
kind: WorkloadIdentityPolicy
metadata: { name: corpus, owner: nobody@corpus.example }
spec:
  trust:
    pools: [${pools.join(', ')}]
`;
}
