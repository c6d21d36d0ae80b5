import * as z from 'zod';
import { findingSchema, findingState, type Immutable, time } from './finding-schema.ts';

/** What a topic gets of every transition: types, tests and `docs/transition.schema.json` come from here. */
export const transitionEventSchema = z.strictObject({
  schemaVersion: z
    .literal(1)
    .meta({ description: 'Grows when a field changes its meaning or goes. Fields may come at any time.' }),
  tenant: z.string().meta({ description: 'The name of the policy.' }),
  transition: z
    .strictObject({
      finding: z.string().meta({ description: 'The id of the finding.' }),
      episode: z.int().min(1).meta({ description: 'Its episode.' }),
      at: time('When it moved.'),
      from: z
        .enum(['none', ...findingState.options])
        .meta({ description: 'How it stood; `none` for a new one.' }),
      to: findingState.meta({ description: 'How it stands now.' }),
      why: z.string().meta({ description: 'What moved it, in words.' }),
      hash: z.string().meta({
        description: 'Over all of the above and `previousHash`. The same event always has the same.',
      }),
      previousHash: z
        .string()
        .meta({ description: 'The one before it of the same finding; empty for the first.' }),
    })
    .meta({ description: 'What happened.' }),
  incident: z.string().meta({ description: 'The change it belongs to; empty while undecided.' }),
  finding: findingSchema.meta({ description: 'The finding as it stands after it (docs/findings.md).' }),
});

export type TransitionEvent = Immutable<z.infer<typeof transitionEventSchema>>;

/**
 * The text of `docs/transition.schema.json` (draft-07, which every tool reads). Its objects are open although ours are closed: a field that
 * comes with a new release must not make anybody's consumer refuse the event.
 */
export function transitionSchemaText(): string {
  const { $schema, ...schema } = z.toJSONSchema(transitionEventSchema, {
    target: 'draft-7',
    override: ({ jsonSchema }) => {
      delete jsonSchema.additionalProperties;
      // Zod says of every whole number that JavaScript can hold it.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  const whole = {
    $schema,
    $id: 'https://anchorwatch.dev/v1/transition.schema.json',
    title: 'Anchorwatch transition',
    description: 'One finding has moved from one state to another.',
    ...schema,
  };
  return `${JSON.stringify(whole, null, 2)}\n`;
}
