import { isMap, isSeq, parseAllDocuments } from 'yaml';

/** What stands between the two marker comments of a policy file, and what stands around it. */
export interface GeneratedPart {
  /** Up to the end of the first marker's line. */
  readonly before: string;
  readonly inside: string;
  /** From the beginning of the second marker's line. */
  readonly after: string;
  readonly indent: string;
  readonly lineBreak: '\n' | '\r\n';
}

export const BEGIN = '# anchorwatch:generated begin (do not edit by hand)';
export const END = '# anchorwatch:generated end';

const BEGIN_LINE = /^([ \t]*)#[ \t]*anchorwatch:generated begin\b[^\n]*\n/gm;
const END_LINE = /^[ \t]*#[ \t]*anchorwatch:generated end\b/gm;

/** Why a file cannot be generated into. */
export class NoGeneratedPart extends Error {
  override readonly name = 'NoGeneratedPart';
}

/** Whether a file is meant to be generated into. */
export function hasGeneratedPart(text: string): boolean {
  return text.search(BEGIN_LINE) >= 0 || text.search(END_LINE) >= 0;
}

/** Finds the markers: one pair, in this order. */
export function generatedPart(text: string): GeneratedPart {
  const begins = [...text.matchAll(BEGIN_LINE)];
  const ends = [...text.matchAll(END_LINE)];
  const [begin, end] = [begins[0], ends[0]];
  if (begin === undefined || end === undefined)
    throw new NoGeneratedPart(`there is no generated part: under workloadIdentities, write the lines
    ${BEGIN}
    ${END}`);
  if (begins.length > 1 || ends.length > 1)
    throw new NoGeneratedPart('there is more than one generated part');
  const start = begin.index + begin[0].length;
  if (end.index < start)
    throw new NoGeneratedPart('the end of the generated part stands before its beginning');
  return {
    before: text.slice(0, start),
    inside: text.slice(start, end.index),
    after: text.slice(end.index),
    indent: begin[1] ?? '',
    lineBreak: begin[0].endsWith('\r\n') ? '\r\n' : '\n',
  };
}

/** The file with other entries in its generated part; everything around it is the same to the byte. */
export function withEntries(part: GeneratedPart, entries: readonly (readonly string[])[]): string {
  const { before, after, indent, lineBreak } = part;
  // A list of nothing but comments is no list: unless somebody wrote entries by hand, it has to be said.
  const lines = entries.length > 0 ? entries.flat() : hasOwnEntries(part) ? [] : ['[]'];
  return `${before}${lines.map((line) => `${indent}${line}${lineBreak}`).join('')}${after}`;
}

/** Whether `workloadIdentities` has entries outside the generated part. */
function hasOwnEntries({ before, after }: GeneratedPart): boolean {
  return parseAllDocuments(before + after, { logLevel: 'silent' }).some((document) => {
    const spec = isMap(document.contents) ? document.contents.get('spec') : undefined;
    const list = isMap(spec) ? spec.get('workloadIdentities') : undefined;
    return isSeq(list) && list.items.length > 0;
  });
}
