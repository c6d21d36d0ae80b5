import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type GatherOptions, gatherAssets } from '../../cli/gather.ts';
import { parseTime } from '../../shared/model/time.ts';

const EMAIL = 'api@acme-prod.iam.gserviceaccount.com';
const CLUSTER = 'projects/acme-prod/locations/europe-west1/clusters/c1';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anchorwatch-gather-'));
  await writeFile(
    join(folder, 'a.yaml'),
    [
      'apiVersion: v1',
      'kind: ServiceAccount',
      'metadata:',
      '  name: api',
      '  namespace: payments',
      '  annotations:',
      `    iam.gke.io/gcp-service-account: ${EMAIL}`,
      '---',
      'replicas: 3',
      '',
    ].join('\n'),
  );
  const account = { account_id: 'api', email: EMAIL, project: 'acme-prod', disabled: false };
  const binding = {
    service_account_id: `projects/acme-prod/serviceAccounts/${EMAIL}`,
    role: 'roles/iam.workloadIdentityUser',
    members: ['serviceAccount:acme-prod.svc.id.goog[payments/api]'],
  };
  const resources = [
    { address: 'google_service_account.api', type: 'google_service_account', values: account },
    {
      address: 'google_service_account_iam_binding.api',
      type: 'google_service_account_iam_binding',
      values: binding,
    },
    { address: 'random_id.x', type: 'random_id', values: {} },
  ];
  const state = { format_version: '1.0', terraform_version: '1.9.8', values: { root_module: { resources } } };
  await writeFile(join(folder, 'b.json'), JSON.stringify(state));
});
afterAll(() => rm(folder, { recursive: true }));

async function gather(options?: GatherOptions) {
  const io = { out: () => {}, err: () => {}, color: false, errIsTerminal: false, width: 80 };
  return gatherAssets([folder], io, parseTime('2026-03-01T00:00:00Z')!, options);
}

describe('manifests and plans beside exports', () => {
  it('what they say is known, what is no news is counted with its reason, and notes are too', async () => {
    const { counts, reasons, incomplete } = await gather();
    expect(counts).toMatchObject({ observed: 3, ignored: 2, malformed: 0 });
    expect([...reasons].sort()).toEqual([
      ['ignored: YAML that is no Kubernetes object', 1],
      ['ignored: terraform type that is not watched: random_id', 1],
      [
        'note: terraform: takes its role from members it does not name: google_service_account_iam_binding',
        1,
      ],
    ]);
    expect(incomplete).toBe(false);
  });

  it('they cover nothing by themselves', async () => {
    const { known } = await gather();
    expect([...known.coverage.values()]).toEqual([]);
  });

  it('declared complete, they cover the projects and the clusters they speak of', async () => {
    const { known } = await gather({ declaredComplete: true, cluster: CLUSTER });
    const covered = [...known.coverage.values()].map(
      ({ scope, assetType, content }) => `${content} ${assetType} ${scope}`,
    );
    expect(covered.sort()).toEqual([
      'policy iam.googleapis.com/ServiceAccount projects/acme-prod',
      `resource iam.googleapis.com/ServiceAccount projects/acme-prod`,
      `resource k8s.io/ServiceAccount ${CLUSTER}`,
    ]);
  });

  it('a file that cannot be read makes nothing complete', async () => {
    await writeFile(join(folder, 'chart.yaml'), 'name: {{ .Values.name }}\n');
    const { known, incomplete } = await gather({ declaredComplete: true, cluster: CLUSTER });
    await rm(join(folder, 'chart.yaml'));
    expect(incomplete).toBe(true);
    expect([...known.coverage.values()]).toEqual([]);
  });
});
