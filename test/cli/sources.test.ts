import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { cli } from './cli.ts';

describe('sources', () => {
  it('shows feeds, sink, logs and permissions', async () => {
    const { code, out, err } = await cli(['sources']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.match(/^\S.*$/gm)?.map((line) => line.replace(/\d+( types?| characters|)$/, 'N'))).toEqual([
      'Feed RESOURCE  N',
      'Feed IAM_POLICY  N',
      'Feed ORG_POLICY  N',
      'Not fed  read by the sweep',
      'Sink  N',
      'Data Access logs  must be switched on',
      ...[
        'on-asset-change',
        'on-audit-log',
        'work',
        'sweep',
        'deliver',
        'report',
        'slack-actions',
        'console',
        'heartbeat',
        'pusher',
        'scheduler',
      ].map((holder) => `Permissions of ${holder}  N`),
    ]);
    expect(out).toContain('   k8s.io/ServiceAccount\n');
    expect(out).toContain('log_id("cloudaudit.googleapis.com/activity")');
  });

  it('as JSON: each permission with where and why', async () => {
    const printed = JSON.parse((await cli(['sources', '-f', 'json'])).out);
    expect(printed).toMatchObject({
      schemaVersion: 1,
      feeds: [
        { contentType: 'RESOURCE' },
        { contentType: 'IAM_POLICY', assetTypes: ['.*'] },
        { contentType: 'ORG_POLICY' },
      ],
      sink: { filter: expect.stringContaining('methodName'), includeChildren: true },
      auditLogs: expect.arrayContaining([{ service: 'iam.googleapis.com', types: ['ADMIN_READ'] }]),
    });
    expect(printed.notFed).toContainEqual({ assetType: 'k8s.io/Pod', why: expect.any(String) });
    expect(printed.permissions).toContainEqual({
      holder: 'report',
      permission: 'storage.objects.create',
      where: 'bucket:reports',
      why: 'to write reports, never over one',
    });
  });

  it('as Terraform: the file of the module, to the character', async () => {
    const { out } = await cli(['sources', '--format', 'terraform']);
    expect(out).toBe(readFileSync(new URL('../../terraform/sources.tf', import.meta.url), 'utf8'));
  });

  it('as a script for a shell', async () => {
    const { out } = await cli(['sources', '--format', 'gcloud']);
    expect(out).toMatch(/^#!\/bin\/sh\n/);
  });

  it('knows no other format', async () => {
    const { code, err } = await cli(['sources', '--format', 'yaml']);
    expect(code).toBe(3);
    expect(err).toContain('Allowed choices are table, json, terraform, gcloud');
  });
});
