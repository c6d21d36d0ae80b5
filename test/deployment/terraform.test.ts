import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from '@cdktf/hcl2json';
import { describe, expect, it } from '@jest/globals';
import { sourcesOf } from '../../shared/deployment/sources.ts';
import { HOW_TO_WRITE, sourcesTerraform } from '../../shared/deployment/terraform.ts';
import { ALL_DETECTORS } from '../../shared/detectors/index.ts';

const SOURCES = sourcesOf(ALL_DETECTORS);
const TEXT = sourcesTerraform(SOURCES);
const FILE = fileURLToPath(new URL('../../terraform/sources.tf', import.meta.url));

async function locals(text: string): Promise<Record<string, unknown>> {
  const { locals } = await parse('sources.tf', text);
  return locals[0];
}

const HAS_TERRAFORM = spawnSync('terraform', ['version']).error === undefined;

/** Where there is no terraform it passes, and says aloud that it has shown nothing. */
function itWithTerraform(behaviour: string, test: () => Promise<void>): void {
  it(behaviour, async () => {
    if (HAS_TERRAFORM) await test();
    else console.warn(`NOT TESTED: ${behaviour}: there is no terraform on the PATH`);
  });
}

/** What `local.sink_filter` is to Terraform. */
function evaluated(text: string): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'anchorwatch-terraform-'));
  try {
    writeFileSync(join(folder, 'sources.tf'), text);
    const { stdout } = spawnSync('terraform', [`-chdir=${folder}`, 'console'], {
      input: 'jsonencode(local.sink_filter)\n',
      encoding: 'utf8',
    });
    // A string of HCL that holds a string of JSON; warnings stand before it.
    return JSON.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('terraform/sources.tf', () => {
  it('is what the detectors ask for', () => {
    const isCurrent = readFileSync(FILE, 'utf8') === TEXT;
    expect(
      isCurrent ? 'current' : `what detectors declare has changed; write the file anew: ${HOW_TO_WRITE}`,
    ).toBe('current');
  });

  it('has the feeds, the logs and the permissions as Terraform reads them', async () => {
    const { feeds, audit_log_types, permissions } = await locals(TEXT);
    expect(feeds).toEqual({
      resource: { content_type: 'RESOURCE', asset_types: SOURCES.feeds.resource.assetTypes },
      iam_policy: { content_type: 'IAM_POLICY', asset_types: ['.*'] },
      org_policy: { content_type: 'ORG_POLICY', asset_types: SOURCES.feeds.orgPolicy.assetTypes },
    });
    expect(audit_log_types).toEqual([...SOURCES.auditLogs].map(([service, types]) => ({ service, types })));
    expect(permissions).toMatchObject({
      'slack-actions': { 'secret:signing-secret': ['secretmanager.versions.access'] },
      heartbeat: {
        'canary-account': ['iam.serviceAccounts.getIamPolicy', 'iam.serviceAccounts.setIamPolicy'],
      },
    });
    expect(Object.keys(permissions as object).sort()).toEqual(Object.keys(SOURCES.permissions).sort());
  });

  itWithTerraform('has the filter, to the character', async () => {
    expect(evaluated(TEXT)).toBe(SOURCES.sinkFilter);
  });

  itWithTerraform('has nothing in the filter that Terraform would fill in', async () => {
    const sinkFilter = `a="\${b}"\nAND c="%{d}"\nAND e="\\\\"`;
    expect(evaluated(sourcesTerraform({ ...SOURCES, sinkFilter }))).toBe(sinkFilter);
  });

  itWithTerraform('is as terraform fmt would have it', async () => {
    expect(spawnSync('terraform', ['fmt', '-check', '-'], { input: TEXT }).status).toBe(0);
  });
});
