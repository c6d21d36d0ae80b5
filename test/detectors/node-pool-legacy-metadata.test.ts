import { describe, expect, it } from '@jest/globals';
import type { Observation } from '../../shared/model/observation.ts';
import { CLUSTER, cluster, only, says } from '../world.ts';
import { clusterWith, pool } from './nodes.ts';

const DETECTOR = 'node-pool-legacy-metadata';
const OPEN = 'open: The legacy metadata endpoints are not turned off on node pool old of prod-euw1';
const UNKNOWN =
  'undecided: Whether the legacy metadata endpoints are off on node pool old of prod-euw1 is not known';
const on = (noLegacyEndpoints: string, version: string) => pool('old', { noLegacyEndpoints, version });

describe('a node pool', () => {
  it.each<[string, readonly Observation[], readonly string[]]>([
    ['that has them off', [cluster(), on('true', '1.12.7-gke.10')], []],
    ['that has them on', [cluster(), on('false', '1.12.7-gke.10')], [OPEN]],
    ['that does not say, of an old version', [cluster(), on('', '1.11.8-gke.6')], [OPEN]],
    ['that does not say, was made long ago and upgraded', [cluster(), on('', '1.20.15-gke.300')], [OPEN]],
    ['that does not say, of a version without them', [cluster(), on('', '1.21.1-gke.1800')], []],
    ['that does not say, of a version to come', [cluster(), on('', '2.0.1-gke.1')], []],
    ['that wants them, of a version without them', [cluster(), on('false', '1.31.4-gke.1372000')], [OPEN]],
    ['that was only asked for', [cluster(), pool('old', {}, { whole: false })], [UNKNOWN]],
    [
      'that was asked for with them',
      [cluster(), pool('old', { noLegacyEndpoints: 'false' }, { whole: false })],
      [OPEN],
    ],
    ['on Autopilot', [clusterWith({ autopilot: true }), on('false', '1.12.7-gke.10')], []],
    ['that is not the first', [cluster(), pool('a'), on('false', '1.12.7-gke.10')], [OPEN]],
    [
      'that is being taken down',
      [cluster(), pool('old', { noLegacyEndpoints: 'false', status: 'STOPPING' })],
      [],
    ],
  ])('%s', (_what, observations, expected) => {
    expect(says(DETECTOR, { observations })).toEqual(expected);
  });
});

it('is worse where no metadata server stands between, and says what an upgrade breaks', () => {
  const served = only(DETECTOR, { observations: [cluster(), on('', '1.20.15-gke.300')] });
  expect(served.severity).toBe('low');
  const found = only(DETECTOR, {
    observations: [
      cluster(CLUSTER, ''),
      pool('old', { metadataMode: '', noLegacyEndpoints: '', version: '1.20.15-gke.300' }),
    ],
  });
  expect(found).toMatchObject({
    class: 'posture',
    severity: 'medium',
    after: ['no disable-legacy-endpoints, version 1.20.15-gke.300'],
    remediation: [
      {
        kind: 'gcloud',
        text: 'gcloud container clusters upgrade prod-euw1 --node-pool=old --location=europe-west1 --project=acme-prod',
      },
    ],
  });
  expect(found.explanation).toContain('whatever still asks the old endpoints stops working');
});

it('is low where the version has none, and there is nothing to upgrade', () => {
  const found = only(DETECTOR, { observations: [cluster(CLUSTER, ''), on('false', '1.31.4-gke.1372000')] });
  expect(found.severity).toBe('low');
  expect(found.explanation).toContain('the setting shows that somebody wanted them');
  expect(found.remediation).toEqual([]);
});
