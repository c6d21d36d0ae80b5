import type { Finding } from '../model/finding.ts';
import { parseMember } from '../model/principal.ts';
import { explainChain } from './chain.ts';
import type { Evidence, FindingExplained } from './explanation.ts';
import type { World } from './world.ts';

/** How a finding came about: what stood, what stands, whose line of the policy speaks, and for a KSA its chain. */
export function explainFinding(finding: Finding, world: World): FindingExplained {
  const { eventTime, observedBy, actor } = finding;
  const pool = /^(?:edge|ksa):([^[\]]+\[[^[\]]+\])/.exec(finding.subject)?.[1];
  const principal = pool === undefined ? undefined : parseMember(`serviceAccount:${pool}`);
  const who: readonly Evidence[] =
    actor === 'unknown' || actor === 'pending'
      ? []
      : [{ text: `done by ${[actor.principal, ...actor.delegation].join(' through ')}` }];
  return {
    kind: 'finding',
    subject: finding.id,
    finding,
    trace: [
      ...finding.before.map((text): Evidence => ({ text: `before: ${text}` })),
      ...finding.after.map(
        (text): Evidence => ({ text: `now: ${text}`, since: eventTime, source: observedBy }),
      ),
      ...finding.path.map((text): Evidence => ({ text: `path: ${text}` })),
      ...who,
      { text: `judged by ${finding.detector}, on ${finding.subject}` },
      { text: `by ${finding.why.entry} (${finding.why.file}:${finding.why.line})` },
      ...(finding.exception === undefined ? [] : [{ text: `covered by exception ${finding.exception}` }]),
    ],
    ...(principal?.kind === 'ksa'
      ? {
          chain: explainChain(
            { ksa: { pool: principal.pool, namespace: principal.namespace, name: principal.name } },
            world,
          ),
        }
      : {}),
    verdict: {
      answer: finding.state === 'undecided' ? 'undecided' : finding.state === 'open' ? 'no' : 'yes',
      text: `${finding.title}.`,
    },
  };
}
