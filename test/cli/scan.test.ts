import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from '@jest/globals';
import { cli, Folder } from './cli.ts';
import { ACCOUNT, DISK, EDITOR, ndjson, policyText } from './small-world.ts';

const folder = new Folder();
afterAll(() => folder.remove());

const policy = folder.file('policy.yaml', policyText());
const all = ndjson(EDITOR, ACCOUNT, DISK);
const assets = folder.file('assets.ndjson', all);

function scan(...more: readonly string[]) {
  return cli(['scan', '-p', policy, '-a', assets, '--as-of', '2026-11-21', ...more]);
}

describe('what scan prints', () => {
  it('as a table: severity, title, what it rests on, and the command that mends it', async () => {
    const ran = await scan();
    expect(ran.code).toBe(1);
    expect(ran.out).toMatch(/critical .*sandbox\/debug holds roles\/editor on project:acme-prod/);
    expect(ran.out).toMatch(/forbiddenRoles\[basic\] · .*policy\.yaml:11/);
    expect(ran.out).toMatch(/fix gcloud projects remove-iam-policy-binding acme-prod/);
    expect(ran.err).toMatch(/^3 messages read: 2 observed, 1 ignored\n/);
    expect(ran.err).toMatch(/1 {2}ignored: asset type that is not watched: compute\.googleapis\.com\/Disk\n/);
    expect(ran.err).toMatch(/not covered: k8s\.io\/ServiceAccount resource/);
    expect(ran.err).toMatch(/open finding.*critical.*\n$/);
  });

  it('as JSON: exactly what the documentation lists', async () => {
    const printed: Record<string, unknown> = JSON.parse((await scan('-f', 'json')).out);
    expect(Object.keys(printed)).toEqual(documentedKeys());
    expect(printed).toMatchObject({
      schemaVersion: 1,
      policy: { name: 'small', mode: 'enforce', hash: expect.stringMatching(/^[0-9a-f]{7,}$/) },
      asOf: '2026-11-21T00:00:00.000000000Z',
      coverage: {
        covered: expect.any(Array),
        notCovered: expect.arrayContaining(['k8s.io/ServiceAccount resource']),
      },
      counts: { observed: 2, acts: 0, ignored: 1, malformed: 0, duplicates: 0, stale: 0 },
      findings: expect.arrayContaining([
        expect.objectContaining({ detector: 'forbidden-role', state: 'open' }),
      ]),
    });
  });

  it('as NDJSON: one finding a line, the same as in JSON', async () => {
    const lines = (await scan('-f', 'ndjson')).out.trimEnd().split('\n');
    const printed: { findings: readonly unknown[] } = JSON.parse((await scan('-f', 'json')).out);
    expect(lines.map((line) => JSON.parse(line))).toEqual(printed.findings);
  });

  it('into a file with -o: nothing on standard output', async () => {
    const file = folder.in('result.json');
    const ran = await scan('-f', 'json', '-o', file);
    expect({ code: ran.code, out: ran.out }).toEqual({ code: 1, out: '' });
    expect(readFileSync(file, 'utf8')).toBe((await scan('-f', 'json')).out);
  });

  it('the same to the byte when it is asked again', async () => {
    expect(await scan('-f', 'json')).toEqual(await scan('-f', 'json'));
  });

  it.each([
    ['a folder', () => folder.path, 'it is a folder'],
    ['a folder that is not there', () => folder.in('nowhere/x.json'), 'there is no such file'],
  ])('cannot write to %s', async (_what, path, why) => {
    const ran = await scan('-o', path());
    expect({ code: ran.code, out: ran.out }).toEqual({ code: 2, out: '' });
    expect(ran.err).toMatch(new RegExp(`cannot write .*: ${why}`));
    expect(existsSync(folder.in('nowhere'))).toBe(false);
  });
});

describe('the exit code', () => {
  const low = folder.file('low.yaml', policyText('low'));
  const medium = folder.file('medium.yaml', policyText('medium'));
  const grant = folder.file('grant.ndjson', ndjson(EDITOR));
  const clean = folder.file('clean.ndjson', ndjson(ACCOUNT));

  it.each<[string, string, string, string, number]>([
    ['a clean export', policy, clean, 'low', 0],
    ['a critical finding, from low on', policy, grant, 'low', 1],
    ['a critical finding, from critical on', policy, grant, 'critical', 1],
    ['a critical finding, none counts', policy, grant, 'none', 0],
    ['a medium finding, from medium on', medium, grant, 'medium', 1],
    ['a medium finding, from high on', medium, grant, 'high', 0],
    ['a low finding, from low on', low, grant, 'low', 1],
    ['a low finding, from medium on', low, grant, 'medium', 0],
  ])('%s', async (_what, byPolicy, input, failOn, code) => {
    expect((await cli(['scan', '-p', byPolicy, '-a', input, '--fail-on', failOn])).code).toBe(code);
  });

  it('is 1 from low on when nothing else is said', async () => {
    expect((await cli(['scan', '-p', low, '-a', grant])).code).toBe(1);
  });

  it('is 4 for an export that breaks off, whatever was found before', async () => {
    const cut = folder.file('cut.ndjson', all.slice(0, -40));
    const ran = await cli(['scan', '-p', policy, '-a', cut, '--fail-on', 'none', '-f', 'json']);
    expect(ran.code).toBe(4);
    expect(JSON.parse(ran.out)).toMatchObject({ counts: { observed: 2 }, coverage: { covered: [] } });
    expect(ran.err).toMatch(/cut\.ndjson:3: truncated: /);
  });
});

describe('what scan reads', () => {
  const list = JSON.stringify([EDITOR, ACCOUNT, DISK], null, 2);
  const snake = ndjson({
    name: EDITOR.name,
    asset_type: EDITOR.assetType,
    ancestors: EDITOR.ancestors,
    update_time: EDITOR.updateTime,
    iam_policy: EDITOR.iamPolicy,
  });
  const counts = { observed: 2, ignored: 1 };

  it.each<[string, string, string | Uint8Array, object]>([
    ['a list', 'list.json', list, counts],
    ['a list, compressed', 'list.json.gz', gzipSync(list), counts],
    ['lines, compressed, whatever the name', 'lines.json', gzipSync(all), counts],
    [
      'objects one after another',
      'concatenated.json',
      [EDITOR, ACCOUNT, DISK].map((one) => JSON.stringify(one, null, 1)).join('\n'),
      counts,
    ],
    ['one object', 'one.json', JSON.stringify(EDITOR), { observed: 1 }],
    ['snake_case', 'snake.ndjson', snake, { observed: 1 }],
    [
      'a byte order mark and Windows line ends',
      'bom.ndjson',
      `\ufeff${all.replaceAll('\n', '\r\n')}`,
      counts,
    ],
    [
      'the answer of a listing',
      'listed.json',
      JSON.stringify({ readTime: 'now', assets: [EDITOR, ACCOUNT, DISK] }),
      counts,
    ],
  ])('%s', async (_what, name, content, expected) => {
    const ran = await cli(['scan', '-p', policy, '-a', folder.file(`inputs/${name}`, content), '-f', 'json']);
    expect(JSON.parse(ran.out)).toMatchObject({ counts: expected });
  });

  it('a folder, with what it passed over said', async () => {
    folder.file('tree/a/one.json', JSON.stringify(EDITOR));
    folder.file('tree/b/two.ndjson.gz', gzipSync(ndjson(ACCOUNT, DISK)));
    folder.file('tree/b/notes.txt', 'nothing to read');
    const ran = await cli(['scan', '-p', policy, '-a', folder.in('tree'), '-f', 'json']);
    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.out)).toMatchObject({ counts });
    expect(ran.err).toMatch(/passed over 1 files that are not/);
  });

  it('several files, and standard input among them', async () => {
    const file = folder.file('first.json', JSON.stringify(EDITOR));
    const ran = await cli(['scan', '-p', policy, '-a', file, '-', '-f', 'json'], ndjson(ACCOUNT, DISK));
    expect(JSON.parse(ran.out)).toMatchObject({ counts });
  });

  it('standard input, compressed', async () => {
    const ran = await cli(['scan', '-p', policy, '-a', '-', '-f', 'json'], gzipSync(all));
    expect(JSON.parse(ran.out)).toMatchObject({ counts });
  });
});

/** The keys that docs/cli.md lists for scan and replay. */
function documentedKeys(): readonly string[] {
  const text = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8');
  return (/`scan` and `replay` print `\{([^}]+)\}`/.exec(text)?.[1] ?? '').split(', ');
}

describe('manifests', () => {
  const manifest = folder.file(
    'ksa.yaml',
    `apiVersion: v1
kind: ServiceAccount
metadata:
  name: api
  namespace: payments
  annotations: {iam.gke.io/gcp-service-account: api@acme-prod.iam.gserviceaccount.com}
`,
  );
  const undeclared = async (...more: readonly string[]) => {
    const ran = await cli(['scan', '-p', policy, '-a', manifest, '-f', 'json', ...more]);
    const { findings }: { findings: readonly { detector: string; identity: string; cluster?: string }[] } =
      JSON.parse(ran.out);
    return findings
      .filter(({ detector }) => detector === 'undeclared-identity')
      .map(({ identity, cluster }) => [identity, cluster]);
  };

  it('are judged in the cluster they are for', async () => {
    expect(await undeclared('--cluster', 'acme-prod/europe-west1/prod-euw1')).toEqual([
      ['payments/api', 'projects/acme-prod/locations/europe-west1/clusters/prod-euw1'],
    ]);
  });

  it('are of no trusted pool where nobody says which cluster that is', async () => {
    expect(await undeclared()).toEqual([]);
    expect(await undeclared('--cluster', 'acme-dev/europe-west1/dev')).toEqual([]);
  });

  it.each(['prod-euw1', 'acme-prod/europe-west1', ''])('are not judged in %j', async (cluster) => {
    const ran = await cli(['scan', '-p', policy, '-a', manifest, '--cluster', cluster]);
    expect(ran).toMatchObject({ code: 3, out: '' });
    expect(ran.err).toContain('write PROJECT/LOCATION/NAME, such as acme-prod/europe-west1/prod-euw1');
  });
});
