/**
 * Judges every captured message by itself under a policy that declares nothing dangerous, and compares with what somebody who read it expects
 * (test/corpus/expectations.jsonl). Prints precision and recall for each source, and every miss and false alarm by name. Exit 1 where one of them
 * is not explained (test/corpus/explained.jsonl), 2 where there are no captured messages.
 *
 *     node bench/corpus.ts [--json]
 *
 * ANCHORWATCH_FIXTURES: where captured messages are; else beside the repository.
 */
import { parseArgs } from 'node:util';
import { CAPTURED, isCapturedHere } from './corpus/captured.ts';
import { asJson, asText } from './corpus/print.ts';
import { runCorpus } from './corpus/run.ts';

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });

if (!isCapturedHere()) {
  process.stderr.write(`no captured messages at ${CAPTURED}: set ANCHORWATCH_FIXTURES\n`);
  process.exitCode = 2;
} else {
  const run = await runCorpus();
  process.stdout.write(values.json ? `${JSON.stringify(asJson(run), null, 2)}\n` : asText(run));
  if (run.differences.length + run.mistakes.length > 0) process.exitCode = 1;
}
