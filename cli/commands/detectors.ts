import type { Command } from 'commander';
import type { Detector } from '../../shared/detectors/detector.ts';
import { ALL_DETECTORS } from '../../shared/detectors/index.ts';
import { SCHEMA_VERSION } from '../../shared/findings/finding-json.ts';
import { didYouMean } from '../../shared/policy/suggest.ts';
import { CommandFailed, EXIT, type ExitCode } from '../exit.ts';
import { type Io, styled } from '../io.ts';
import { plainFormatOption } from '../options.ts';

/** `anchorwatch detectors`: what is looked for. */
export function addDetectors(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('detectors')
    .description('list what is looked for, and why it matters')
    .argument('[detector...]', 'these only')
    .addOption(plainFormatOption())
    .action((ids: readonly string[], { format }: { format: string }) => {
      const wanted = ids.length === 0 ? ALL_DETECTORS : ids.map(detectorCalled);
      if (format === 'json') {
        const detectors = wanted.map(({ detect: _detect, ...about }) => about);
        io.out(`${JSON.stringify({ schemaVersion: SCHEMA_VERSION, detectors }, null, 2)}\n`);
      } else {
        for (const detector of wanted) {
          io.out(
            `${styled(io, 'bold', detector.id)}  ${styled(io, 'dim', `${detector.class} · ${detector.severity} · judges each ${detector.subject}`)}\n`,
          );
          io.out(`${wrapped(detector.about, io.width, '   ')}\n\n`);
        }
      }
      end(EXIT.clean);
    });
}

function detectorCalled(id: string): Detector {
  const found = ALL_DETECTORS.find((detector) => detector.id === id);
  if (found !== undefined) return found;
  const meant = didYouMean(
    id,
    ALL_DETECTORS.map((detector) => detector.id),
  );
  throw new CommandFailed(
    EXIT.usage,
    `no detector is called ${id}${meant === undefined ? '; anchorwatch detectors lists them' : `: ${meant}`}`,
  );
}

function wrapped(text: string, width: number, indent: string): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    if (line.length + word.length + 1 > Math.min(width, 110) && line.trim() !== '') {
      lines.push(line);
      line = indent;
    }
    line += line === indent ? word : ` ${word}`;
  }
  return [...lines, line].join('\n');
}
