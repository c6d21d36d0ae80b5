import type { Nanos } from '../model/time.ts';
import type { AlertMessage } from '../ports.ts';
import { bullets, date, paragraph, richText, type Span, span, spansText, words } from './block-kit.ts';

/** A detector that a new version brought. */
export interface Arrival {
  readonly id: string;
  readonly title: string;
}

/** That a new version looks for more than the one before, and tells of it in the digest only for a while. */
export function arrivalsMessage(arrivals: readonly Arrival[], until: Nanos): AlertMessage {
  const what = arrivals.length === 1 ? 'A detector is new' : `${arrivals.length} detectors are new`;
  const head: readonly Span[] = [
    words(`${what} in this version. What is found goes to the digest and the report only until `),
    date(until, '{date_short_pretty}'),
    words('; `modes` in the policy says otherwise.'),
  ];
  const items = arrivals.map(({ id, title }) => [span(id, 80, { code: true }), words(`: ${title}`)]);
  const block = richText(paragraph(...head), bullets(items));
  return { text: spansText(head, 600), blocks: block === undefined ? [] : [block] };
}
