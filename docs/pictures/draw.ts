/** `npm run pictures`: draws the pictures of docs/alerts.md from the pages of `anchorwatch preview`, in Chromium (Linux, x64). */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';
import { parseDocument } from 'yaml';
import { run } from '../../cli/run.ts';
import { smallPng } from './small-png.ts';

const at = (path: string) => relative(process.cwd(), fileURLToPath(new URL(path, import.meta.url)));
const POLICY = at('../../examples/acme/policy.yaml');
const ASSETS = at('../../examples/acme/assets.ndjson');
const EVENTS = at('../../examples/acme/events.ndjson');
const folder = mkdtempSync(join(tmpdir(), 'anchorwatch-pictures-'));

/** Runs a command for the file it writes; findings are no failure here. */
async function anchorwatch(...argv: readonly string[]): Promise<void> {
  let said = '';
  const err = (text: string) => {
    said += text;
  };
  const code = await run(argv, { out() {}, err, color: false, errIsTerminal: false, width: 100 });
  if (code > 1 && code !== 4) throw new Error(`anchorwatch ${argv.join(' ')}: ${said}`);
}

/** The morning of acme; and what a policy that lost its identities would make of a dozen organisations like it. */
async function findings(): Promise<{ readonly morning: string; readonly storm: string }> {
  const [morning, storm, lost] = [
    join(folder, 'morning.json'),
    join(folder, 'storm.json'),
    join(folder, 'lost.yaml'),
  ];
  await anchorwatch('replay', '-p', POLICY, '-a', ASSETS, '-e', EVENTS, '-f', 'json', '-o', morning);
  const policy = parseDocument(readFileSync(POLICY, 'utf8'));
  policy.deleteIn(['spec', 'workloadIdentities']);
  writeFileSync(lost, policy.toString());
  await anchorwatch(
    'scan',
    '-p',
    lost,
    '-a',
    ASSETS,
    '--as-of',
    '2026-11-21T09:00:00Z',
    '-f',
    'json',
    '-o',
    storm,
  );
  const one = readFileSync(storm, 'utf8');
  const dozen = Array.from({ length: 12 }, (_, nth) =>
    findingsIn(nth === 0 ? one : one.replaceAll('acme-prod', `acme-prod-${nth + 1}`)).map((finding) => ({
      ...finding,
      incident: `${finding.incident}${nth}`,
    })),
  );
  writeFileSync(storm, JSON.stringify(dozen.flat()));
  return { morning, storm };
}

interface Picture {
  readonly name: string;
  readonly preview: readonly string[];
  /** On a phone as well. */
  readonly phone?: true;
}

/** Somebody made the collector's account an editor, by hand. */
const EDITOR = 'forbidden-role';
/** Five minutes after that. */
const LATER = ['--as-of', '2026-11-21T09:36:30Z'];

async function pictures(): Promise<readonly Picture[]> {
  const { morning, storm } = await findings();
  const incident = incidentOf(morning, EDITOR);
  const one = ['--finding', morning, '--id', incident, '-p', POLICY];
  return [
    { name: 'open', preview: [...one, '--state', 'open'], phone: true },
    { name: 'confirming', preview: [...one, ...LATER, '--state', 'confirming', '-m', 'thread'] },
    { name: 'resolved', preview: [...one, ...LATER, '--state', 'resolved', '-m', 'thread'] },
    { name: 'storm', preview: ['--finding', storm, '-p', POLICY, '-m', 'rollup'] },
    { name: 'digest', preview: ['--finding', morning, '-p', POLICY, '-m', 'digest'], phone: true },
    { name: 'exception', preview: [...one, '--state', 'open', '-m', 'exception-modal'] },
  ];
}

interface Found {
  readonly detector: string;
  readonly state: string;
  readonly incident: string;
}

function findingsIn(text: string): readonly Found[] {
  const { findings: found }: { findings: readonly Found[] } = JSON.parse(text);
  return found;
}

function incidentOf(file: string, detector: string): string {
  const found = findingsIn(readFileSync(file, 'utf8')).find(
    (one) => one.detector === detector && one.state === 'open',
  );
  if (found === undefined) throw new Error(`the morning has no ${detector} any more`);
  return found.incident;
}

const WIDE = 1280;
const PHONE = 390;

async function draw(browser: Browser, { name, preview, phone }: Picture): Promise<void> {
  const page = join(folder, `${name}.html`);
  await anchorwatch('preview', ...preview, '--as', 'html', '-o', page);
  for (const theme of ['light', 'dark'] as const) {
    for (const width of phone === true ? [WIDE, PHONE] : [WIDE]) {
      const tab = await browser.newPage({
        viewport: { width, height: 800 },
        deviceScaleFactor: 2,
        colorScheme: theme,
      });
      await tab.goto(pathToFileURL(page).href);
      const file = at(`./${name}${width === PHONE ? '-phone' : ''}-${theme}.png`);
      const picture = smallPng(await tab.locator('main').screenshot());
      writeFileSync(file, picture);
      process.stdout.write(`${file}  ${Math.round(picture.length / 1024)} kB\n`);
      await tab.close();
    }
  }
}

/** The letters that come with this Chromium first, so that the pictures are the same on every machine as far as can be. */
function fontSettings(): string {
  const file = join(folder, 'fonts.conf');
  const folders = [join(tmpdir(), 'fonts'), '/usr/share/fonts'].map((path) => `<dir>${path}</dir>`);
  writeFileSync(
    file,
    `<fontconfig>${folders.join('')}<cachedir>${join(folder, 'fonts')}</cachedir></fontconfig>`,
  );
  mkdirSync(join(folder, 'fonts'));
  return file;
}

try {
  const executablePath = await chromium.executablePath();
  const browser = await playwright.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'],
    env: { ...process.env, FONTCONFIG_FILE: fontSettings() },
  });
  for (const picture of await pictures()) await draw(browser, picture);
  await browser.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
