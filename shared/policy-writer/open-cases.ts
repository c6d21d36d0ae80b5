import type { Detector, Judgement } from '../detectors/detector.ts';
import { DETECTORS } from '../detectors/index.ts';
import { fingerprint } from '../findings/fingerprint.ts';
import { judge } from '../findings/judge.ts';
import { canonicalSubject, parseSubject, type Subject } from '../inventory/subject.ts';
import type { View } from '../inventory/view.ts';
import type { Verdict } from '../model/finding.ts';
import type { Policy } from '../policy/policy.ts';
import { type Ground, viewOf } from './ground.ts';

/** A finding that stands open under a policy, with what an exception may name it by. */
export interface OpenCase {
  readonly verdict: Verdict;
  readonly judgement: Judgement;
  /** Every name of its resource. */
  readonly spellings: readonly string[];
  readonly view: View;
}

export interface Judged {
  readonly open: readonly OpenCase[];
  /** Names of the exceptions that cover something. */
  readonly used: ReadonlySet<string>;
  /** Detectors that threw, with the subject they threw on. */
  readonly failed: readonly { readonly detector: string; readonly subject: string; readonly error: string }[];
}

/** Judges everything under a policy, as a scan does, and keeps what is open. */
export function openCases(ground: Ground, policy: Policy): Judged {
  const open: OpenCase[] = [];
  const used = new Set<string>();
  const failed: Judged['failed'][number][] = [];
  for (const key of ground.eyes.subjects(ground.inventory, policy, ground.asOf)) {
    const subject = parseSubject(key);
    const view = viewOf(ground, policy);
    const verdicts = judge(subject, view, policy);
    failed.push(...verdicts.failed.map((failure) => ({ ...failure, subject: key })));
    for (const verdict of verdicts.verdicts) {
      if (verdict.exception !== undefined) used.add(verdict.exception);
      if (verdict.verdict !== 'open') continue;
      const judgement = judgementOf(verdict, subject, view, policy);
      if (judgement !== undefined)
        open.push({ verdict, judgement, spellings: view.spellings(verdict.resource), view });
    }
  }
  return { open, used, failed };
}

/** What the detector said: a verdict no longer has the member, the key and the account that an exception may name. */
function judgementOf(verdict: Verdict, subject: Subject, view: View, policy: Policy): Judgement | undefined {
  const present = canonicalSubject(subject, view);
  const detectors = DETECTORS[present.kind] as readonly Detector[];
  const detector = detectors.find(({ id }) => id === verdict.detector);
  return detector
    ?.detect(present, view, policy)
    .find((judgement) => fingerprint(policy.name, verdict.detector, judgement) === verdict.id);
}
