/** The page of the report as text: it stays in its own bounds whatever the report holds, and its colours can be read. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { accountUrl, consoleUrl, keysUrl, policyUrl, webLink } from '../../shared/report/html/links.ts';
import { html, island, plain } from '../../shared/report/html/markup.ts';
import { type ColorName, DARK, LIGHT } from '../../shared/report/html/palette.ts';
import { Clock, duration, percent } from '../../shared/report/html/words.ts';
import { reportHtml } from '../../shared/report/html.ts';
import { PageReader } from './browser.ts';
import { ANATOMY, type Anatomy, HOSTILE, poisoned } from './hostile.ts';
import { AS_OF, aReport, manyFindings, manyIdentities } from './whole-report.ts';

// A browser on a busy machine takes its time.
jest.setTimeout(60_000);
let reader: PageReader;
beforeAll(async () => {
  reader = await PageReader.start();
});
afterAll(() => reader.close());

describe('text is data', () => {
  it.each([true, false])('in every field of the report, with scripts or without: %s', async (scripts) => {
    const look = scripts ? {} : { scripts: false as const };
    const report = poisoned(aReport());
    const hash = scripts
      ? { hash: `open=${report.findings.map(({ id }) => encodeURIComponent(plain(id))).join(',')}` }
      : {};
    const calm = await reader.open(reportHtml(aReport()), look);
    const wild = await reader.open(reportHtml(report), { ...look, ...hash });
    const [own, theirs] = [
      await calm.page.evaluate<Anatomy>(ANATOMY),
      await wild.page.evaluate<Anatomy>(ANATOMY),
    ];
    expect(own.elements).toContain('table');
    expect(theirs.elements.filter((name) => !own.elements.includes(name))).toEqual([]);
    expect(theirs.attributes.filter((name) => !own.attributes.includes(name))).toEqual([]);
    expect(theirs.scripts).toBe(own.scripts);
    expect([...own.links, ...theirs.links]).toEqual([]);
    expect(wild.troubles).toEqual([]);
    const text = (await wild.page.locator('main').textContent()) ?? '';
    expect(
      HOSTILE.filter((one) => !text.includes(plain(one).replaceAll('\t', ' ')) && !text.includes(plain(one))),
    ).toEqual([]);
  });

  it('in search, filters and addresses too', async () => {
    const report = poisoned(aReport());
    const { page, troubles } = await reader.open(reportHtml(report), {
      hash: 'q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&sort=__proto__&severity=%3Cb%3E&page=1e9&open=%22',
    });
    expect(await page.locator('main img').count()).toBe(0);
    await page.getByRole('button', { name: 'Show all' }).click();
    expect(await page.locator('#finding-table .toggle').count()).toBe(report.findings.length);
    expect(troubles).toEqual([]);
  });

  it('and it stays the text it was, but for what nobody could see', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const made = String(html`<p title="${text}">${text}</p>`);
        const inner = /^<p title="([^"<>]*)">([^"<>]*)<\/p>$/.exec(made);
        const entity: Readonly<Record<string, string>> = {
          amp: '&',
          lt: '<',
          gt: '>',
          quot: '"',
          '#39': "'",
        };
        const read = inner?.[2]?.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entity[name]!);
        expect(read).toBe(plain(text));
        expect(inner?.[1]).toBe(inner?.[2]);
        expect(plain(text)).not.toMatch(/[\p{Cf}\p{Cs}]/u);
        expect(JSON.parse(String(island({ text })))).toEqual({ text });
        expect(String(island({ text }))).not.toMatch(/[<>&\u2028\u2029]/);
      }),
    );
  });
});

describe('links', () => {
  it.each([
    ['//cloudresourcemanager.googleapis.com/projects/acme-prod', 'iam-admin/iam?project=acme-prod'],
    ['//storage.googleapis.com/acme-ledger', 'storage/browser/acme-ledger'],
    [
      '//container.googleapis.com/projects/p/locations/l/clusters/c/k8s/namespaces/n',
      'kubernetes/clusters/details/l/c/details?project=p',
    ],
    [
      '//iam.googleapis.com/projects/-/serviceAccounts/1001',
      'iam-admin/serviceaccounts/details/1001?project=acme',
    ],
    ['//cloudresourcemanager.googleapis.com/folders/123', 'iam-admin/iam?folder=123'],
    ['//cloudresourcemanager.googleapis.com/organizations/9', 'iam-admin/iam?organizationId=9'],
    ['//pubsub.googleapis.com/projects/p/topics/orders', 'cloudpubsub/topic/detail/orders?project=p'],
    [
      '//secretmanager.googleapis.com/projects/p/secrets/s',
      'security/secret-manager/secret/s/versions?project=p',
    ],
    ['//storage.googleapis.com/"><b>', 'storage/browser/%22%3E%3Cb%3E'],
  ])('%s leads to the console', (resource, expected) => {
    const url = consoleUrl(resource, 'acme');
    expect(url).toBe(`https://console.cloud.google.com/${expected}`);
    expect(String(webLink(url, 'x'))).toMatch(
      /^<a href="https:\/\/console\.cloud\.google\.com\/[^"<>]*" rel="noreferrer noopener">x<\/a>$/,
    );
  });

  it.each([
    'https://console.cloud.google.com.evil.example/',
    'http://console.cloud.google.com/',
    'javascript:alert(1)//https://console.cloud.google.com/',
    'https://evil.example/https://console.cloud.google.com/',
    'https://console.cloud.google.com/"onx="',
    undefined,
  ])('and nowhere else: %s', (url) => {
    expect(String(webLink(url, 'x'))).toBe('x');
  });

  it('lead to an account by its unique id, to its keys, and to a policy in a bucket', () => {
    const email = 'api@acme-prod.iam.gserviceaccount.com';
    const accounts = 'https://console.cloud.google.com/iam-admin/serviceaccounts';
    expect([accountUrl(email, '1001'), accountUrl(email, undefined), accountUrl('1001', '1001')]).toEqual([
      `${accounts}/details/1001?project=acme-prod`,
      `${accounts}?project=acme-prod`,
      undefined,
    ]);
    expect(keysUrl(email, '1001')).toBe(`${accounts}/details/1001/keys?project=acme-prod`);
    expect([policyUrl('gs://acme-policy/team a/policy.yaml'), policyUrl('policy.yaml')]).toEqual([
      'https://console.cloud.google.com/storage/browser/_details/acme-policy/team%20a/policy.yaml',
      undefined,
    ]);
  });

  it('are none for a resource of which the console has no page', () => {
    expect(consoleUrl('//bigquery.googleapis.com/projects/p/datasets/d', 'p')).toBeUndefined();
  });
});

describe('the page', () => {
  const page = reportHtml(aReport());
  const policy = / content="(default-src[^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'") ?? '';
  const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

  it('loads nothing, and runs what it was written with', () => {
    const style = [...page.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, text]) => hashOf(text!));
    const scripts = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text]) => hashOf(text!));
    expect(policy).toBe(
      `default-src 'none'; style-src ${style.join(' ')}; script-src ${scripts.join(' ')}; img-src data:; base-uri 'none'; form-action 'none'`,
    );
    expect(scripts).toHaveLength(3);
    expect(page).not.toMatch(/ style="| on[a-z]+="|@import|url\([^#]|<(img|link|iframe|object|embed|base)\b/);
    expect(page).not.toContain('innerHTML');
  });

  it('is the same for the same report', () => {
    expect(reportHtml(aReport())).toBe(page);
  });

  it('says what is not known instead of leaving it out', () => {
    const none = aReport();
    const bare = reportHtml({
      ...none,
      findings: [],
      identities: [],
      decisions: [],
      graph: { title: '', nodes: [], edges: [] },
      frameworks: [],
      exceptions: [],
      previous: undefined,
      chains: { root: '', heads: [] },
      posture: {
        ...none.posture,
        score: undefined,
        insufficient: 'insufficient data: nothing is known',
        trend: [],
      },
      keys: { ...none.keys, keys: [], trend: [] },
      effectiveness: { ...none.effectiveness, awake: undefined, quarantined: undefined, runs: [], gaps: [] },
      header: { ...none.header, coverage: { ratio: undefined, complete: 0, needed: 0, gaps: [] } },
    });
    for (const said of [
      'insufficient data: nothing is known',
      'made without a history',
      'Whether it was awake is not known.',
      'nothing is known that could be covered',
      'none: there is no history',
    ])
      expect(bare).toContain(said);
  });

  it('made from files does not say for how long something has stood', () => {
    const { header } = aReport();
    const bare = reportHtml(aReport({ header: { ...header, madeFrom: 'files' } }));
    expect(bare).toContain('<time title="files do not tell since when">not known</time>');
    expect(bare).not.toContain('<dt>First seen</dt>');
    expect(page).toContain('<dt>First seen</dt>');
  });

  it('of ten thousand findings and two thousand identities stays under three megabytes and can be worked with', async () => {
    const findings = manyFindings(10_000);
    const many = reportHtml(aReport({ findings, identities: manyIdentities(2_000) }));
    expect(Buffer.byteLength(many)).toBeLessThan(3_000_000);
    const { page, troubles } = await reader.open(many);
    await page.getByRole('searchbox', { name: 'Search' }).fill('svc-7777@');
    expect(await page.locator('#found').textContent()).toBe('1 of 10,000 findings');
    await page.getByRole('button', { name: 'Show all' }).click();
    expect(await page.locator('#finding-table .toggle').count()).toBe(50);
    expect(await page.locator('#pager span').textContent()).toBe('Page 1 of 200');
    expect(troubles).toEqual([]);
  });
});

describe('colours', () => {
  const TEXT: readonly ColorName[] = [
    'text',
    'quiet',
    'accent',
    'critical',
    'high',
    'medium',
    'low',
    'info',
    'good',
    'bad',
    'unsure',
    'ksa',
    'account',
    'role',
    'resource',
  ];

  it.each([
    ['light', LIGHT],
    ['dark', DARK],
  ])('of %s: every text can be read on every ground it stands on', (_name, palette) => {
    for (const ground of ['ground', 'raised'] as const)
      for (const text of TEXT)
        expect([text, ground, contrast(palette[text], palette[ground]) >= 4.5]).toEqual([text, ground, true]);
    expect(contrast(palette.text, palette.sunk)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(palette.good, palette['came-ground'])).toBeGreaterThanOrEqual(4.5);
    expect(contrast(palette.bad, palette['went-ground'])).toBeGreaterThanOrEqual(4.5);
    // Lines of fields and drawings carry meaning too (WCAG 1.4.11).
    expect(contrast(palette['strong-line'], palette.ground)).toBeGreaterThanOrEqual(3);
  });
});

/** WCAG 2.2, 1.4.3. */
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((m, n) => n - m);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

describe('words', () => {
  it.each([
    [0, '0 s'],
    [8, '8 s'],
    [60, '1 min'],
    [725, '12 min 5 s'],
    [90_000, '1 d 1 h'],
    [86_400, '1 d'],
    [undefined, 'unknown'],
  ])('%s seconds are %s', (seconds, expected) => {
    expect(duration(seconds)).toBe(expected);
  });

  it('shares are rounded down: what is not whole never looks whole', () => {
    expect([percent(0.9999), percent(1), percent(0.875), percent(undefined)]).toEqual([
      '99.9 %',
      '100 %',
      '87.5 %',
      'unknown',
    ]);
  });

  it('moments are told on the clocks of the policy, and in UTC where its zone is none', () => {
    expect(new Clock('Europe/Berlin').minute(AS_OF)).toBe('2026-11-23 08:00');
    expect(new Clock('<b>').minute(AS_OF)).toBe('2026-11-23 07:00');
  });
});
