import type { ChangeItem, Place } from '../../shared/check/change.ts';
import type { Caused, Checked, EdgeChange } from '../../shared/check/check.ts';
import { findingJson, SCHEMA_VERSION } from '../../shared/findings/finding-json.ts';
import { formatTime, type Nanos } from '../../shared/model/time.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import { fromHere } from '../from-here.ts';
import type { ChangeCounts } from '../read-change.ts';

/** What a check came to: printed as it stands for `json`, and drawn from for the other formats. */
export interface CheckResult {
  readonly policy: Policy;
  readonly asOf: Nanos;
  readonly onto: 'nothing' | 'a snapshot';
  readonly counts: Readonly<ChangeCounts>;
  /** What links of Markdown begin with. */
  readonly links: string | undefined;
  readonly checked: Checked;
}

/** The whole result as one JSON value (docs/check.md). */
export function checkJson({ policy, asOf, onto, counts, checked }: CheckResult) {
  const { edges, caused, undecided, resolved, unknown, gaps } = checked;
  return {
    schemaVersion: SCHEMA_VERSION,
    policy: { name: policy.name, hash: policy.hash, mode: policy.mode },
    asOf: formatTime(asOf),
    onto,
    counts,
    edges: edges.map(edgeJson),
    caused: caused.map(causedJson),
    undecided: undecided.map(causedJson),
    resolved: resolved.map(findingJson),
    unknown: unknown.map(({ item, argument }) => ({ argument: argument.argument, by: itemJson(item) })),
    gaps: gaps.map(({ item, text }) => ({ text, by: itemJson(item) })),
  };
}

function edgeJson({ ksa, gsa, before, after, why, items }: EdgeChange) {
  return { ...ksa, gsa, before, after, why, by: items.map(itemJson) };
}

function causedJson({ finding, item, was }: Caused) {
  return { was, by: item && itemJson(item), finding: findingJson(finding) };
}

function itemJson(item: ChangeItem) {
  const { file, line, column } = placeOf(item);
  return { name: item.name, source: item.source, action: item.action, file: fromHere(file), line, column };
}

/** Where somebody would change it: the annotation where it has one that points at an account. */
export function placeOf({ place, annotationAt }: ChangeItem): Place {
  return annotationAt ?? place;
}
