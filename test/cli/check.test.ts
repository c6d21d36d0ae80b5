/** `anchorwatch check`: what it prints in each format, where it points, and how it ends. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { gatherAssets } from '../../cli/gather.ts';
import { readPolicy } from '../../shared/adapters/policy-file.ts';
import { openSqliteStore } from '../../shared/adapters/sqlite-store.ts';
import { parseTime } from '../../shared/model/time.ts';
import { takeBaseline } from '../../shared/pipeline/baseline.ts';
import { plan } from '../decode/terraform-plan.ts';
import { THROWING_LOG } from '../laws/pipeline-of.ts';
import { member, WI } from '../world.ts';
import { acme, child, cli, Folder } from './cli.ts';
import { ACCOUNT, ndjson, policyText } from './small-world.ts';

const folder = new Folder();
const policy = folder.file('policy.yaml', policyText());
const snapshot = folder.file('snapshot.ndjson', ndjson(ACCOUNT));
afterAll(() => folder.remove());

const EMAIL = 'api@acme-prod.iam.gserviceaccount.com';
const CLUSTER = 'acme-prod/europe-west1/prod-euw1';
const KSA = `apiVersion: v1
kind: ServiceAccount
metadata:
  name: api
  namespace: payments
  annotations: {iam.gke.io/gcp-service-account: ${EMAIL}}
`;
const BINDING = {
  address: 'google_service_account_iam_member.api',
  after: {
    service_account_id: `projects/acme-prod/serviceAccounts/${EMAIL}`,
    role: WI,
    member: member('payments/api'),
    condition: [],
  },
};

const onAcme = (...more: readonly string[]) =>
  cli([
    ...['check', '-p', acme('policy.yaml'), '-a', acme('assets.ndjson'), '--cluster', CLUSTER],
    ...['--as-of', '2026-11-21', ...more],
  ]);
const onto = (...more: readonly string[]) => cli(['check', '-p', policy, '--cluster', CLUSTER, ...more]);

const TOLD = z.object({
  onto: z.string(),
  counts: z.record(z.string(), z.number()),
  edges: z.array(
    z.object({ namespace: z.string(), name: z.string(), before: z.string(), after: z.string() }).loose(),
  ),
  caused: z.array(z.object({ finding: z.object({ detector: z.string() }).loose() }).loose()),
  unknown: z.array(z.object({ argument: z.string() }).loose()),
});

async function edgesOf(argv: readonly string[], input?: string): Promise<readonly string[]> {
  const ran = await cli([...argv, '-f', 'json'], input);
  return TOLD.parse(JSON.parse(ran.out)).edges.map(
    (edge) => `${edge.namespace}/${edge.name}: ${edge.before} -> ${edge.after}`,
  );
}

describe('the pull request of the example', () => {
  it('that leaves payments half-bound fails, and says where', async () => {
    const ran = await onAcme(acme('pull-request/half-bound'));
    expect(ran.code).toBe(1);
    expect(ran.out).toContain('payments/settlement-batch as batch@acme-prod   none → annotated only');
    expect(ran.out).toContain('half-bound/k8s/settlement-batch.yaml:9:37');
    expect(ran.out).toMatch(/half-bound\/main\.tf:\d+/);
    expect(ran.err).toContain('onto a snapshot · 2 edges change · causes 2 open findings');
  });

  it('that is whole is clean', async () => {
    const ran = await onAcme(acme('pull-request/clean'));
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.out).toContain('none → bound');
  });

  it('is told in docs/check.md as it is printed', async () => {
    const page = readFileSync(new URL('../../docs/check.md', import.meta.url), 'utf8');
    expect(page).toContain((await onAcme(acme('pull-request/half-bound'))).out.trimEnd());
    expect(page).toContain((await onAcme(acme('pull-request/clean'))).out.trimEnd());
  });

  it('as SARIF lies at the lines of the change', async () => {
    const { out } = await onAcme('-f', 'sarif', acme('pull-request/half-bound'));
    const places = z
      .object({
        runs: z.array(z.object({ results: z.array(z.object({ locations: z.array(z.unknown()) })) })),
      })
      .parse(JSON.parse(out))
      .runs[0]!.results.map(({ locations }) => JSON.stringify(locations));
    expect(places).toEqual([
      expect.stringMatching(/half-bound\/k8s\/settlement-batch\.yaml.*"startLine":9,"startColumn":37/),
      expect.stringMatching(/half-bound\/main\.tf.*"startLine":21,/),
    ]);
  });

  it('as Markdown links to the lines', async () => {
    const { out } = await onAcme(
      '-f',
      'md',
      '--links',
      'https://github.example/acme/infra/blob/main/',
      acme('pull-request/half-bound'),
    );
    expect(out).toContain(
      '(https://github.example/acme/infra/blob/main/examples/acme/pull-request/half-bound/main.tf#L21)',
    );
    expect(out.length).toBeLessThan(60_000);
  });

  it('as a process of its own: data on standard output, the rest on the other', async () => {
    const ran = await child([
      'check',
      '-p',
      acme('policy.yaml'),
      '-a',
      acme('assets.ndjson'),
      '--cluster',
      CLUSTER,
      '-f',
      'json',
      acme('pull-request/clean'),
    ]);
    expect(ran.code).toBe(0);
    expect(TOLD.parse(JSON.parse(ran.out))).toMatchObject({ onto: 'a snapshot', caused: [] });
    expect(ran.err).toContain('1 plan, 2 manifests');
  });
});

describe('what it reads', () => {
  const file = folder.file('change/plan.json', JSON.stringify(plan([BINDING])));
  folder.file('change/app.yaml', KSA);
  folder.file('change/package.json', '{"name": "not ours"}');

  it('a folder, in which other things may stand', async () => {
    const ran = await onto('-f', 'json', folder.in('change'));
    expect(TOLD.parse(JSON.parse(ran.out)).counts).toEqual({
      plans: 1,
      manifests: 1,
      decoded: 2,
      ignored: 1,
      malformed: 0,
    });
  });

  it('standard input, as rendered charts come', async () => {
    const argv = ['check', '-p', policy, '-a', snapshot, '--cluster', CLUSTER, file, '-'];
    expect(await edgesOf(argv, KSA)).toEqual(['payments/api: none -> bound']);
  });

  it('manifests that are deleted: onto nothing, whether another cluster has the KSA is not known', async () => {
    const kept = { ...BINDING, before: BINDING.after, actions: ['no-op'] };
    const standing = folder.file('kept.json', JSON.stringify(plan([kept])));
    const argv = [
      'check',
      '-p',
      policy,
      standing,
      '--cluster',
      CLUSTER,
      '--gone',
      folder.in('change/app.yaml'),
    ];
    expect(await edgesOf(argv)).toEqual(['payments/api: bound -> undecided']);
  });

  it('onto nothing that is all there is: what is missing is missing', async () => {
    const argv = ['check', '-p', policy, '--cluster', CLUSTER, folder.in('change/app.yaml')];
    expect(await edgesOf(argv)).toEqual(['payments/api: none -> undecided']);
    expect(await edgesOf([...argv, '--complete'])).toEqual(['payments/api: none -> broken']);
    const account = {
      address: 'google_service_account.api',
      after: { account_id: 'api', project: 'acme-prod' },
    };
    const all = folder.file('all.json', JSON.stringify(plan([account, BINDING])));
    expect(await edgesOf([...argv, all, '--complete'])).toEqual(['payments/api: none -> bound']);
  });

  it('the one cluster of the policy, where none is said', async () => {
    const ran = await cli(['check', '-p', policy, folder.in('change/app.yaml')]);
    expect(ran.err).toContain('the one cluster of the policy');
  });

  it('modules by their folders, for the lines of their resources', async () => {
    folder.file('root/main.tf', 'module "app" {\n  source = "./modules/app"\n}\n');
    folder.file('root/modules/app/iam.tf', '\n\nresource "google_service_account_iam_member" "api" {\n}\n');
    const inModule = folder.file(
      'plan.json',
      JSON.stringify(plan([{ ...BINDING, address: `module.app.${BINDING.address}` }])),
    );
    const ran = await onto('-a', snapshot, '--source', folder.in('root'), inModule);
    expect(ran.out).toContain('root/modules/app/iam.tf:3');
  });
});

it('the store of the watch is a state as good as an export', async () => {
  const path = folder.in('watch.sqlite');
  const store = openSqliteStore({ path, onEphemeralDisk: false });
  const now = parseTime('2026-11-21T09:00:00Z')!;
  const { known } = await gatherAssets(
    [acme('assets.ndjson')],
    { out() {}, err() {}, color: false, errIsTerminal: false, width: 80 },
    now,
  );
  const { policy: declared } = await readPolicy([acme('policy.yaml')]);
  await takeBaseline(known, declared, store, THROWING_LOG, now);
  await store.close();
  const argv = ['check', '-p', acme('policy.yaml'), '--cluster', CLUSTER, acme('pull-request/half-bound')];
  expect(await edgesOf([...argv, '-s', path])).toEqual(await edgesOf([...argv, '-a', acme('assets.ndjson')]));
  expect(await edgesOf([...argv, '-s', path])).toContain('payments/settlement-batch: none -> annotated-only');
});

describe('what only applying tells', () => {
  it('is shown with its argument, and decides nothing', async () => {
    const open = { ...BINDING, after: { ...BINDING.after, member: null }, unknown: { member: true } };
    const file = folder.file('open.json', JSON.stringify(plan([open])));
    const ran = await onto(file);
    expect(ran.code).toBe(0);
    expect(ran.out).toContain('Known only after apply (1)');
    expect(ran.out).toContain('member of google_service_account_iam_member.api');
  });
});

describe('input that is none', () => {
  const app = folder.file('one.yaml', KSA);

  it.each<[string, readonly string[], number, RegExp]>([
    ['no change', [], 3, /give the change: a plan/],
    ['two states', ['-a', snapshot, '-s', 'store.db', app], 3, /give one state/],
    ['a state and --complete', ['-a', snapshot, '--complete', app], 3, /--complete goes without a state/],
    ['a folder without Terraform', ['--source', folder.path, app], 3, /there is no \.tf file in it/],
    ['links that are no address', ['--links', 'javascript:alert(1)', app], 3, /an address such as/],
    ['a file that is not there', [folder.in('nowhere.json')], 4, /nowhere\.json: unreadable: no such file/],
    ['an export for a change', [snapshot], 4, /snapshot\.ndjson:1: malformed: neither a Terraform plan/],
    [
      'a plan that breaks off',
      [folder.file('cut.json', JSON.stringify(plan([BINDING])).slice(0, -9))],
      4,
      /cut\.json:1.*: truncated/,
    ],
    [
      'a manifest that is broken',
      [folder.file('bad.yaml', 'kind: A\nkind: B\n')],
      4,
      /bad\.yaml:2:1: not-yaml: the key kind is given twice/,
    ],
    ['a plan in binary', [folder.file('tfplan', Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0, 1]))], 4, /tfplan/],
    ['a folder with nothing in it', [folder.file('empty/readme.txt').replace('/readme.txt', '')], 4, /empty/],
  ])('%s', async (_what, argv, code, said) => {
    const ran = await onto(...argv);
    expect(ran.err).toMatch(said);
    expect(ran.code).toBe(code);
  });

  it('fails from the severity on that is asked for', async () => {
    expect((await onto('-a', snapshot, app)).code).toBe(1);
    expect((await onto('-a', snapshot, '--fail-on', 'none', app)).code).toBe(0);
  });
});
