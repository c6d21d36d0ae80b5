import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import chromium from '@sparticuz/chromium';
import { type Browser, type Page, chromium as playwright } from 'playwright-core';

export interface Opened {
  readonly page: Page;
  /** What the page asked for besides itself, what its policy of content refused, and what went wrong in it. */
  readonly troubles: string[];
}

export interface Look {
  readonly hash?: string;
  readonly width?: number;
  readonly theme?: 'light' | 'dark';
  readonly scripts?: false;
}

/** A real browser for pages in files, as whoever gets a report by post opens it. Chromium that needs no system library (Linux, x64). */
export class PageReader {
  readonly #browser: Browser;
  readonly #folder: string;
  #pages = 0;

  private constructor(browser: Browser, folder: string) {
    this.#browser = browser;
    this.#folder = folder;
  }

  static async start(): Promise<PageReader> {
    const folder = mkdtempSync(join(tmpdir(), 'anchorwatch-pages-'));
    const fonts = join(folder, 'fonts.conf');
    mkdirSync(join(folder, 'fonts'));
    const folders = [join(tmpdir(), 'fonts'), '/usr/share/fonts'].map((path) => `<dir>${path}</dir>`);
    writeFileSync(
      fonts,
      `<fontconfig>${folders.join('')}<cachedir>${join(folder, 'fonts')}</cachedir></fontconfig>`,
    );
    const browser = await playwright.launch({
      executablePath: await chromium.executablePath(),
      args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'],
      env: { ...process.env, FONTCONFIG_FILE: fonts },
    });
    return new PageReader(browser, folder);
  }

  async open(
    html: string,
    { hash = '', width = 1440, theme = 'light', scripts }: Look = {},
  ): Promise<Opened> {
    const file = join(this.#folder, `${this.#pages++}.html`);
    writeFileSync(file, html);
    return this.visit(`${pathToFileURL(file).href}${hash === '' ? '' : `#${hash}`}`, {
      width,
      theme,
      ...(scripts === undefined ? {} : { scripts }),
    });
  }

  /** A page of a server on this machine, or of a file. `troubles` has whatever it asks for besides pages. */
  async visit(url: string, { width = 1440, theme = 'light', scripts }: Look = {}): Promise<Opened> {
    const context = await this.#browser.newContext({
      viewport: { width, height: 900 },
      colorScheme: theme,
      javaScriptEnabled: scripts !== false,
    });
    const page = await context.newPage();
    const troubles: string[] = [];
    page.on('request', (request) => {
      if (!request.isNavigationRequest()) troubles.push(`request ${request.url()}`);
    });
    page.on('console', (message) => troubles.push(`${message.type()} ${message.text()}`));
    page.on('pageerror', (error) => troubles.push(`error ${error.message}`));
    page.on('dialog', (dialog) => {
      troubles.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(url);
    // A page without a table of findings has no script to wait for.
    if (scripts !== false && (await page.locator('#findings-data, #finding-table').count()) > 0)
      await page.waitForSelector('html.js');
    return { page, troubles };
  }

  async close(): Promise<void> {
    await this.#browser.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
