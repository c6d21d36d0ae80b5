/** Law 4: nothing is called missing, and nothing falls silent, on what is not known. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { serviceAccountName } from '../../shared/model/asset.ts';
import type { Finding } from '../../shared/model/finding.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { scan } from '../../shared/pipeline/scan.ts';
import { t } from '../world.ts';
import { gathered, type World, world } from './arbitrary-world.ts';
import { collectionGone } from './news/kubernetes.ts';
import { LAW_POLICY } from './news/policy.ts';
import { RUNS } from './runs.ts';

function found(world: World): readonly Finding[] {
  return scan(gathered(world), LAW_POLICY, world.asOf).findings;
}

function told({ news }: World): readonly Observation[] {
  return news.flatMap((one) => one.observations);
}

/** Ids of what is known to be there. */
function standing(findings: readonly Finding[]): readonly string[] {
  return findings.filter(({ state }) => state !== 'undecided').map(({ id }) => id);
}

const CLUSTERS = LAW_POLICY.pools.flatMap(({ clusters }) => clusters);

/** Whether every KSA of the pool that the policy trusts is known: its clusters were read, or are gone with all that was in them. */
function knowsKsas(world: World): boolean {
  return CLUSTERS.every(
    (cluster) =>
      world.coverage.some(({ scope }) => scope === cluster) ||
      told(world).some(
        ({ kind, asset }) => kind === 'gone' && asset === `//container.googleapis.com/${cluster}`,
      ),
  );
}

/** Whether all accounts of a project are known, read under whichever of its names, and after the account was first told of. */
function knowsAccounts(world: World, { project, resource }: Finding): boolean {
  const aliases = told(world).filter((one) => one.kind === 'alias');
  const numbers = aliases.filter(({ alias }) => alias.name === project).map(({ alias }) => alias.id);
  const own = aliases.filter(({ alias }) => resource === serviceAccountName(alias.id));
  return world.coverage.some(
    ({ scope, content, assetType, asOf }) =>
      assetType === 'iam.googleapis.com/ServiceAccount' &&
      content === 'resource' &&
      [project, ...numbers].some((name) => scope === `projects/${name}`) &&
      (own.length === 0 || own.some(({ time }) => time < asOf)),
  );
}

describe('law 4, evidence: unknown is never missing', () => {
  it('says that a KSA does not exist only where the KSAs of its pool are known', () => {
    fc.assert(
      fc.property(world, (world) => {
        const missing = found(world).filter(
          ({ detector, state, title }) =>
            ['dangling-binding', 'declared-identity-missing'].includes(detector) &&
            state !== 'undecided' &&
            title.includes('does not exist'),
        );
        if (!knowsKsas(world)) expect(missing).toEqual([]);
      }),
      RUNS,
    );
  });

  it('says that an account does not exist only where the accounts of its project are known', () => {
    fc.assert(
      fc.property(world, (world) => {
        const missing = found(world).filter(
          ({ detector, state, title }) =>
            detector === 'account-missing' && state !== 'undecided' && title.includes('does not exist'),
        );
        expect(missing.filter((finding) => !knowsAccounts(world, finding))).toEqual([]);
      }),
      RUNS,
    );
  });

  it('says that a grant is missing only where a whole policy was seen', () => {
    fc.assert(
      fc.property(world, (world) => {
        const parts = {
          ...world,
          news: world.news.map((one) => ({
            ...one,
            observations: one.observations.filter(({ kind }) => kind !== 'policy'),
          })),
          coverage: [],
        };
        const missing = found(parts).filter(
          ({ detector, state }) =>
            ['annotation-without-binding', 'declared-grant-missing'].includes(detector) &&
            state !== 'undecided',
        );
        expect(missing).toEqual([]);
      }),
      RUNS,
    );
  });
});

describe('law 4, evidence: unknown is never fine', () => {
  it('says of whatever is found that it stands, or that it cannot be decided, however little was read', () => {
    fc.assert(
      fc.property(world, fc.infiniteStream(fc.boolean()), (world, coins) => {
        const less = { ...world, coverage: world.coverage.filter(() => coins.next().value) };
        const said = new Set(found(less).map(({ id }) => id));
        expect(standing(found(world)).filter((id) => !said.has(id))).toEqual([]);
      }),
      RUNS,
    );
  });

  it('and when KSAs were deleted together, nobody knows which', () => {
    fc.assert(
      fc.property(world, collectionGone, (world, unsure) => {
        // Nothing of where they lay: what turns out to lie outside the policy's scope is no finding.
        const doubtful = {
          ...world,
          news: [
            ...world.news,
            {
              kind: 'news' as const,
              id: 'unsure',
              time: t(0),
              observations: [{ ...unsure, ancestors: [] }],
              acts: [],
            },
          ],
        };
        const said = new Set(found(doubtful).map(({ id }) => id));
        expect(standing(found(world)).filter((id) => !said.has(id))).toEqual([]);
      }),
      RUNS,
    );
  });
});
