/** Policies written from small worlds, and what a scan under them says. */
import type { Known } from '../../shared/inventory/inventory.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { allSubjects } from '../../shared/pipeline/baseline.ts';
import { declaredPoolOf } from '../../shared/pipeline/declared-pool.ts';
import { scan } from '../../shared/pipeline/scan.ts';
import { type Declared, declare } from '../../shared/policy-writer/declare.ts';
import type { Eyes } from '../../shared/policy-writer/ground.ts';
import { type Wishes, type WrittenPolicy, writePolicy } from '../../shared/policy-writer/write-policy.ts';
import { RUNS } from '../laws/runs.ts';
import { known, NOW, policyOf, type World } from '../world.ts';

/** Each run writes and judges a policy several times over: fewer of them do. */
export const FEWER = { numRuns: Math.ceil(RUNS.numRuns / 4) };

export const EYES: Eyes = { subjects: allSubjects, declaredPoolOf };

export function written(world: World, wishes: Wishes = {}): WrittenPolicy {
  return writePolicy(known(world), NOW, EYES, { owner: 'security@acme.example', ...wishes });
}

/** The generated part of what is written, without its indent. */
export function identitiesOf(text: string): string {
  const inside = /generated begin[^\n]*\n([\s\S]*?)^ *# anchorwatch:generated end/m.exec(text)?.[1] ?? '';
  return inside.replace(/^ {4}/gm, '');
}

/** `detector: match`, of every exception. */
export function exceptionsOf(written: WrittenPolicy): readonly string[] {
  return written.exceptions.map(
    ({ match: { detector, ...match } }) => `${detector}: ${Object.values(match).join(' ')}`,
  );
}

/** What a scan of the same world finds open under a policy. */
export function openUnder(text: string, all: Known): readonly Finding[] {
  const { findings, failed } = scan(all, policyOf(text), NOW);
  if (failed.length > 0) throw new Error(JSON.stringify(failed));
  return findings.filter(({ state }) => state === 'open');
}

export function declared(world: World, text: string): Declared {
  return declare(known(world), NOW, EYES, { path: 'policy.yaml', text });
}
