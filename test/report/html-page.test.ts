/** The page of the report in a real browser: filter, order, unfold, link, keyboard, themes, widths, paper, and without scripts. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { reportHtml } from '../../shared/report/html.ts';
import { PageReader } from './browser.ts';
import { aReport, FINDINGS, manyFindings, manyIdentities } from './whole-report.ts';

const HTML = reportHtml(aReport());
const MANY = reportHtml(aReport({ findings: manyFindings(400) }));
const [FIRST, SECOND, THIRD] = FINDINGS;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const FAULTS = readFileSync(new URL('./page-faults.js', import.meta.url), 'utf8');

// A browser on a busy machine takes its time.
jest.setTimeout(60_000);
let reader: PageReader;
beforeAll(async () => {
  reader = await PageReader.start();
});
afterAll(() => reader.close());

async function titles(page: Page): Promise<readonly string[]> {
  return page.locator('#finding-table .toggle').allTextContents();
}

async function hashOf(page: Page): Promise<string> {
  return page.evaluate('location.hash');
}

describe('the findings', () => {
  it('are filtered by severity, text, detector and state, and the address keeps it', async () => {
    const { page, troubles } = await reader.open(HTML);
    expect(await titles(page)).toEqual(FINDINGS.map(({ title }) => title));
    await page.getByRole('checkbox', { name: 'critical' }).check();
    expect(await titles(page)).toEqual([FIRST!.title, SECOND!.title]);
    await page.getByRole('searchbox', { name: 'Search' }).fill('EDITOR collector');
    expect(await titles(page)).toEqual([SECOND!.title]);
    expect(await page.locator('#found').textContent()).toBe('1 of 8 findings');
    expect(await hashOf(page)).toBe('#severity=critical&q=EDITOR+collector');
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByRole('combobox', { name: 'Detector' }).selectOption('undeclared-binding');
    expect(await titles(page)).toEqual([THIRD!.title]);
    expect(await hashOf(page)).toBe('#detector=undeclared-binding');
    await page.getByRole('searchbox', { name: 'Search' }).fill('no such thing');
    expect(await titles(page)).toEqual([]);
    expect(await page.locator('#found').textContent()).toBe('0 of 8 findings');
    expect(troubles).toEqual([]);
  });

  it('are put in order by any column, which says so', async () => {
    const { page } = await reader.open(HTML);
    const head = page.locator('#finding-table').getByRole('columnheader', { name: 'Age', exact: true });
    await head.getByRole('button').click();
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    const ages = await page.locator('#finding-table td.c-age').allTextContents();
    expect(ages).toEqual(['90 d', '60 d', '20 d', '9 d', '5 d', '4 d', '2 d', '1 d 6 h']);
    await head.getByRole('button').click();
    expect(await head.getAttribute('aria-sort')).toBe('ascending');
    expect((await titles(page))[0]).toBe(SECOND!.title);
    expect(await page.locator('#finding-table th[aria-sort]').count()).toBe(1);
    await head.getByRole('button').click();
    expect(await page.locator('#finding-table th[aria-sort]').count()).toBe(0);
    await page.getByRole('button', { name: 'Severity' }).click();
    expect((await page.locator('#finding-table td.c-severity').allTextContents()).at(0)).toBe('critical');
  });

  it('unfold, and the address keeps that too', async () => {
    const { page } = await reader.open(HTML);
    const toggle = page.getByRole('button', { name: FIRST!.title });
    expect(await page.getByText('kubectl annotate').isVisible()).toBe(false);
    await toggle.click();
    expect(await toggle.getAttribute('aria-expanded')).toBe('true');
    expect(await page.getByText('kubectl annotate').isVisible()).toBe(true);
    const again = await reader.open(HTML, { hash: (await hashOf(page)).slice(1) });
    expect(await again.page.getByText('kubectl annotate').isVisible()).toBe(true);
  });

  it('are linked to: the address of one opens it', async () => {
    const { page } = await reader.open(MANY, { hash: `f-${manyFindings(400)[333]!.id}` });
    const aimed = page.locator('tr.aim');
    expect(await aimed.locator('.toggle').textContent()).toBe(manyFindings(400)[333]!.title);
    expect(await aimed.locator('.toggle').getAttribute('aria-expanded')).toBe('true');
    expect(await page.evaluate("document.activeElement.matches('tr.aim .toggle')")).toBe(true);
    expect(await page.locator('#pager span').textContent()).toBe('Page 7 of 8');
  });

  it('are linked to from the controls they are evidence for', async () => {
    const { page } = await reader.open(HTML, { hash: 'severity=low' });
    await page.locator('#controls').getByRole('link', { name: SECOND!.title }).first().click();
    expect(await page.locator('tr.aim .toggle').textContent()).toBe(SECOND!.title);
  });

  it('come in pages', async () => {
    const { page } = await reader.open(MANY);
    expect(await page.locator('#finding-table .toggle').count()).toBe(50);
    expect(await page.getByRole('button', { name: 'Previous' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Next' }).click();
    expect(await page.locator('#pager span').textContent()).toBe('Page 2 of 8');
    expect(await hashOf(page)).toBe('#page=2');
    await page.getByRole('checkbox', { name: 'critical' }).check();
    expect(await page.locator('#pager span').textContent()).toBe('Page 1 of 2');
  });

  it('are drawn by the script as they were written', async () => {
    const written = await reader.open(HTML, { scripts: false });
    const drawn = await reader.open(HTML);
    const rows = (page: Page) => page.locator('#finding-table tbody').textContent();
    const blocks = (page: Page) =>
      page.locator('#finding-table .blocks').evaluateAll((all) => all.map((one) => one.innerHTML));
    expect(await blocks(drawn.page)).toEqual(await blocks(written.page));
    expect(await blocks(drawn.page)).toHaveLength(FINDINGS.length);
    for (const { title } of FINDINGS) expect(await rows(written.page)).toContain(title);
  });
});

describe('the page of an owner', () => {
  it('says what is theirs and to do, and shows nothing else', async () => {
    const { page, troubles } = await reader.open(HTML, { hash: 'owner=team-payments' });
    expect(await page.locator('#owner-view').textContent()).toContain(
      'Your 2 identities, 1 to do; 1 to review.',
    );
    expect(await titles(page)).toEqual([THIRD!.title, FINDINGS[7]!.title]);
    expect(await page.locator('#identities tbody tr:visible').count()).toBe(2);
    expect(await page.locator('#posture').isVisible()).toBe(false);
    expect(await page.locator('#keys').isVisible()).toBe(false);
    await page.getByRole('link', { name: 'The whole report' }).click();
    await page.locator('#posture').waitFor();
    expect(await page.locator('#identities tbody tr:visible').count()).toBe(6);
    await page.getByRole('link', { name: 'team-web', exact: true }).click();
    await page.getByRole('heading', { name: 'team-web' }).waitFor();
    expect(await page.locator('#keys tbody tr:visible').count()).toBe(1);
    expect(troubles).toEqual([]);
  });

  it('has all their rows, though the page has no room for those of everybody', async () => {
    const identities = manyIdentities(1_000);
    const { page, troubles } = await reader.open(reportHtml(aReport({ identities })));
    const rows = page.locator('#identities tbody tr:visible');
    expect(await rows.count()).toBe(300);
    expect(await page.locator('#identities .rest').textContent()).toContain('700 more rows');
    const owned = identities.filter(({ owner }) => owner === 'team-7');
    await page.evaluate("location.hash = 'owner=team-7'");
    await page.locator('#identities tr.rest').first().waitFor();
    expect(await rows.locator('th .name').allTextContents()).toEqual(owned.map(({ ksa }) => ksa));
    // Those the script draws look like those that were written.
    const shapes = await rows.evaluateAll((all) =>
      all.map((row) =>
        [...row.querySelectorAll('*')].map((one) => `${one.localName}.${one.className}`).join(),
      ),
    );
    const written = shapes.slice(0, 10);
    expect(shapes.slice(10).every((shape) => written.includes(shape))).toBe(true);
    await page.getByRole('link', { name: 'The whole report' }).click();
    await page.locator('#posture').waitFor();
    expect(await rows.count()).toBe(300);
    expect(troubles).toEqual([]);
  });

  it.each(['nobody', '__proto__', '%3Cimg%20src=x%3E'])(
    'of somebody who is not there says so: %s',
    async (name) => {
      const { page, troubles } = await reader.open(HTML, { hash: `owner=${name}` });
      expect(await page.locator('#owner-view').textContent()).toContain('Nobody of this name answers');
      expect(await page.locator('#owner-view img').count()).toBe(0);
      expect(troubles).toEqual([]);
    },
  );
});

describe('whoever reads', () => {
  it('with the keyboard alone reaches the report, the filters, the order and a finding', async () => {
    const { page } = await reader.open(HTML);
    const focused = () => page.evaluate<string>('document.activeElement.textContent.trim()');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('To the text');
    await page.keyboard.press('Enter');
    await page.locator('#filters input[type=search]').focus();
    await page.keyboard.type('ana@acme');
    expect(await titles(page)).toEqual([SECOND!.title]);
    for (let press = 0; press < 60 && (await focused()) !== 'Severity'; press++)
      await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.locator('#finding-table th[data-sort=severity]').getAttribute('aria-sort')).toBe(
      'descending',
    );
    for (let press = 0; press < 12 && (await focused()) !== SECOND!.title; press++)
      await page.keyboard.press('Tab');
    expect(await focused()).toBe(SECOND!.title);
    const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
    expect(outline).toBe('solid');
    await page.keyboard.press('Space');
    expect(await page.getByText('gcloud projects remove-iam-policy-binding').isVisible()).toBe(true);
  });

  it('in light or in dark has what the system says, until they say otherwise', async () => {
    const ground = (page: Page) => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await reader.open(HTML);
    const dark = await reader.open(HTML, { theme: 'dark' });
    expect(await ground(light.page)).toBe('rgb(255, 255, 255)');
    expect(await ground(dark.page)).toBe('rgb(14, 21, 28)');
    await dark.page.getByRole('button', { name: 'Light colours' }).click();
    expect(await ground(dark.page)).toBe('rgb(255, 255, 255)');
    expect(await dark.page.getByRole('button', { name: 'Dark colours' }).isVisible()).toBe(true);
  });

  it.each([360, 768, 1024, 1440])('at %i pixels never has to push the page sideways', async (width) => {
    for (const html of [HTML, MANY]) {
      const { page } = await reader.open(html, { width, hash: `open=${FIRST!.id}` });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      expect(await page.getByRole('button', { name: 'Show all' }).isVisible()).toBe(true);
    }
  });

  it('on paper has every row unfolded, the head of the table on each sheet, and addresses in full', async () => {
    const { page } = await reader.open(MANY, { hash: 'severity=critical', theme: 'dark' });
    expect(await page.locator('#finding-table .toggle').count()).toBe(50);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    // Everything that was filtered for, not its first page alone.
    await page.locator('#finding-table .toggle').nth(79).waitFor();
    expect(await page.locator('#finding-table .detail:visible').count()).toBe(80);
    expect(await page.locator('#filters').isVisible()).toBe(false);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect(
      await page.evaluate("getComputedStyle(document.querySelector('#finding-table thead')).display"),
    ).toBe('table-header-group');
    const shown = await page.evaluate(
      `getComputedStyle(document.querySelector('#finding-table a[href^="https:"]'), '::after').content`,
    );
    expect(shown).toContain('https://console.cloud.google.com/');
    await page.emulateMedia({ media: 'screen' });
    await page.locator('#finding-table .toggle').nth(50).waitFor({ state: 'detached' });
  });

  it('without scripts has everything to read, and no filter that does nothing', async () => {
    const { page, troubles } = await reader.open(MANY, { scripts: false });
    expect(await page.locator('#brief').count()).toBe(0);
    expect(await page.locator('#filters').isVisible()).toBe(false);
    expect(await page.getByRole('button').count()).toBe(0);
    const text = await page.locator('#findings').textContent();
    for (const { title } of manyFindings(400)) expect(text).toContain(title);
    expect(await page.locator('#finding-table .detail:visible').count()).toBe(400);
    expect(text).toContain('kubectl annotate');
    expect(troubles).toEqual([]);
  });

  it.each(['light', 'dark'] as const)(
    'finds nothing in the way of anybody, says axe, in %s',
    async (theme) => {
      for (const width of [360, 1440]) {
        const { page } = await reader.open(HTML, { theme, width, hash: `open=${FIRST!.id}` });
        // Not as an element of the page: its policy would refuse that.
        await page.evaluate(AXE);
        const { violations, passes } = await page.evaluate<AxeResult>(
          "axe.run(document, { resultTypes: ['violations'] })",
        );
        expect(passes.length).toBeGreaterThan(20);
        expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      }
    },
  );

  it('by ear finds names, labels, levels and headings', async () => {
    const { page } = await reader.open(HTML, { hash: `open=${FINDINGS.map(({ id }) => id).join(',')}` });
    expect(await page.evaluate(FAULTS)).toEqual([]);
    expect(await page.getByRole('navigation', { name: 'Contents' }).count()).toBe(1);
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
  });
});

interface AxeResult {
  readonly passes: readonly unknown[];
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}
