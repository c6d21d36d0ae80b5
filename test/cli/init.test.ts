import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { EXIT } from '../../cli/exit.ts';
import { fixturePath, itOnFixtures } from '../fixtures.ts';
import { cli } from './cli.ts';

const ACME = fileURLToPath(new URL('../../examples/acme/assets.ndjson', import.meta.url));
jest.setTimeout(60_000);
const FOLDER = mkdtempSync(join(tmpdir(), 'anchorwatch-init-'));
afterAll(() => rmSync(FOLDER, { recursive: true }));

const OWNER = ['--owner', 'security@acme.example', '--as-of', '2026-11-22'];
const init = (...argv: readonly string[]) => cli(['init', ...argv]);

/** What becomes of a source on its first day. */
async function firstDay(assets: string) {
  const policy = join(FOLDER, 'first-day.yaml');
  const given = ['--assets', assets, '--as-of', '2026-11-22'];
  const { code, err } = await init(
    ...given,
    '--owner',
    'security@acme.example',
    '--output',
    policy,
    '--force',
  );
  const validate = await cli(['validate', policy]);
  const scan = await cli(['scan', '--policy', policy, ...given, '--format', 'json']);
  const declare = await cli(['declare', '--policy', policy, ...given, '--check']);
  return {
    init: code,
    validate: validate.code,
    warnings: validate.out.match(/ warning (?!pool-without-clusters)[a-z-]+/g) ?? [],
    scan: scan.code,
    declare: declare.code,
    summary: /^\d+ identit.*$/m.exec(err)?.[0],
  };
}

const SOURCES = [
  'policy-library',
  'terraform-validator/cai',
  'terraform-validator/plan',
  'terraform-google-conversion/cai',
  'professional-services/cai_assets.json',
  'k8s-io',
  'oss-test-infra/manifests',
  'istio-test-infra/manifests',
  'knative-infra/manifests',
  'bank-of-anthos',
  'microservices-demo',
  'terraform-google-kubernetes-engine',
];

const CLEAN = { init: 0, validate: 0, warnings: [], scan: 0, declare: 0 };

describe('init: a first day without a red wall', () => {
  it('at acme: what it writes is valid, and a scan of the same export is clean', async () => {
    expect(await firstDay(ACME)).toEqual({
      ...CLEAN,
      summary: expect.stringMatching(/^11 identities declared, 1 trusted pool, /),
    });
  });

  it('writes the same bytes from the same export in any order', async () => {
    const backwards = join(FOLDER, 'backwards.ndjson');
    writeFileSync(backwards, readFileSync(ACME, 'utf8').trimEnd().split('\n').reverse().join('\n'));
    const [a, b] = [await init('-a', ACME, ...OWNER), await init('-a', backwards, ...OWNER)];
    expect(b.out).toBe(a.out);
  });

  for (const source of SOURCES) {
    itOnFixtures(`with ${source}, captured: valid and clean`, async () => {
      expect(await firstDay(fixturePath(source))).toEqual({
        ...CLEAN,
        summary: expect.stringContaining('declared'),
      });
    });
  }
});

describe('init on the command line', () => {
  it('names the policy and its owner as asked, and leaves placeholders where nobody said', async () => {
    const asked = await init('-a', ACME, '--name', 'acme-prod', ...OWNER);
    expect(asked.out).toContain('\n  name: acme-prod #');
    expect(asked.out).toContain('\n  owner: security@acme.example\n');
    const unasked = await init('-a', ACME, '--as-of', '2026-11-22');
    expect(unasked.out).toContain('\n  name: organization-123456789012 #');
    expect(unasked.out).toContain('\n  owner: platform-team@example.com # FILL IN');
  });

  it.each([
    ['--name', 'Acme Prod'],
    ['--owner', 'Some Body'],
  ])('refuses %s %s, which no policy could hold', async (flag, value) => {
    expect(await init('-a', ACME, flag, value)).toMatchObject({ code: EXIT.usage, out: '' });
  });

  it('does not write over a file that is there', async () => {
    const file = join(FOLDER, 'kept.yaml');
    writeFileSync(file, 'mine');
    expect(await init('-a', ACME, '-o', file)).toMatchObject({
      code: EXIT.usage,
      err: expect.stringContaining('anchorwatch declare'),
    });
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  it('says so when the input could not be read to its end', async () => {
    const broken = join(FOLDER, 'broken.ndjson');
    writeFileSync(broken, `${readFileSync(ACME, 'utf8')}{"name": "//cut`);
    expect(await init('-a', broken, ...OWNER)).toMatchObject({
      code: EXIT.incomplete,
      err: expect.stringContaining('a part of what stands'),
    });
  });

  it('puts manifests into the cluster they are for', async () => {
    const manifest = join(FOLDER, 'ksa.yaml');
    writeFileSync(
      manifest,
      `apiVersion: v1
kind: ServiceAccount
metadata:
  name: api
  namespace: payments
  annotations: {iam.gke.io/gcp-service-account: api@acme-prod.iam.gserviceaccount.com}
`,
    );
    const { out } = await init('-a', manifest, '--cluster', 'acme-prod/europe-west1/prod-euw1', ...OWNER);
    expect(out).toContain('- acme-prod/europe-west1/prod-euw1');
    expect(out).toContain('identity: { pool: acme-prod, namespace: payments, serviceAccount: api }');
    expect(await init('-a', manifest, '--cluster', 'prod', ...OWNER)).toMatchObject({
      code: EXIT.usage,
      err: expect.stringContaining('PROJECT/LOCATION/NAME'),
    });
  });
});
