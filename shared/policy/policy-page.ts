import * as z from 'zod';
import { PROBLEM_CODES } from './problem.ts';
import { PROBLEM_MEANINGS } from './problem-meanings.ts';
import { DOCUMENT_KINDS } from './schema.ts';
import { objectIn } from './schema-walk.ts';

/** The page of the language: the head that people wrote, then every key and every code as the program knows them. */
export function policyPage(head: string): string {
  const { spec } = DOCUMENT_KINDS.WorkloadIdentityPolicy.shape;
  const exception = DOCUMENT_KINDS.PolicyException.shape.spec;
  const sections = Object.entries(spec.shape).flatMap(([key, schema]) => section(key, schema, 3));
  return [
    head.trim(),
    '## Every key',
    'Generated from the schema by `npm run schema`. A key that is not here is an error, with the nearest one that is.',
    '### metadata',
    ...table(DOCUMENT_KINDS.WorkloadIdentityPolicy.shape.metadata),
    ...sections,
    '### PolicyException: spec',
    'A document of its own, which can lie in a folder with reviewers of its own. `metadata.name` is its name.',
    ...table(exception),
    '### PolicyTest: cases[]',
    'What the policy must find. Run by `anchorwatch test`.',
    ...body('cases[]', DOCUMENT_KINDS.PolicyTest.shape.cases, 4),
    '## Every code',
    'A code never changes its meaning. Warnings keep no policy from loading; `validate --strict` takes them for errors.',
    [
      '| code | says |',
      '|---|---|',
      ...PROBLEM_CODES.map((code) => `| \`${code}\` | ${PROBLEM_MEANINGS[code]} |`),
    ].join('\n'),
    '',
  ].join('\n\n');
}

/** A key of `spec`: what it is for, its default, its parts. */
function section(path: string, schema: z.ZodType, level: number): readonly string[] {
  const { description = '' } = schema.meta() ?? {};
  const isSimple = objectIn(schema) === undefined;
  return [
    `${'#'.repeat(level)} ${path}${isList(schema) && !isSimple ? '[]' : ''}`,
    description,
    ...(isSimple
      ? [`${typeText(schema)}${fallbackText(schema)}. ${exampleText(schema)}`]
      : body(path, schema, level + 1)),
  ];
}

/** The parts of an object, and the sections of those that have parts themselves. */
function body(path: string, schema: z.ZodType, level: number): readonly string[] {
  const object = objectIn(schema);
  if (object === undefined) return [];
  const below = Object.entries(object.shape).filter(([, inner]) => objectIn(inner) !== undefined);
  const here = isList(schema) && !path.endsWith('[]') ? `${path}[]` : path;
  return [
    ...table(object),
    ...below.flatMap(([key, inner]) => [
      `${'#'.repeat(Math.min(level, 6))} ${here}.${key}${isList(inner) ? '[]' : ''}`,
      ...body(`${here}.${key}`, inner, level + 1),
    ]),
  ];
}

function table(object: z.ZodObject): readonly string[] {
  const rows = Object.entries(object.shape).map(([key, schema]) => {
    const { description = '' } = schema.meta() ?? {};
    const need = schema.safeParse(undefined).success ? '' : ' **needed**';
    return `| \`${key}\`${need} | ${cell(`${typeText(schema)}${fallbackText(schema)}`)} | ${cell(`${description} ${exampleText(schema)}`)} |`;
  });
  return [['| key | takes | |', '|---|---|---|', ...rows].join('\n')];
}

function typeText(schema: unknown): string {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return typeText(schema.unwrap());
  if (schema instanceof z.ZodArray)
    return schema.element instanceof z.ZodObject ? 'list' : `list of ${typeText(schema.element)}`;
  if (schema instanceof z.ZodEnum) return schema.options.map((one) => `\`${one}\``).join(', ');
  if (schema instanceof z.ZodUnion) return typeText(schema.options[0]).concat(', or a list of such');
  if (schema instanceof z.ZodObject) return 'map';
  if (schema instanceof z.ZodBoolean) return 'true or false';
  return schema instanceof z.ZodNumber ? 'number' : 'text';
}

function fallbackText(schema: z.ZodType): string {
  const fallback: unknown =
    schema.meta()?.default ?? (schema instanceof z.ZodDefault ? schema.def.defaultValue : undefined);
  return fallback === undefined ? '' : `; default \`${JSON.stringify(fallback)}\``;
}

/** Examples of objects are told by their parts. */
function exampleText(schema: z.ZodType): string {
  const { examples } = schema.meta() ?? {};
  if (!Array.isArray(examples) || objectIn(schema) !== undefined) return '';
  return `E.g. ${examples.map((example) => `\`${JSON.stringify(example)}\``).join(', ')}`;
}

function isList(schema: unknown): boolean {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault
    ? isList(schema.unwrap())
    : schema instanceof z.ZodArray;
}

/** Outside of code an angle bracket would begin a tag. */
function cell(text: string): string {
  const parts = text.trim().replaceAll('|', '\\|').replaceAll('\n', ' ').split('`');
  return parts.map((part, i) => (i % 2 === 0 ? part.replaceAll('<', '&lt;') : part)).join('`');
}
