/** Every plan and manifest that others published, through the whole check: nothing fails, and how much of it says something is told. */
import { afterAll, describe, expect, jest } from '@jest/globals';
import { cli, Folder } from '../cli/cli.ts';
import { fixtureFiles, fixturePath, itOnFixtures } from '../fixtures.ts';
import { CLUSTER, POLICY_YAML } from '../world.ts';

jest.setTimeout(120_000);

const folder = new Folder();
const policy = folder.file('policy.yaml', POLICY_YAML);
const rows: Record<string, Readonly<Record<string, number>>> = {};

afterAll(() => {
  folder.remove();
  if (Object.keys(rows).length > 0) console.info(table());
});

interface Told {
  readonly counts: Readonly<Record<'plans' | 'manifests' | 'decoded' | 'ignored' | 'malformed', number>>;
  readonly edges: readonly unknown[];
  readonly caused: readonly unknown[];
  readonly undecided: readonly unknown[];
  readonly unknown: readonly unknown[];
}

async function checkOf(path: string): Promise<Told> {
  const at = ['--project', 'acme-prod', '--cluster', CLUSTER];
  const ran = await cli(['check', '-p', policy, ...at, '--fail-on', 'none', '-f', 'json', path]);
  expect([0, 4]).toContain(ran.code);
  const told: Told = JSON.parse(ran.out);
  return told;
}

function table(): string {
  const columns = Object.keys(Object.values(rows)[0] ?? {});
  const line = (name: string, cells: readonly string[]) =>
    name.padEnd(36) + cells.map((cell) => cell.padStart(10)).join('');
  return [
    line('source', columns),
    ...Object.entries(rows).map(([name, row]) =>
      line(
        name,
        columns.map((column) => String(row[column])),
      ),
    ),
  ].join('\n');
}

/** Source, and what is known of it: how many plans and objects, and how many of them are broken as their publisher left them. */
const SOURCES = [
  ['terraform-validator/plan', { plans: 55, malformed: 0 }],
  // Assets, and no plan: in a folder they are passed over.
  ['terraform-google-conversion', { plans: 0, manifests: 0 }],
  // Two of its tutorials have `${NAME?}` where names go, which YAML takes for lists.
  ['k8s-config-connector', { manifests: 49, malformed: 2 }],
  ['terraform-google-kubernetes-engine', { manifests: 12, malformed: 0 }],
  ['bank-of-anthos', { manifests: 8, malformed: 0 }],
  ['microservices-demo', { manifests: 5, malformed: 0 }],
  ['oss-test-infra/manifests', { malformed: 0 }],
  ['istio-test-infra/manifests', { malformed: 0 }],
  ['knative-infra/manifests', { malformed: 0 }],
  ['cloud-foundation-fabric', { plans: 0, manifests: 0, malformed: 0 }],
  ['checkov', { plans: 1, malformed: 0 }],
] as const;

describe('what others published', () => {
  for (const [source, expected] of SOURCES) {
    itOnFixtures(`${source} is checked to its end`, async () => {
      const { counts, edges, caused, undecided, unknown } = await checkOf(fixturePath(source));
      expect(counts).toMatchObject(expected);
      rows[source] = {
        ...counts,
        edges: edges.length,
        findings: caused.length,
        undecided: undecided.length,
        unknown: unknown.length,
      };
    });
  }

  itOnFixtures(
    'each plan by itself: what it grants nobody is no edge, and nothing of it is broken',
    async () => {
      for (const file of fixtureFiles('terraform-validator/plan')) {
        const { counts } = await checkOf(fixturePath(file));
        expect({ file, ...counts }).toMatchObject({ plans: 1, malformed: 0 });
      }
    },
  );
});
