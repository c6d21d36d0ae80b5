import { formatTime } from '../model/time.ts';
import { unknownFrameworks } from './frameworks.ts';
import type { Ground } from './input.ts';
import type { CoverageSummary, Note, SignOff } from './report.ts';

/** How a report comes about, for whoever must rely on it. */
export function methodNotes({ input }: Ground): readonly Note[] {
  return [
    {
      title: 'What is compared',
      text: 'Who can act as which cloud identity (IAM bindings, annotations of Kubernetes service accounts, keys, role bindings) is compared with what the policy declares. Every difference is a finding with the line of the policy that says so.',
    },
    {
      title: 'Where the facts come from',
      text:
        input.history === undefined
          ? 'From the files that were given, taken as they stand. Nobody watched: there is no history, and what happened between two exports is not seen.'
          : 'From the audit log, the asset feed and regular sweeps of the whole scope. A sweep finds what both others missed, and what it had to find is counted.',
    },
    {
      title: 'Checks and the score',
      text: 'A check is one detector. It passes when it was asked about at least one subject and found nothing, fails when anything it found stands (open, acknowledged or snoozed), and is left out of the score when all it found is excepted, when anything could not be decided, or when it met nothing of its kind. Each weighs by its severity.',
    },
    {
      title: 'Controls',
      text: 'Evidence supports a control; no finding, and no absence of findings, satisfies one. A control is no better than the worst of the checks that speak to it.',
    },
    {
      title: 'Samples',
      text: 'The change population carries a seed and a rank for every change. A sample of n changes is the ranks 1 to n: whoever has the seed draws the same one.',
    },
    {
      title: 'Integrity',
      text: 'The hash is SHA-256 over the canonical JSON of the report. It covers the heads of all chains of transitions and the hash of the report before, so that neither can be changed later without showing. `anchorwatch verify` checks all of it.',
    },
  ];
}

/** What the report does not show. */
export function limitNotes({ input, policy }: Ground, coverage: CoverageSummary): readonly Note[] {
  const unknown = unknownFrameworks(input.entry?.frameworks ?? []);
  return [
    ...(coverage.gaps.length === 0
      ? []
      : [
          {
            title: 'Not everything is known',
            text: 'Where a scope or type is not completely known, whatever depends on something being absent there is undecided. The gaps are listed under coverage.',
          },
        ]),
    ...(input.history === undefined
      ? [
          {
            title: 'No history',
            text: 'A report made from files has no decisions, no trend, no time to notice or to close, and no chain to a report before it.',
          },
        ]
      : []),
    ...shortRecord(input),
    ...(policy.trustedChangers.length === 0
      ? [
          {
            title: 'Nobody is declared to make changes',
            text: 'The policy names no trusted changers, so that of changes which brought about no finding nobody can say whether they were declared.',
          },
        ]
      : []),
    ...unknown.map((id) => ({
      title: 'A framework is not known',
      text: `The policy asks for ${id}, to which nothing is mapped here.`,
    })),
    {
      title: 'Words of others',
      text: 'Requester, reason and user agent are what the caller claimed. They are shown and never believed.',
    },
    {
      title: 'The scope of the watch',
      text: 'Only GKE Workload Identity and what it reaches is judged: other accounts through forbidden roles, keys and public access alone.',
    },
  ];
}

/** Where the change population cannot be whole. */
function shortRecord({ history, period }: Ground['input']): readonly Note[] {
  if (history === undefined || (history.changesSince ?? period.to) <= period.from) return [];
  const since = history.changesSince;
  return [
    {
      title: 'The change population is not of the whole period',
      text:
        since === undefined
          ? 'Nobody has noted since when identity changes are kept: changes of the last eight days are listed, and earlier ones may be missing.'
          : `Identity changes are on record since ${formatTime(since).slice(0, 16)}Z, and the period began at ${formatTime(period.from).slice(0, 16)}Z. Changes between the two are missing.`,
    },
  ];
}

export function signOffBlock({ input }: Ground): SignOff {
  const required = input.entry?.signOff === 'required';
  return {
    required,
    statement: 'I have read this report, its gaps and its limits, and the findings that stand.',
    roles: required ? ['Prepared by', 'Reviewed by', 'Approved by'] : ['Reviewed by'],
  };
}
