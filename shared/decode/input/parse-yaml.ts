import { type Document, LineCounter, parseAllDocuments, visit } from 'yaml';
import { notYaml, quoted } from '../answer.ts';
import { deeperThan } from '../content-id.ts';
import type { InputItem, PlaceOf, Problem } from './item.ts';
import { unwrapped } from './unwrap.ts';

const MAX_DEPTH = 100;
/** Manifests hardly use aliases. What a few of them can unfold to stays small; "billion laughs" does not get far. */
const MAX_ALIASES = 20;
const MAX_DOCUMENTS = 10_000;

/**
 * The values of a YAML file: one for each document that is not empty, with the line it begins in. A document that is broken is a problem
 * and costs no more than itself. `places`: each says where its parts stand. Never throws.
 */
export function* parseYaml(file: string, text: string, places = false): Generator<InputItem> {
  const lines = new LineCounter();
  const documents = documentsOf(text, lines);
  const problem = (offset: number, message: string): InputItem => {
    const { line, col } = lines.linePos(offset);
    return {
      problem: { file, line: Math.max(line, 1), column: Math.max(col, 1), kind: 'not-yaml', message },
    };
  };
  if (documents === 'too deep' || documents.length > MAX_DOCUMENTS) {
    const message = documents === 'too deep' ? TOO_DEEP : `more than ${MAX_DOCUMENTS} documents in one file`;
    yield { problem: { file, kind: 'not-yaml', message } };
    return;
  }
  for (const document of documents) {
    if (document.errors.length === 0 && document.contents === null) continue;
    const begin = document.contents?.range[0] ?? document.range[0];
    const found = faultOf(document, text) ?? plainValue(document);
    if ('message' in found) yield problem(found.offset ?? begin, found.message);
    else if (found.value !== null) {
      const where = { file, line: Math.max(lines.linePos(begin).line, 1) };
      const values = unwrapped(found.value);
      for (const [index, value] of values.entries()) {
        const above = value === found.value ? [] : ['items', index];
        yield {
          value,
          where,
          syntax: 'yaml',
          ...(places ? { placeOf: placesIn(document, above, lines) } : {}),
        };
      }
    }
  }
}

/** Of what comes by an alias nothing is said: it stands elsewhere. */
function placesIn(
  document: Document.Parsed,
  above: readonly (string | number)[],
  lines: LineCounter,
): PlaceOf {
  return (path) => {
    const { offset } = offsetOf(document.getIn([...above, ...path], true));
    if (offset === undefined) return undefined;
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
}

export function tooLargeYaml(file: string): Problem {
  return { file, kind: 'too-large', message: 'a YAML file of more than 10 MiB; passed over' };
}

const TOO_DEEP = `nested more than ${MAX_DEPTH} deep`;

/** Merge keys are on, because people who write manifests use them; other extras are not. Equal keys are found below in one pass. */
function documentsOf(text: string, lineCounter: LineCounter): readonly Document.Parsed[] | 'too deep' {
  try {
    return parseAllDocuments(text, {
      version: '1.2',
      schema: 'core',
      strict: true,
      stringKeys: true,
      uniqueKeys: false,
      merge: true,
      resolveKnownTags: false,
      prettyErrors: false,
      logLevel: 'silent',
      lineCounter,
    });
  } catch (error) {
    if (error instanceof RangeError) return 'too deep';
    throw error;
  }
}

interface Fault {
  readonly message: string;
  readonly offset?: number;
}

function faultOf(document: Document.Parsed, text: string): Fault | undefined {
  const exhausted = document.errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  if (exhausted !== undefined) return { message: TOO_DEEP, offset: exhausted.pos[0] };
  const error = document.errors[0];
  if (error !== undefined) return { message: messageOf(document, text, error.pos[0]), offset: error.pos[0] };
  return repeatedKey(document);
}

/** Charts and the like are text until they are rendered: what stands in them is not what will be applied. */
function messageOf(document: Document.Parsed, text: string, offset: number): string {
  const [begin, , end] = document.range;
  const isTemplate = /\{\{.*?\}\}/.test(text.slice(begin, Math.max(end, offset + 200)));
  if (isTemplate) return 'not YAML but a template for it: render it first (helm template, kustomize build)';
  return notYaml(text.slice(offset, offset + 200));
}

/** Which of two equal keys counts differs from parser to parser: we do not choose. */
function repeatedKey(document: Document.Parsed): Fault | undefined {
  let fault: Fault | undefined;
  visit(document, {
    Map(_, map) {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        const name = String(key);
        if (name !== '<<' && seen.has(name)) {
          fault = { message: `the key ${quoted(name)} is given twice`, ...offsetOf(key) };
          return visit.BREAK;
        }
        seen.add(name);
      }
      return undefined;
    },
  });
  return fault;
}

function offsetOf(node: unknown): { readonly offset?: number } {
  const range: unknown =
    typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
  const offset: unknown = Array.isArray(range) ? range[0] : undefined;
  return typeof offset === 'number' ? { offset } : {};
}

/** The library gives plain data, whose keys are always its own (`__proto__` among them), and refuses what unfolds too far. */
function plainValue(document: Document.Parsed): Fault | { readonly value: unknown } {
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    // A document may hold itself, by an alias within its anchor: that is without end too.
    return deeperThan(value, MAX_DEPTH) ? { message: TOO_DEEP } : { value };
  } catch (error) {
    if (error instanceof ReferenceError || error instanceof RangeError)
      return { message: 'aliases (*name) that lead nowhere or unfold to too much' };
    if (error instanceof Error) return { message: 'aliases or merge keys that do not fit what they name' };
    throw error;
  }
}
