import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import { fromDate, type Nanos } from '../model/time.ts';
import type { Attribute, Truth } from './truth.ts';

/** IAM takes twelve logical operators in a condition (cloud.google.com/iam/quotas); what is far beyond that is no condition of IAM's. */
const LONGEST = 8_192;
const DEEPEST = 64;
const MOST_SHOWN = 160;
const TOO_DEEP = 'it is nested too deeply';

const CEL = new Environment({
  unlistedVariablesAreDyn: true,
  limits: {
    maxAstNodes: 1_000,
    maxDepth: DEEPEST,
    maxListElements: 200,
    maxMapEntries: 50,
    maxCallArguments: 16,
  },
});

/** What an IAM condition comes down to. Never throws: what cannot be read is undecided, and says why. Time is linear in the length. */
export function parseCondition(expression: string): Truth {
  if (expression.length > LONGEST) return undecided(`it is longer than ${LONGEST} characters`);
  try {
    return truthOf(CEL.parse(expression).ast, 0);
  } catch (error) {
    // The stack overflowed: nothing but the expression has been looked at.
    if (error instanceof RangeError) return undecided(TOO_DEEP);
    return undecided(`it is no valid expression (${firstLine(error)})`);
  }
}

function truthOf(node: ASTNode, depth: number): Truth {
  if (depth > DEEPEST) return undecided(TOO_DEEP);
  const inner = (child: ASTNode) => truthOf(child, depth + 1);
  switch (node.op) {
    case '&&':
      return { kind: 'all', of: node.args.map(inner) };
    case '||':
      return { kind: 'any', of: node.args.map(inner) };
    case '!_':
      return { kind: 'not', of: inner(node.args) };
    case '?:': {
      const [when, met, unmet] = node.args;
      return { kind: 'choice', when: inner(when), met: inner(met), unmet: inner(unmet) };
    }
    case '<':
    case '<=':
    case '>':
    case '>=':
      return timeTest(node.op, node.args[0], node.args[1]) ?? otherwise(node);
    case '==':
      return equality(node.args[0], node.args[1]) ?? otherwise(node);
    case '!=': {
      const equal = equality(node.args[0], node.args[1]);
      return equal === undefined ? otherwise(node) : not(equal);
    }
    case 'in':
      return membership(node.args[0], node.args[1]) ?? otherwise(node);
    case 'rcall':
      return textTest(node.args[0], node.args[1], node.args[2]) ?? otherwise(node);
    default:
      return otherwise(node);
  }
}

type Ordering = '<' | '<=' | '>' | '>=';
const TURNED: Readonly<Record<Ordering, Ordering>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/** `request.time < timestamp("…")`, either way round. */
function timeTest(op: Ordering, left: ASTNode, right: ASTNode): Truth | undefined {
  if (isRequestTime(right)) return isRequestTime(left) ? undefined : timeTest(TURNED[op], right, left);
  const time = isRequestTime(left) && isConstant(right) ? timeOf(right) : undefined;
  if (time === undefined) return undefined;
  const at: Truth = { kind: 'before', time: op === '<' || op === '>=' ? time : time + 1n };
  return op === '<' || op === '<=' ? at : not(at);
}

function isRequestTime(node: ASTNode): boolean {
  return node.op === '.' && node.args[1] === 'time' && isVariable(node.args[0], 'request');
}

/** To the millisecond, which is as fine as the library reads times. */
function timeOf(node: ASTNode): Nanos | undefined {
  const value = constantOf(node);
  return value instanceof Date ? fromDate(value) : undefined;
}

function equality(left: ASTNode, right: ASTNode): Truth | undefined {
  return attributeIs(left, right) ?? attributeIs(right, left);
}

function attributeIs(left: ASTNode, right: ASTNode): Truth | undefined {
  const attribute = attributeOf(left);
  const value = textOf(right);
  return attribute === undefined || value === undefined
    ? undefined
    : { kind: 'attribute', attribute, test: 'is', value };
}

/** `resource.type in ["…", "…"]`. */
function membership(left: ASTNode, right: ASTNode): Truth | undefined {
  if (right.op !== 'list') return undefined;
  const tests = right.args.map((one) => attributeIs(left, one));
  const known = tests.filter((test) => test !== undefined);
  return known.length === tests.length ? { kind: 'any', of: known } : undefined;
}

/** `resource.name.startsWith("…")`. */
function textTest(method: string, on: ASTNode, args: readonly ASTNode[]): Truth | undefined {
  const attribute = attributeOf(on);
  const value = args[0] === undefined ? undefined : textOf(args[0]);
  const test = method === 'startsWith' ? 'begins' : method === 'endsWith' ? 'ends' : undefined;
  return attribute === undefined || value === undefined || test === undefined || args.length !== 1
    ? undefined
    : { kind: 'attribute', attribute, test, value };
}

function attributeOf(node: ASTNode): Attribute | undefined {
  if (node.op !== '.' || !isVariable(node.args[0], 'resource')) return undefined;
  const [, name] = node.args;
  return name === 'name' || name === 'type' || name === 'service' ? name : undefined;
}

function isVariable(node: ASTNode, name: string): boolean {
  return node.op === 'id' && node.args === name;
}

function textOf(node: ASTNode): string | undefined {
  return node.op === 'value' && typeof node.args === 'string' ? node.args : undefined;
}

/** Whatever none of the forms above fits: a constant, something of the resource or the time, or what only a request can tell. */
function otherwise(node: ASTNode): Truth {
  if (isConstant(node)) {
    const value = constantOf(node);
    return typeof value === 'boolean'
      ? { kind: 'known', value }
      : undecided(`${sourceOf(node)} is neither true nor false`);
  }
  const unknowns = unknownsIn(node);
  if (unknowns.length > 0) return undecided(`it asks for ${[...new Set(unknowns)].join(', ')}`);
  return { kind: 'narrows', to: `what meets ${sourceOf(node)}` };
}

/** What is evaluated here: neither macros, which can take as long as they like, nor regular expressions. */
const FUNCTIONS = new Set([
  'timestamp',
  'duration',
  'string',
  'int',
  'startsWith',
  'endsWith',
  'contains',
  'size',
]);
const OPERATORS = new Set([
  'value',
  'list',
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  '+',
  '-',
  '-_',
  'in',
  '!_',
  '&&',
  '||',
  '?:',
]);

function isConstant(node: ASTNode): boolean {
  if (node.op === 'call' || node.op === 'rcall')
    return FUNCTIONS.has(node.args[0]) && childrenOf(node).every(isConstant);
  return OPERATORS.has(node.op) && childrenOf(node).every(isConstant);
}

/** `undefined` where the evaluation fails: a text that is no time, a sum that is too big. */
function constantOf(node: ASTNode): unknown {
  try {
    return CEL.evaluate(node.input.slice(node.range.start, node.range.end));
  } catch {
    return undefined;
  }
}

/** Of the resource: how IAM's conditions look at it (cloud.google.com/iam/docs/conditions-attribute-reference). */
const OF_RESOURCE = new Set([...FUNCTIONS, 'extract', 'lowerAscii', 'upperAscii', 'split', 'join']);
const OF_TIME = /^get(FullYear|Month|DayOfMonth|DayOfWeek|DayOfYear|Date|Hours|Minutes|Seconds)$/;
const TAGS = new Set(['matchTag', 'matchTagId', 'hasTagKey', 'hasTagKeyId']);

/** What a part asks for that is not known before a request is made, or not here, in words. */
function unknownsIn(node: ASTNode): readonly string[] {
  if (isRequestTime(node) || attributeOf(node) !== undefined) return [];
  switch (node.op) {
    case 'id':
    case '.':
      return [`${sourceOf(node)}, which only a request tells`];
    case 'call':
    case 'rcall': {
      const [name] = node.args;
      if (TAGS.has(name)) return ['tags, which are not read'];
      if (name === 'getAttribute') return [`${sourceOf(node)}, which only a request tells`];
      if (isConstant(node) && constantOf(node) === undefined)
        return [`${sourceOf(node)}, which has no value`];
      const isKnown = OF_RESOURCE.has(name) || (node.op === 'rcall' && OF_TIME.test(name));
      return isKnown
        ? childrenOf(node).flatMap(unknownsIn)
        : [`${sourceOf(node)}, which is not evaluated here`];
    }
    default:
      return childrenOf(node).flatMap(unknownsIn);
  }
}

function childrenOf(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return [];
    case '.':
    case '.?':
      return [node.args[0]];
    case 'call':
      return node.args[1];
    case 'rcall':
      return [node.args[1], ...node.args[2]];
    case 'map':
      return node.args.flat();
    case '!_':
    case '-_':
      return [node.args];
    default:
      return node.args;
  }
}

function not(of: Truth): Truth {
  return { kind: 'not', of };
}

function undecided(why: string): Truth {
  return { kind: 'undecided', why };
}

function sourceOf({ input, range }: ASTNode): string {
  return shortened(input.slice(range.start, range.end));
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return shortened(text.split('\n')[0] ?? '');
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > MOST_SHOWN ? `${line.slice(0, MOST_SHOWN)}…` : line;
}
