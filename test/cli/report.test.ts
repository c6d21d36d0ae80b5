import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from '@jest/globals';
import { gatherAssets } from '../../cli/gather.ts';
import { readPolicy } from '../../shared/adapters/policy-file.ts';
import { openSqliteStore } from '../../shared/adapters/sqlite-store.ts';
import { parseTime } from '../../shared/model/time.ts';
import { takeBaseline } from '../../shared/pipeline/baseline.ts';
import { reportSchema } from '../../shared/report/report-schema.ts';
import { acme, cli, Folder } from './cli.ts';

const folder = new Folder();
afterAll(() => folder.remove());

const ARGS = ['-p', acme('policy.yaml'), '-a', acme('assets.ndjson'), '--as-of', '2026-11-21'];
const into = (name: string, ...more: readonly string[]) =>
  cli(['report', ...ARGS, '-o', folder.in(name), ...more]);
const read = (path: string) => readFileSync(folder.in(path), 'utf8');

describe('report', () => {
  it('writes every format into a folder and prints what it wrote', async () => {
    const ran = await into('all');
    expect(ran.code).toBe(0);
    const files = ran.out.trimEnd().split('\n');
    expect(files.map((file) => file.replace(`${folder.path}/all/`, '')).toSorted()).toEqual(
      readdirSync(folder.in('all')).toSorted(),
    );
    expect(readdirSync(folder.in('all'))).toEqual(
      expect.arrayContaining([
        'report.html',
        'changes.csv',
        'findings.csv',
        'identities.csv',
        'report.json',
        'report.md',
        'report.sarif',
      ]),
    );
    expect(ran.err).toMatch(/posture [\d.]+ of 100 · report [0-9a-f]{12}\n$/);
    expect(reportSchema.safeParse(JSON.parse(read('all/report.json'))).error).toBeUndefined();
  });

  it('writes only the formats asked for; markdown is md', async () => {
    const ran = await into('some', '--format', 'json,markdown');
    expect(ran.code).toBe(0);
    expect(readdirSync(folder.in('some')).toSorted()).toEqual(['report.json', 'report.md']);
    expect(await into('none', '--format', 'pdf')).toMatchObject({
      code: 3,
      err: expect.stringMatching(/pdf is no format/),
    });
  });

  it('SARIF names the policy as the repository has it', async () => {
    await into('sarif', '--format', 'sarif');
    const { runs } = JSON.parse(read('sarif/report.sarif'));
    expect(runs[0].results[0].locations[0].physicalLocation.artifactLocation).toEqual({
      uri: 'examples/acme/policy.yaml',
      uriBaseId: '%SRCROOT%',
    });
  });

  it('takes from events who did what, and no state', async () => {
    await into('before', '--format', 'json');
    const ran = await into(
      'events',
      '-e',
      acme('events.ndjson'),
      '--as-of',
      '2026-11-22',
      '--format',
      'json',
    );
    // One line of the example's events is broken, and is not passed over in silence.
    expect(ran.code).toBe(4);
    const [before, after] = ['before', 'events'].map((name) =>
      reportSchema.parse(JSON.parse(read(`${name}/report.json`))),
    );
    expect(before?.population.changes).toEqual([]);
    expect(after?.population.changes.map(({ implementer }) => implementer)).toContain('jane@acme.example');
    expect(after?.identities).toEqual(
      before?.identities.map((one) => expect.objectContaining({ id: one.id })),
    );
    expect(after?.header.coverage.ratio).toBe(1);
  });

  it('over a store: with its history, which verify then looks at', async () => {
    const path = folder.in('watch.sqlite');
    const store = openSqliteStore({ path, onEphemeralDisk: false });
    const { policy } = await readPolicy([acme('policy.yaml')]);
    const asOf = parseTime('2026-11-21T00:00:00Z')!;
    const io = { out() {}, err() {}, color: false, errIsTerminal: false, width: 80 };
    const log = { info() {}, warn() {}, error() {} };
    const { known } = await gatherAssets([acme('assets.ndjson')], io, asOf);
    await takeBaseline(known, policy, store, log, asOf);
    await store.close();
    const args = ['-p', acme('policy.yaml'), '--as-of', '2026-11-21', '--format', 'json'];
    const ran = await cli(['report', ...args, '-s', path, '-o', folder.in('store')]);
    expect(ran.code).toBe(0);
    const made = reportSchema.parse(JSON.parse(read('store/report.json')));
    expect(made.header.madeFrom).toBe('store');
    expect(made.chains.heads.length).toBeGreaterThan(0);
    const verified = await cli(['verify', folder.in('store/report.json'), '--store', path]);
    expect(verified).toMatchObject({
      code: 0,
      out: expect.stringContaining(
        `${made.chains.heads.length} run unbroken through the heads of the report`,
      ),
    });
  });

  it('records an access review, for identities that there are', async () => {
    const reviewed = (text: string, ...more: readonly string[]) => {
      const file = folder.file('review.yaml', text);
      const args = ['-p', acme('policy.yaml'), '--as-of', '2026-11-21', '--format', 'json'];
      return cli([
        'report',
        ...args,
        '-s',
        folder.in('watch.sqlite'),
        '-o',
        folder.in('reviewed'),
        '--review',
        file,
        ...more,
      ]);
    };
    const [one] = reportSchema.parse(JSON.parse(read('store/report.json'))).identities;
    const text = `- {identity: "${one?.id}", decision: revoked, comment: nobody needs it}\n`;
    expect(await reviewed(text)).toMatchObject({ code: 3, err: expect.stringMatching(/--by/) });
    expect((await reviewed(text, '--by', 'lee@acme.example')).code).toBe(0);
    const { accessReview } = reportSchema.parse(JSON.parse(read('reviewed/report.json')));
    expect(accessReview).toMatchObject({ quarter: '2026-Q4', revoked: 1, attested: 0 });
    expect(accessReview.owners.flatMap(({ identities }) => identities)).toContainEqual({
      identity: one?.id,
      decision: 'revoked',
      by: 'lee@acme.example',
      at: '2026-11-21T00:00:00.000000000Z',
      comment: 'nobody needs it',
    });
    expect(await reviewed('- {identity: nobody, decision: attested}', '--by', 'lee')).toMatchObject({
      code: 3,
      err: expect.stringMatching(/there is no identity nobody/),
    });
    expect(await reviewed('- {identity: x, decision: maybe}', '--by', 'lee')).toMatchObject({
      code: 3,
      err: expect.stringMatching(/is no review .*0\.decision/),
    });
    expect(await reviewed('- {', '--by', 'lee')).toMatchObject({ code: 4 });
  });

  it('wants either files or a store', async () => {
    for (const more of [
      [],
      ['-a', acme('assets.ndjson'), '-s', 'x'],
      ['-s', 'x', '-e', acme('events.ndjson')],
    ])
      expect((await cli(['report', '-p', acme('policy.yaml'), ...more])).code).toBe(3);
  });

  it('tells a folder that cannot be made', async () => {
    const file = folder.file('a-file');
    expect(await cli(['report', ...ARGS, '-o', `${file}/below`])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/cannot make the folder .*a-file\/below/),
    });
  });
});

describe('verify', () => {
  it('finds a report as it was made', async () => {
    await into('good', '--format', 'json');
    const ran = await cli(['verify', folder.in('good/report.json')]);
    expect(ran).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^✔ hash {13}[0-9a-f]{64}\n✔ chain root/),
    });
  });

  it('finds one that was changed', async () => {
    await into('changed', '--format', 'json');
    const text = read('changed/report.json');
    writeFileSync(folder.in('changed/report.json'), text.replace('"severity": "high"', '"severity": "low"'));
    const ran = await cli(['verify', folder.in('changed/report.json')]);
    expect(ran).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^✘ hash .* its content comes to [0-9a-f]{64}/),
    });
  });

  it('looks at the link to the report before it', async () => {
    const ran = await cli([
      'verify',
      folder.in('good/report.json'),
      '--previous',
      folder.in('all/report.json'),
    ]);
    expect(ran).toMatchObject({
      code: 1,
      out: expect.stringMatching(/✘ link {13}it names no report before it/),
    });
  });

  it('tells what is no report, what is no JSON, and a store that is not there', async () => {
    const verify = (name: string, text: string) => cli(['verify', folder.file(name, text)]);
    expect(await verify('broken.json', '{')).toMatchObject({
      code: 4,
      err: expect.stringMatching(/it is not JSON/),
    });
    expect(await verify('other.json', '{"schemaVersion": 1}')).toMatchObject({
      code: 3,
      err: expect.stringMatching(/is not a report as .* writes them/),
    });
    expect(
      await cli(['verify', folder.in('good/report.json'), '--store', folder.in('no.sqlite')]),
    ).toMatchObject({
      code: 4,
      err: expect.stringMatching(/no\.sqlite: there is no such file/),
    });
  });
});

describe('scan in the formats of the report', () => {
  const scan = (format: string) => cli(['scan', ...ARGS, '-f', format]);

  it('SARIF for code scanning, CSV for a spreadsheet, Markdown for a comment', async () => {
    const { runs } = JSON.parse((await scan('sarif')).out);
    expect(runs[0].results).not.toEqual([]);
    expect((await scan('csv')).out).toMatch(/^schema_version,id,severity,/);
    expect((await scan('md')).out).toMatch(/^## Anchorwatch\n\n\| Severity \|/);
  });
});
