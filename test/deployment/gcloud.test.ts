/** The script is run by a real shell, with a gcloud that writes down how it was called. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { sourcesGcloud } from '../../shared/deployment/gcloud.ts';
import { sourcesOf } from '../../shared/deployment/sources.ts';
import { ALL_DETECTORS } from '../../shared/detectors/index.ts';

const SOURCES = sourcesOf(ALL_DETECTORS);
const FOLDER = mkdtempSync(join(tmpdir(), 'anchorwatch-gcloud-'));
const CALLS = join(FOLDER, 'calls');
writeFileSync(
  join(FOLDER, 'gcloud'),
  `#!/bin/sh
printf '%s\\0' "$@" >> ${CALLS}
printf '\\0' >> ${CALLS}
case "$*" in *projectNumber*) echo 123 ;; *writerIdentity*) echo serviceAccount:o1@gcp-sa-logging.iam.gserviceaccount.com ;; esac
`,
);
chmodSync(join(FOLDER, 'gcloud'), 0o755);
afterAll(() => rmSync(FOLDER, { recursive: true }));

const SETTINGS = {
  SCOPE: 'organization=678',
  PROJECT: 'acme-watch',
  FEED_TOPIC: 'feed',
  SINK_TOPIC: 'sink',
};

function run(settings: Readonly<Record<string, string>>) {
  writeFileSync(CALLS, '');
  const { status, stderr } = spawnSync('sh', ['-c', sourcesGcloud(SOURCES)], {
    env: { PATH: `${FOLDER}:/usr/bin:/bin`, ...settings },
    encoding: 'utf8',
  });
  const calls = readFileSync(CALLS, 'utf8')
    .split('\0\0')
    .filter((call) => call !== '')
    .map((call) => call.split('\0'));
  return { status, stderr, calls };
}

describe('sources --format gcloud', () => {
  it('makes the feeds', () => {
    const { status, stderr, calls } = run(SETTINGS);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const feeds = calls.filter((call) => call.slice(0, 3).join(' ') === 'asset feeds create');
    expect(feeds.map(([, , , id, scope]) => [id, scope])).toEqual([
      ['anchorwatch-resource', '--organization=678'],
      ['anchorwatch-iam-policy', '--organization=678'],
      ['anchorwatch-org-policy', '--organization=678'],
    ]);
    expect(feeds[0]).toContain('--content-type=resource');
    expect(feeds[0]).toContain('--pubsub-topic=projects/acme-watch/topics/feed');
    expect(feeds[0]).toContain(`--asset-types=${SOURCES.feeds.resource.assetTypes.join(',')}`);
    expect(feeds[1]).toContain('--asset-types=.*');
  });

  it('makes the sink with its filter, to the character', () => {
    const sink = run(SETTINGS).calls.find((call) => call.slice(0, 3).join(' ') === 'logging sinks create');
    expect(sink?.slice(3)).toEqual([
      'anchorwatch',
      'pubsub.googleapis.com/projects/acme-watch/topics/sink',
      '--organization=678',
      '--include-children',
      `--log-filter=${SOURCES.sinkFilter}`,
    ]);
  });

  it('lets only those publish who have to', () => {
    const members = run(SETTINGS)
      .calls.filter((call) => call.includes('add-iam-policy-binding'))
      .map((call) => [call[3], call.at(-1)]);
    expect(members).toEqual([
      ['feed', '--member=serviceAccount:service-123@gcp-sa-cloudasset.iam.gserviceaccount.com'],
      ['sink', '--member=serviceAccount:o1@gcp-sa-logging.iam.gserviceaccount.com'],
    ]);
  });

  it('has no children to include in a project', () => {
    const { calls } = run({ ...SETTINGS, SCOPE: 'project=acme-prod' });
    expect(calls.flat().filter((word) => word === '--include-children')).toEqual([]);
  });

  it.each(Object.keys(SETTINGS))('does nothing without %s', (name) => {
    const { [name]: _left, ...others } = SETTINGS as Record<string, string>;
    const { status, stderr, calls } = run(others);
    expect(status).not.toBe(0);
    expect(stderr).toContain(`${name}: `);
    expect(calls).toEqual([]);
  });
});
