/** `node docs/pictures/draw-report.ts`: draws the pictures of docs/report.md from the pages of report and console that the tests look at, in Chromium (Linux, x64). */
import { writeFileSync } from 'node:fs';
import { reportHtml } from '../../shared/report/html.ts';
import { type Look, PageReader } from '../../test/report/browser.ts';
import { consolePages, type Kind } from '../../test/report/console-pages.ts';
import { aReport, FINDINGS } from '../../test/report/whole-report.ts';
import { smallPng } from './small-png.ts';

interface Picture extends Look {
  readonly name: string;
  readonly height: number;
  /** Which page of the console; else the report in a file. */
  readonly of?: Kind;
  /** Where the picture begins; else at the top. */
  readonly at?: string;
}

const PICTURES: readonly Picture[] = [
  { name: 'report-light', width: 1440, height: 1500, theme: 'light' },
  { name: 'report-finding-dark', width: 1440, height: 900, theme: 'dark', hash: `f-${FINDINGS[0]!.id}` },
  { name: 'report-identities-light', width: 1440, height: 1240, theme: 'light', at: '#identities' },
  { name: 'report-phone-dark', width: 390, height: 1240, theme: 'dark' },
  { name: 'report-owner-phone-dark', width: 390, height: 1500, theme: 'dark', hash: 'owner=team-payments' },
  { name: 'console-finding-light', of: 'finding', width: 1440, height: 1500, theme: 'light' },
  { name: 'console-identity-phone-dark', of: 'identity', width: 390, height: 1180, theme: 'dark' },
];

const reader = await PageReader.start();
try {
  const html = reportHtml(aReport());
  const pages = consolePages();
  for (const { name, height, at, of, ...look } of PICTURES) {
    const { page } = await reader.open(of === undefined ? html : pages[of], look);
    await page.setViewportSize({ width: look.width ?? 1440, height });
    if (at !== undefined) await page.locator(at).evaluate((section) => section.scrollIntoView());
    const picture = smallPng(await page.screenshot(), 256);
    writeFileSync(new URL(`./${name}.png`, import.meta.url), picture);
    process.stdout.write(`${name}.png  ${Math.round(picture.length / 1024)} kB\n`);
  }
} finally {
  await reader.close();
}
