import { EXIT } from './exit.ts';
import { processIo } from './io.ts';
import { run } from './run.ts';

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.clean);
  throw error;
});
// What nobody can read needs no telling.
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
const argv = process.argv.slice(2);
process.exitCode = await run(argv, processIo(argv.includes('--no-color') ? { color: false } : {}));
