/** The pages of the console in a real browser, over HTTP as people have them, and with the injection corpus in whatever they are drawn from. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { plain } from '../../shared/report/html/markup.ts';
import { dismiss, type Stocked, showing, stocked } from '../functions/a-console.ts';
import { type Served, serve } from '../functions/serving.ts';
import { PageReader } from './browser.ts';
import { consolePages, type Kind } from './console-pages.ts';
import { ANATOMY, type Anatomy, HOSTILE, poisoned } from './hostile.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const FAULTS = readFileSync(new URL('./page-faults.js', import.meta.url), 'utf8');
const IDENTITY = encodeURIComponent(
  'acme-prod.svc.id.goog[payments/api] -> api@acme-prod.iam.gserviceaccount.com',
);

// A browser on a busy machine takes its time.
jest.setTimeout(90_000);
let reader: PageReader;
let served: Served;
let stock: Stocked;
beforeAll(async () => {
  reader = await PageReader.start();
  stock = await stocked();
  served = await serve(showing(stock.store));
  await dismiss(stock.store, editor());
});
afterAll(async () => {
  await reader.close();
  await served.close();
  await stock.store.close();
});

const editor = () => stock.findings.find(({ detector }) => detector === 'forbidden-role')!;
const at = (path: string) => `${served.url}/console/${path}`;
const heading = (page: Page) => page.getByRole('heading', { level: 1 }).textContent();

describe('the console in a browser', () => {
  it('leads from the report to a finding, its identity, its owner, and back', async () => {
    const { page, troubles } = await reader.visit(at(''));
    await page.getByRole('button', { name: editor().title }).click();
    await page.locator('.detail:visible').getByRole('link', { name: 'The page of this finding' }).click();
    expect(await heading(page)).toBe(editor().title);
    expect(page.url()).toBe(at(`finding/${editor().id}`));
    await page.getByRole('link', { name: editor().identity, exact: true }).first().click();
    await page.locator('svg').waitFor();
    expect(await heading(page)).toContain('payments/api');
    await page.getByRole('link', { name: 'team-payments' }).first().click();
    expect(await heading(page)).toBe('team-payments');
    await page.getByRole('link', { name: '← The report' }).click();
    await page.waitForSelector('html.js');
    expect(new URL(page.url()).pathname).toBe('/console/');
    expect(troubles).toEqual([]);
  });

  it('keeps to one address for each thing: filters of the report, and parts of a page', async () => {
    const report = await reader.visit(`${at('')}#detector=forbidden-role`);
    expect(await report.page.locator('#finding-table .toggle').allTextContents()).toEqual([editor().title]);
    const { page } = await reader.visit(`${at(`finding/${editor().id}`)}#decisions`);
    expect(await page.locator('#decisions').textContent()).toContain('the migration needs it');
    expect(
      await page.evaluate('document.querySelector("#decisions").getBoundingClientRect().top < innerHeight'),
    ).toBe(true);
  });

  it('with the keyboard alone goes to the text, and from there to the owner', async () => {
    const { page } = await reader.visit(at(`finding/${editor().id}`));
    const focused = () => page.evaluate<string>('document.activeElement.textContent.trim()');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('To the text');
    await page.keyboard.press('Enter');
    for (let press = 0; press < 20 && (await focused()) !== 'team-payments'; press++)
      await page.keyboard.press('Tab');
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await page.keyboard.press('Enter');
    await page.waitForURL(at('owner/team-payments'));
    expect(await heading(page)).toBe('team-payments');
  });

  it('says where to look when a page is not there', async () => {
    const { page } = await reader.visit(at('owner/payments'));
    await page.getByRole('link', { name: 'team-payments' }).click();
    expect(await heading(page)).toBe('team-payments');
  });

  it('works without scripts: the finding and the identity are whole', async () => {
    for (const [path, text] of [
      [`finding/${editor().id}`, 'gcloud projects remove-iam-policy-binding'],
      [`identity/${IDENTITY}`, 'roles/cloudsql.client'],
      ['owner/team-payments', 'Your '],
    ] as const) {
      const { page, troubles } = await reader.visit(at(path), { scripts: false });
      expect(await page.locator('main').textContent()).toContain(text);
      expect(await page.getByRole('button').count()).toBe(0);
      expect(troubles).toEqual([]);
    }
  });

  it('remembers on every page whether it is to be light or dark', async () => {
    const { page } = await reader.visit(at(`finding/${editor().id}`));
    const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    await page.getByRole('button', { name: 'Dark colours' }).click();
    expect(await ground()).toBe('rgb(14, 21, 28)');
    await page.goto(at('owner/team-payments'));
    expect(await ground()).toBe('rgb(14, 21, 28)');
  });
});

const KINDS: readonly Kind[] = ['report', 'finding', 'identity', 'namesakes', 'owner', 'lost'];

describe.each(KINDS)('the page of kind %s', (kind) => {
  it('by ear finds names, labels, levels and headings', async () => {
    const { page } = await reader.open(consolePages()[kind]);
    expect(await page.evaluate(FAULTS)).toEqual([]);
  });

  it('stays text, whatever it is drawn from', async () => {
    const calm = await reader.open(consolePages()[kind]);
    const wild = await reader.open(consolePages(poisoned)[kind]);
    const own = await calm.page.evaluate<Anatomy>(ANATOMY);
    const theirs = await wild.page.evaluate<Anatomy>(ANATOMY);
    expect(theirs.elements.filter((name) => !own.elements.includes(name))).toEqual([]);
    expect(theirs.attributes.filter((name) => !own.attributes.includes(name))).toEqual([]);
    expect(theirs.scripts).toBe(own.scripts);
    expect(theirs.links.filter((href) => !OWN_PAGES.test(href))).toEqual([]);
    expect(wild.troubles).toEqual([]);
    const text = (await wild.page.locator('main').textContent()) ?? '';
    expect(HOSTILE.filter((one) => text.includes(plain(one))).length).toBeGreaterThan(1);
  });
});

// The page of the report is looked at as a file (html-page.test.ts).
describe.each(KINDS.filter((kind) => kind !== 'report'))('the page of kind %s', (kind) => {
  it.each([360, 1440])(
    'at %i pixels stands in nobody’s way, says axe, and is never pushed sideways',
    async (width) => {
      for (const theme of ['light', 'dark'] as const) {
        const { page, troubles } = await reader.open(consolePages()[kind], { theme, width });
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
        await page.evaluate(AXE);
        const { violations, passes } = await page.evaluate<AxeResult>(
          "axe.run(document, { resultTypes: ['violations'] })",
        );
        expect(passes.length).toBeGreaterThan(15);
        expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
        expect(troubles).toEqual([]);
      }
    },
  );
});

/** A page of the console, seen from another of its pages: what follows is one segment, encoded. */
const OWN_PAGES = /^\.{1,2}\/(?:#[^"<>\s]*|(?:finding|identity|owner)\/[^/"<>\s]+)$/;

interface AxeResult {
  readonly passes: readonly unknown[];
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}
