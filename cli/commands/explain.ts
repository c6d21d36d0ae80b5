import { existsSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { type Asking, type Question, readQuestion } from '../../shared/explain/ask.ts';
import { explain } from '../../shared/explain/explain.ts';
import type { Chain, Explanation } from '../../shared/explain/explanation.ts';
import { dot } from '../../shared/explain/graph/dot.ts';
import { mermaid } from '../../shared/explain/graph/mermaid.ts';
import { graphOf } from '../../shared/explain/graph/of-explanation.ts';
import { svg } from '../../shared/explain/graph/svg.ts';
import { type Diagnosis, diagnose } from '../../shared/explain/match-symptom.ts';
import { World } from '../../shared/explain/world.ts';
import { findingJson, SCHEMA_VERSION } from '../../shared/findings/finding-json.ts';
import { Inventory } from '../../shared/inventory/inventory.ts';
import { View } from '../../shared/inventory/view.ts';
import { formatTime, fromDate, type Nanos } from '../../shared/model/time.ts';
import { declaredPoolOf } from '../../shared/pipeline/declared-pool.ts';
import { scan } from '../../shared/pipeline/scan.ts';
import { didYouMean } from '../../shared/policy/suggest.ts';
import { CommandFailed, EXIT, type ExitCode } from '../exit.ts';
import { gatherAssets } from '../gather.ts';
import type { Io } from '../io.ts';
import { asOfOption, outputOption } from '../options.ts';
import { diagnosisTable } from '../output/diagnosis-table.ts';
import { explanationTable } from '../output/explanation-table.ts';
import { loadFor } from '../policy.ts';
import { put } from './scan.ts';

const GRAPHS = { mermaid, dot, svg } as const;

interface Options {
  readonly policy?: string[];
  readonly assets?: string[];
  readonly symptom?: string;
  readonly format: 'table' | 'json';
  readonly graph?: keyof typeof GRAPHS;
  readonly output?: string;
  readonly asOf?: Nanos;
}

/** `anchorwatch explain`: why an identity works or does not, link by link, and whom to ask. */
export function addExplain(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('explain')
    .description(
      'why an identity works or does not: the chain from pod to resource, step by step, with the command that mends it',
    )
    .argument(
      '[subject...]',
      'NAMESPACE/KSA, POOL[NAMESPACE/KSA], CLUSTER NAMESPACE/KSA, pod/NAMESPACE/NAME, an account, a key, a finding, or a resource; after a KSA or a pod, the RESOURCE it should reach',
    )
    .option('-p, --policy <file...>', 'policy file(s)')
    .option('-a, --assets <file...>', 'export file(s) or folder(s); - is standard input')
    .option('--symptom <text>', 'an error text: what it means and what to look at')
    .addOption(
      new Option('-f, --format <format>', 'how to print').choices(['table', 'json']).default('table'),
    )
    .addOption(
      new Option('--graph <format>', 'draw the identities around the subject instead').choices(
        Object.keys(GRAPHS),
      ),
    )
    .addOption(outputOption())
    .addOption(asOfOption('judge expiries at this time (default: now)'))
    .action(async (given: string[], taken: Options) => {
      const { words, options } = apart(given, taken);
      if (words.length === 0 && options.symptom === undefined)
        throw new CommandFailed(EXIT.usage, 'say what to explain, or give an error text: --symptom "403 …"');
      if (words.length === 0) {
        if (options.graph !== undefined)
          throw new CommandFailed(EXIT.usage, '--graph needs a subject to draw');
        await put(
          rendered(undefined, diagnose(options.symptom ?? '', undefined), options, io),
          options.output,
          io,
        );
        end(EXIT.clean);
        return;
      }
      const { explanation, world, incomplete } = await explained(words, options, io);
      const chain = chainIn(explanation);
      const diagnoses = options.symptom === undefined ? undefined : diagnose(options.symptom, chain);
      const text =
        options.graph === undefined
          ? rendered(explanation, diagnoses, options, io)
          : GRAPHS[options.graph](graphOf(explanation, world));
      await put(text, options.output, io);
      end(incomplete ? EXIT.incomplete : explanation.verdict.answer === 'no' ? EXIT.findings : EXIT.clean);
    });
}

/** An option that takes several files takes the subject after them too: what is no file there is a word of the question. */
function apart(
  given: readonly string[],
  options: Options,
): { readonly words: readonly string[]; readonly options: Options } {
  const words = [...given];
  const files = (all: readonly string[] | undefined): string[] | undefined => {
    if (all === undefined) return undefined;
    const end = all.findLastIndex((path, index) => index === 0 || path === '-' || existsSync(path)) + 1;
    words.push(...all.slice(end));
    return all.slice(0, end);
  };
  const [policy, assets] = [files(options.policy), files(options.assets)];
  const { policy: _policy, assets: _assets, ...rest } = options;
  return {
    words,
    options: {
      ...rest,
      ...(policy === undefined ? {} : { policy }),
      ...(assets === undefined ? {} : { assets }),
    },
  };
}

async function explained(
  words: readonly string[],
  { policy: policyFiles, assets, asOf = fromDate(new Date()) }: Options,
  io: Io,
): Promise<{ readonly explanation: Explanation; readonly world: World; readonly incomplete: boolean }> {
  if (policyFiles === undefined || assets === undefined)
    throw new CommandFailed(EXIT.usage, `${words.join(' ')}: --policy and --assets say where to look it up`);
  const policy = await loadFor(policyFiles, io);
  const { known, incomplete } = await gatherAssets(assets, io, fromDate(new Date()));
  const inventory = new Inventory(known);
  const world = new World(inventory, new View(inventory, asOf, declaredPoolOf(policy)), policy);
  const asked: Asking = readQuestion(words, world);
  // Where the input broke off, what is not in it is not known to be missing.
  const code = incomplete ? EXIT.incomplete : EXIT.usage;
  if (!asked.ok) throw new CommandFailed(code, asked.why);
  const meant = meantBy(asked.question, world);
  if (meant !== undefined) io.err(`${meant}\n`);
  const explanation = explain(asked.question, world, () => scan(known, policy, asOf).findings);
  if (explanation === undefined) throw new CommandFailed(code, `${words.join(' ')} is not in what was read`);
  return { explanation, world, incomplete };
}

/** Of a workload or an account that nothing tells of: the one that was meant, where one is near. It may be what is missing, so it is explained all the same. */
function meantBy(question: Question, world: World): string | undefined {
  const names = namesFor(question, world);
  if (names === undefined || names.known.includes(names.asked)) return undefined;
  const meant = didYouMean(names.asked, new Set(names.known));
  return meant && `${names.asked} is in nothing that was read: ${meant}`;
}

function namesFor(question: Question, world: World) {
  if (question.kind === 'chain')
    return {
      asked: `${question.ksa.namespace}/${question.ksa.name}`,
      known: world.ksas().map(({ namespace, name }) => `${namespace}/${name}`),
    };
  return question.kind === 'account' && question.account.includes('@')
    ? { asked: question.account, known: world.accounts().flatMap(({ email }) => email ?? []) }
    : undefined;
}

function chainIn(explanation: Explanation): Chain | undefined {
  if (explanation.kind === 'chain') return explanation;
  return explanation.kind === 'finding' ? explanation.chain : undefined;
}

function rendered(
  explanation: Explanation | undefined,
  diagnoses: readonly Diagnosis[] | undefined,
  { format }: Options,
  io: Io,
): string {
  if (format === 'json') {
    const value = {
      schemaVersion: SCHEMA_VERSION,
      ...(explanation === undefined ? {} : { explanation: machine(explanation) }),
      ...(diagnoses === undefined ? {} : { diagnoses: diagnoses.map(diagnosisJson) }),
    };
    return `${JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? formatTime(item) : item), 2)}\n`;
  }
  return [
    ...(diagnoses === undefined ? [] : [diagnosisTable(diagnoses, io)]),
    ...(explanation === undefined ? [] : [explanationTable(explanation, io)]),
  ].join('');
}

function machine(explanation: Explanation) {
  return explanation.kind === 'finding'
    ? { ...explanation, finding: findingJson(explanation.finding) }
    : explanation;
}

function diagnosisJson({ symptom, checks, confirmed }: Diagnosis) {
  const { patterns: _patterns, steps: _steps, ...told } = symptom;
  return { ...told, checks, confirmed };
}
