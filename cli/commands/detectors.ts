import type { Command } from 'commander';
import { ALL_DETECTORS } from '../../shared/detectors/index.ts';
import { SCHEMA_VERSION } from '../../shared/findings/finding-json.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { type Io, styled } from '../io.ts';
import { plainFormatOption } from '../options.ts';

/** `anchorwatch detectors`: what is looked for. */
export function addDetectors(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('detectors')
    .description('list what is looked for, and why it matters')
    .addOption(plainFormatOption())
    .action(({ format }: { format: string }) => {
      if (format === 'json') {
        const detectors = ALL_DETECTORS.map(({ detect: _detect, ...about }) => about);
        io.out(`${JSON.stringify({ schemaVersion: SCHEMA_VERSION, detectors }, null, 2)}\n`);
      } else {
        for (const detector of ALL_DETECTORS) {
          io.out(
            `${styled(io, 'bold', detector.id)}  ${styled(io, 'dim', `${detector.class} · ${detector.severity} · judges each ${detector.subject}`)}\n`,
          );
          io.out(`${wrapped(detector.about, io.width, '   ')}\n\n`);
        }
      }
      end(EXIT.clean);
    });
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
