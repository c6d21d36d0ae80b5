import { runMetadataServer } from '../../detectors/node-commands.ts';
import type { NodePoolFact } from '../../inventory/facts.ts';
import { metadataServerOf } from '../../inventory/platform.ts';
import { type Context, type Place, platformOwner } from '../context.ts';
import type { Answer, Evidence, Fix, Step } from '../explanation.ts';
import { count, listed, shortCluster } from '../words.ts';
import { worst } from '../worst.ts';

const METADATA_SERVER = 'GKE_METADATA';

/** Does the node answer with the GKE metadata server? Switching a cluster on leaves existing node pools as they were (gcp-facts 5.4). */
export function nodePoolsStep(context: Context): Step {
  const looks = context.places
    .filter(({ fact }) => fact?.exists !== false)
    .map((place) => look(place, context));
  const answer = worst(looks.map((one) => one.answer));
  const told = looks.filter((one) => one.answer === answer);
  const fix = looks.flatMap((one) => one.fix);
  return {
    id: 'node-pools',
    question: 'nodes run the metadata server',
    answer,
    says: told.length === 0 ? 'no cluster is known to look at' : told.map((one) => one.says).join('; '),
    evidence: looks.flatMap((one) => one.evidence),
    nearMisses: [],
    ...(fix.length > 0
      ? {
          side: 'the policy wants Workload Identity here: the node pool is the side that is wrong (its nodes are re-created)',
        }
      : {}),
    fix,
    ...(answer === 'yes' ? {} : { ask: platformOwner(context) }),
  };
}

interface Look {
  readonly answer: Answer;
  readonly says: string;
  readonly evidence: readonly Evidence[];
  readonly fix: readonly Fix[];
}

function look({ cluster, fact }: Place, { world }: Context): Look {
  const name = shortCluster(cluster);
  if (fact?.autopilot === true) {
    const { since, source } = fact;
    return {
      answer: 'yes',
      says: `${name} is Autopilot, where it is always on`,
      evidence: [{ text: `${name}: Autopilot, always ${METADATA_SERVER}`, since, source }],
      fix: [],
    };
  }
  const pools = world.view.nodePoolsOf(cluster).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  if (pools.length === 0)
    return {
      answer: 'undecided',
      says: `the node pools of ${name} have not been read`,
      evidence: [],
      fix: [],
    };
  const off = pools.filter((pool) => metadataServerOf(pool, fact) === 'off');
  const unsaid = pools.filter((pool) => metadataServerOf(pool, fact) === 'unknown');
  return {
    ...verdict(name, pools, off, unsaid),
    evidence: pools.map((pool) => evidence(name, pool)),
    fix: off.flatMap((pool) => runMetadataServer(pool)),
  };
}

function verdict(
  name: string,
  pools: readonly NodePoolFact[],
  off: readonly NodePoolFact[],
  unsaid: readonly NodePoolFact[],
): Pick<Look, 'answer' | 'says'> {
  const names = (some: readonly NodePoolFact[]) => listed(some.map((pool) => pool.name));
  if (off.length === pools.length)
    return {
      answer: 'no',
      says: `no node pool of ${name} runs it (${names(off)}): pods there get the node's own account`,
    };
  if (off.length > 0)
    return {
      answer: 'undecided',
      says: `${names(off)} of ${name} ${off.length === 1 ? 'does' : 'do'} not run it, so it depends on the node a pod lands on`,
    };
  if (unsaid.length > 0)
    return {
      answer: 'undecided',
      says: `what ${names(unsaid)} of ${name} ${unsaid.length === 1 ? 'runs' : 'run'} is not known`,
    };
  return {
    answer: 'yes',
    says: `${pools.length === 1 ? 'the node pool' : pools.length === 2 ? 'both node pools' : `all ${count(pools.length, 'node pool')}`} of ${name} ${pools.length === 1 ? 'does' : 'do'}`,
  };
}

function evidence(
  cluster: string,
  { name, metadataMode, serviceAccount, since, source }: NodePoolFact,
): Evidence {
  const mode = metadataMode === undefined ? 'not known' : metadataMode === '' ? 'not set' : metadataMode;
  const node =
    metadataMode === METADATA_SERVER || serviceAccount === undefined
      ? ''
      : ` (its account: ${serviceAccount === 'default' ? 'the Compute Engine default account' : serviceAccount})`;
  return { text: `${cluster}/${name}: ${mode}${node}`, since, source };
}
