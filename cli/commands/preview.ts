import { type Command, Option } from 'commander';
import { drawCard } from '../../shared/adapters/console-card.ts';
import { partsOf } from '../../shared/adapters/console-parts.ts';
import { header } from '../../shared/alerts/block-kit.ts';
import { plain } from '../../shared/alerts/text.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { later, MINUTE, type Nanos } from '../../shared/model/time.ts';
import { didYouMean } from '../../shared/policy/suggest.ts';
import type { Block } from '../../shared/ports.ts';
import { CommandFailed, EXIT, type ExitCode } from '../exit.ts';
import { findingsFrom } from '../findings.ts';
import type { Io } from '../io.ts';
import { asOfOption, outputOption } from '../options.ts';
import { loadFor } from '../policy.ts';
import { label } from '../preview/elements.ts';
import { previewPage, type Scene } from '../preview/page.ts';
import { MESSAGES, type MessageKind, NeedsPolicy, OF_MANY, sceneOf } from '../preview/scenes.ts';
import { STATES, type State, shownAs } from '../preview/states.ts';
import { drawnFor, put } from './scan.ts';

const FORMS = ['slack-json', 'terminal', 'html'] as const;

interface Options {
  readonly finding: string;
  readonly id?: string;
  readonly as: (typeof FORMS)[number];
  readonly message: MessageKind;
  readonly state?: State;
  readonly policy?: string[];
  readonly output?: string;
  readonly asOf?: Nanos;
}

/** `anchorwatch preview`: a message as people would get it, without sending it. */
export function addPreview(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('preview')
    .description('a message as people would get it: for Block Kit Builder, in the terminal, or as a page')
    .requiredOption(
      '--finding <file>',
      'JSON or NDJSON of scan or replay, or of one finding; - is standard input',
    )
    .option('--id <id>', 'of a finding or an incident, or the beginning of it: where the file holds several')
    .addOption(new Option('--as <form>', 'how to show it').choices([...FORMS]).default('terminal'))
    .addOption(new Option('-m, --message <message>', 'which message').choices([...MESSAGES]).default('alert'))
    .addOption(new Option('--state <state>', 'look at the findings as if they were so').choices([...STATES]))
    .option('-p, --policy <file...>', 'for whom it would call, its time zone, what it never excepts')
    .addOption(outputOption())
    .addOption(asOfOption('when somebody looks (default: a minute after the newest thing in the findings)'))
    .action(async (options: Options) => {
      const all = await findingsFrom(options.finding, io);
      const policy = options.policy === undefined ? undefined : await loadFor(options.policy, io);
      const { message, state } = options;
      const chosen = OF_MANY.has(message) && options.id === undefined ? all : incidentIn(all, options);
      const asOf = options.asOf ?? newestOf(chosen) + MINUTE;
      const findings = state === undefined ? chosen : chosen.map((one) => shownAs(one, state, asOf));
      const scene = attempt(() => sceneOf(message, { findings, state, policy, asOf }));
      const drawn = drawnFor(options.output, io);
      const reader = { asOf, timezone: policy?.timezone ?? 'UTC' };
      const text =
        options.as === 'html'
          ? previewPage(scene, reader)
          : options.as === 'terminal'
            ? card(scene, drawn)
            : payload(scene);
      await put(text, options.output, io);
      end(EXIT.clean);
    });
}

/** The findings that would share a message. */
function incidentIn(all: readonly Finding[], { id, finding: file }: Options): readonly Finding[] {
  const keyOf = ({ incident, id: own }: Finding) => incident || own;
  const named =
    id === undefined ? all : all.filter((one) => one.id.startsWith(id) || one.incident.startsWith(id));
  const keys = new Set(named.map(keyOf));
  if (keys.size === 1) return all.filter((one) => keys.has(keyOf(one)));
  const what = id === undefined ? file : `${id} in ${file}`;
  if (keys.size === 0) {
    const meant =
      id &&
      didYouMean(
        id,
        all.map((one) => plain(one.id, 64).slice(0, id.length)),
      );
    throw new CommandFailed(EXIT.usage, `nothing begins with ${what}${meant ? `: ${meant}` : ''}`);
  }
  const groups = [...Map.groupBy(named, keyOf)].slice(0, 10).map(([key, [first]]) => {
    const { severity, title } = first!;
    return `  --id ${plain(key, 64).slice(0, 12)}  ${severity.padEnd(8)}  ${plain(title, 120)}`;
  });
  const rest = keys.size - groups.length;
  throw new CommandFailed(
    EXIT.usage,
    [
      `${what} stands for ${keys.size} messages; choose one:`,
      ...groups,
      ...(rest > 0 ? [`  … and ${rest} more`] : []),
    ].join('\n'),
  );
}

function newestOf(findings: readonly Finding[]): Nanos {
  return findings.flatMap(({ lastSeen, resolvedAt }) => [lastSeen, resolvedAt ?? 0n]).reduce(later, 0n);
}

function attempt(build: () => Scene): Scene {
  try {
    return build();
  } catch (error) {
    if (error instanceof NeedsPolicy)
      throw new CommandFailed(EXIT.usage, `--policy is missing: ${error.message}`);
    throw error;
  }
}

/** What Block Kit Builder takes: the blocks of the message, or the dialogue. */
function payload({ letters, modal }: Scene): string {
  const value = modal ?? letters.at(-1)?.message;
  return `${JSON.stringify(value, null, 2)}\n`;
}

function card({ letters, modal }: Scene, io: Io): string {
  const look = { color: io.color, width: Math.min(io.width, 110) };
  if (modal !== undefined) {
    const blocks = Array.isArray(modal.blocks) ? (modal.blocks as readonly Block[]) : [];
    return drawCard(partsOf([header(label(modal.title)), ...blocks]), 'a dialogue', look);
  }
  return letters.map(({ message, where }) => drawCard(partsOf(message.blocks), `→ ${where}`, look)).join('');
}
