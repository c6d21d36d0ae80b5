import type { Detector, Judgement } from '../detectors/detector.ts';
import { DETECTORS } from '../detectors/index.ts';
import { canonicalSubject, type Subject, subjectKey } from '../inventory/subject.ts';
import type { View } from '../inventory/view.ts';
import type { Verdict } from '../model/finding.ts';
import { MINUTE } from '../model/time.ts';
import {
  changerOf,
  declaredFor,
  declaredForGsa,
  exceptionFor,
  inScope,
  sensitiveAt,
  severityOf,
} from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import { actBehind, actorOf, causeKeys } from './attribute.ts';
import { blastRadius } from './blast-radius.ts';
import { fingerprint } from './fingerprint.ts';
import { forPreviews, policyInForce } from './in-force.ts';

/** What all detectors together say of one subject. */
export interface Verdicts {
  readonly verdicts: readonly Verdict[];
  /** Detectors that threw: their findings stay as they are, and that they threw is reported. */
  readonly failed: readonly { readonly detector: string; readonly error: string }[];
}

/** Judges one subject. Pure: the same view and policy give the same verdicts, on the whole inventory or on the subject's neighbourhood. */
export function judge(subject: Subject, view: View, declared: Policy): Verdicts {
  const policy = policyInForce(declared, view);
  const present = canonicalSubject(subject, view);
  // Under a name that is no longer the asset's own there is nothing left to judge.
  if (subjectKey(present) !== subjectKey(subject)) return { verdicts: [], failed: [] };
  const said: { detector: Detector; judgement: Judgement }[] = [];
  const failed: { detector: string; error: string }[] = [];
  for (const detector of detectorsOf(present)) {
    try {
      for (const judgement of detector.detect(present, view, policy))
        said.push({ detector, judgement: sure(judgement, present, view) });
    } catch (error) {
      failed.push({ detector: detector.id, error: error instanceof Error ? error.message : String(error) });
    }
  }
  const muted = new Set(
    said
      .filter(({ judgement }) => judgement.state === 'open')
      .flatMap(({ detector }) => detector.mutes ?? []),
  );
  const verdicts = said
    .filter(({ detector }) => !muted.has(detector.id))
    // Whatever it keeps watch over, the watch keeps it over itself as well.
    .filter(({ judgement }) => present.kind === 'watch' || isInScope(judgement, view, policy))
    .map(({ detector, judgement }) =>
      verdictOf(
        detector,
        detector.heldForPolicy === true ? held(judgement, view, policy) : judgement,
        view,
        policy,
      ),
    );
  return { verdicts, failed };
}

/** What is said of a KSA that may have been deleted with others is not decided until it is seen again. */
function sure(judgement: Judgement, subject: Subject, view: View): Judgement {
  if (view.unsure.size === 0 || !['edge', 'ksa', 'declaration'].includes(subject.kind)) return judgement;
  const where = [...view.unsure].sort().join(', ');
  return {
    ...judgement,
    state: 'undecided',
    explanation: `KSAs of ${where} were deleted together, and which of them is not known until they are seen again. ${judgement.explanation}`,
  };
}

function detectorsOf(subject: Subject): readonly Detector[] {
  // Each list holds detectors of exactly that kind of subject; the type of the table says so, a union of lists cannot.
  return DETECTORS[subject.kind] as readonly Detector[];
}

/** How long a policy may come after the change it declares. */
const POLICY_LAG = 15n * MINUTE;

/**
 * What a trusted changer did too short a while ago to say that nobody declared it is not decided. It is not nothing either: a finding that
 * stands does not close because somebody trusted has touched the same thing.
 */
function held(judgement: Judgement, view: View, policy: Policy): Judgement {
  const until = judgement.cause.time + POLICY_LAG;
  const act = until <= view.asOf ? undefined : actBehind(judgement.cause, view);
  if (act === undefined) return judgement;
  const verdict = changerOf(policy, act.actor, { kind: 'bindings', resource: view.spellings(act.asset) });
  if (verdict.kind !== 'trusted') return judgement;
  view.wakeAt(until);
  return {
    ...judgement,
    state: 'undecided',
    explanation: `${verdict.by.name} is trusted with such a change and made it just now: the policy that declares it may be on its way. ${judgement.explanation}`,
  };
}

function isInScope(judgement: Judgement, view: View, policy: Policy): boolean {
  const spellings = view.spellings(judgement.resource);
  const project =
    judgement.project === undefined
      ? []
      : view.spellings(`//cloudresourcemanager.googleapis.com/projects/${judgement.project}`);
  return (
    inScope(
      policy,
      [
        ...view.ancestorsOf(judgement.resource),
        ...project.map((name) => `projects/${name.split('/').at(-1)}`),
      ],
      spellings,
    ) !== false
  );
}

function verdictOf(detector: Detector, judgement: Judgement, view: View, policy: Policy): Verdict {
  const act = actBehind(judgement.cause, view);
  const preview = forPreviews(judgement, view, policy);
  const base = {
    id: fingerprint(policy.name, detector.id, judgement),
    detector: detector.id,
    class: preview.class ?? judgement.class ?? detector.class,
    title: judgement.title,
    subject: judgement.subject,
    identity: judgement.identity,
    resource: judgement.resource,
    ...(judgement.role === undefined ? {} : { role: judgement.role }),
    // The default accounts' addresses have its number; rules and routes speak of its id.
    ...(judgement.project === undefined ? {} : { project: view.projectId(judgement.project) }),
    ...(judgement.cluster === undefined ? {} : { cluster: judgement.cluster }),
    ...(judgement.namespace === undefined ? {} : { namespace: judgement.namespace }),
    ...(judgement.ksa === undefined ? {} : { pool: judgement.ksa.pool }),
    ...(judgement.owner === undefined ? {} : { owner: judgement.owner }),
    actor: actorOf(act, judgement.cause, view),
    observedBy: judgement.cause.source,
    eventTime: judgement.cause.time,
    ...(judgement.cause.removed === true ? { removal: true as const } : {}),
    before: judgement.before,
    after: judgement.after,
    path: judgement.path ?? [],
    explanation: judgement.explanation,
    why: judgement.why,
    remediation: judgement.remediation,
    controls: detector.controls,
    causes: causeKeys(judgement.cause, act, view),
  };
  const severity = severityOf(policy, {
    ...base,
    severity: preview.severity ?? judgement.severity ?? detector.severity,
    // A cap for a sandbox does not hold for what leaves it.
    uncapped:
      preview.severity !== undefined || sensitiveAt(policy, view.spellings(judgement.resource)).length > 0,
  });
  if (judgement.state === 'undecided') return { ...base, severity, verdict: 'undecided' };
  const exception = exceptionFor(
    policy,
    {
      ...base,
      identityNames: identityNames(judgement, policy),
      ...(judgement.member === undefined ? {} : { member: judgement.member }),
      ...(judgement.key === undefined ? {} : { key: judgement.key }),
      ...(judgement.service === undefined ? {} : { service: judgement.service }),
      ...(judgement.network === undefined ? {} : { network: judgement.network }),
      ...(judgement.account === undefined ? {} : { serviceAccount: judgement.account }),
    },
    view.spellings(judgement.resource),
    view.asOf,
  );
  if (exception === undefined || exception.expired) {
    const radius = blastRadius(base.class, judgement, view, policy);
    return { ...base, severity, verdict: 'open', ...(radius === undefined ? {} : { blastRadius: radius }) };
  }
  view.wakeAt(exception.by.expires);
  return { ...base, severity, verdict: 'excepted', exception: exception.by.name };
}

/** The names by which an exception may speak of the identity: entries that declare it, `namespace/ksa`, the account's e-mail. */
function identityNames({ identity, ksa, account }: Judgement, policy: Policy): readonly string[] {
  const declared = [
    ...(ksa === undefined ? [] : declaredFor(policy, ksa, {})),
    ...(account === undefined ? [] : declaredForGsa(policy, account)),
  ];
  return [
    ...new Set([
      identity,
      ...declared.map((entry) => entry.name),
      ...(ksa === undefined ? [] : [`${ksa.namespace}/${ksa.name}`]),
      ...(account === undefined ? [] : [account]),
    ]),
  ];
}
