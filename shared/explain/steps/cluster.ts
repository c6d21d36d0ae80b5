import { command, flag } from '../../detectors/commands.ts';
import { poolOf } from '../../policy/match.ts';
import { type Context, type Place, platformOwner, wouldBePoolOf } from '../context.ts';
import type { Answer, Evidence, Fix, Step } from '../explanation.ts';
import { clusterParts, listed, shortCluster } from '../words.ts';
import { worst } from '../worst.ts';

/** Is Workload Identity on where the pods run (gcp-facts 5.4)? */
export function clusterStep(context: Context): Step {
  const { ksa, places, world } = context;
  const common = { id: 'cluster', question: 'Workload Identity is on', nearMisses: [] } as const;
  const ask = platformOwner(context);
  if (places.length === 0) {
    return {
      ...common,
      answer: 'undecided',
      says: `no cluster of pool ${ksa.pool} is known`,
      evidence: [],
      fix: [],
      ask,
    };
  }
  const looks = places.map((place) => look(place, context));
  const answer = worst(looks.map((one) => one.answer));
  const told = looks.filter((one) => one.answer === answer);
  const trusted = poolOf(world.policy, ksa.pool);
  const strangers =
    trusted === undefined || trusted.clusters.length === 0
      ? []
      : places
          .filter(({ cluster }) => !trusted.clusters.includes(cluster))
          .map(({ cluster }) => shortCluster(cluster));
  const drift =
    trusted === undefined
      ? `the policy does not trust pool ${ksa.pool}`
      : strangers.length > 0
        ? `the policy does not list ${listed(strangers)} among the clusters of ${trusted.name}`
        : undefined;
  const off = told.filter((one) => one.fix.length > 0);
  return {
    ...common,
    answer,
    says: told.map((one) => one.says).join('; '),
    evidence: looks.flatMap((one) => one.evidence),
    ...(drift === undefined ? {} : { drift }),
    ...(off.length > 0
      ? {
          side:
            trusted === undefined
              ? 'no policy trusts this pool: decide that first, then switch it on'
              : `the policy trusts pool ${trusted.name}: switch it on (existing node pools follow one by one)`,
        }
      : {}),
    fix: trusted === undefined ? [] : told.flatMap((one) => one.fix),
    ...(answer === 'yes' ? {} : { ask }),
  };
}

interface Look {
  readonly answer: Answer;
  readonly says: string;
  readonly evidence: readonly Evidence[];
  readonly fix: readonly Fix[];
}

function look({ cluster, fact }: Place, { world, ksa }: Context): Look {
  const name = shortCluster(cluster);
  if (fact === undefined || (fact.exists && fact.workloadPool === undefined)) {
    const pool = wouldBePoolOf(cluster, world);
    return {
      answer: 'undecided',
      says: `cluster ${name} has not been read`,
      evidence: [{ text: `${name}: not read; its pool is taken to be ${pool}` }],
      fix: [],
    };
  }
  const { since, source } = fact;
  if (!fact.exists)
    return {
      answer: 'no',
      says: `cluster ${name} was deleted`,
      evidence: [{ text: `${name}: deleted`, since, source }],
      fix: [],
    };
  if (fact.workloadPool === '') {
    const { project, location } = clusterParts(cluster);
    return {
      answer: 'no',
      says: `Workload Identity is off in ${name}`,
      evidence: [{ text: `${name}: no workload pool`, since, source }],
      fix: command(
        'gcloud',
        'container',
        'clusters',
        'update',
        name,
        flag('location', location),
        flag('project', project),
        flag('workload-pool', ksa.pool),
      ),
    };
  }
  if (fact.workloadPool !== ksa.pool)
    return {
      answer: 'no',
      says: `${name} is in pool ${fact.workloadPool}, not in ${ksa.pool}`,
      evidence: [{ text: `${name}: pool ${fact.workloadPool}`, since, source }],
      fix: [],
    };
  return {
    answer: 'yes',
    says: `${name} is in pool ${fact.workloadPool}`,
    evidence: [
      { text: `${name}: pool ${fact.workloadPool}${fact.autopilot ? ', Autopilot' : ''}`, since, source },
    ],
    fix: [],
  };
}
