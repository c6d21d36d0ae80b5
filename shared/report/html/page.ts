import { createHash } from 'node:crypto';
import { Html, html, type Part } from './markup.ts';
import { PAGE_SCRIPT, THEME_BUTTON_SCRIPT, THEME_SCRIPT } from './page-script.ts';
import { STYLE } from './style.ts';

export interface Page {
  readonly title: string;
  /** What stands beside the text: ways to other parts and pages. */
  readonly side: readonly SideLink[];
  readonly main: Part;
  /** A page with a table of findings has data for its script, and runs it. */
  readonly data?: Part;
}

export interface SideLink {
  readonly link: Html;
  /** `organisation`: not for the page of one owner. */
  readonly of?: 'owner' | 'organisation';
}

/** One page that needs nothing else: no network, and no more script than is written in it, which its own policy of content enforces. */
export function pageText({ title, side, main, data }: Page): string {
  return String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${CONTENT_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${Html.own(STYLE)}</style>
<script>${Html.own(THEME_SCRIPT)}</script>
</head>
<body>
<a class="skip" href="#main">To the text</a>
<div class="page">
<div class="side"><nav id="contents" aria-label="Contents"><button type="button" id="theme" hidden>Dark</button><ul>${side.map(
    ({ link, of }) => html`<li${of === undefined ? undefined : html` class="${of}"`}>${link}</li>`,
  )}</ul></nav></div>
<main id="main" tabindex="-1">
${main}</main>
</div>
<script>${Html.own(THEME_BUTTON_SCRIPT)}</script>
${data === undefined ? undefined : html`${data}\n<script>${Html.own(PAGE_SCRIPT)}</script>`}
</body>
</html>
`);
}

/** What a page may load and run: the style and the scripts that are written into it, by their hashes. */
export const CONTENT_POLICY = [
  "default-src 'none'",
  `style-src '${hashOf(STYLE)}'`,
  `script-src ${[THEME_SCRIPT, THEME_BUTTON_SCRIPT, PAGE_SCRIPT].map((script) => `'${hashOf(script)}'`).join(' ')}`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
