import { describe, expect, it } from '@jest/globals';
import { WATCHED_TYPES } from '../../shared/decode/resource-facts.ts';
import { auditLogsOf } from '../../shared/deployment/audit-logs.ts';
import { feedsOf, NOT_FED } from '../../shared/deployment/feeds.ts';
import type { Detector, Sources } from '../../shared/detectors/detector.ts';
import { ALL_DETECTORS } from '../../shared/detectors/index.ts';

const detector = (sources: Partial<Sources>) =>
  ({ sources: { assetTypes: [], methods: [], ...sources } }) as unknown as Detector;

describe('feedsOf', () => {
  const { resource, iamPolicy, orgPolicy } = feedsOf(ALL_DETECTORS);

  it('has one feed for each content type', () => {
    expect([resource, iamPolicy, orgPolicy].map(({ contentType }) => contentType)).toEqual([
      'RESOURCE',
      'IAM_POLICY',
      'ORG_POLICY',
    ]);
  });

  it('feeds every type that is read, and what is left out says why', () => {
    expect([...resource.assetTypes, ...Object.keys(NOT_FED)].sort()).toEqual(WATCHED_TYPES);
  });

  it('feeds nothing that nobody could read', () => {
    const declared = ALL_DETECTORS.flatMap(({ sources }) => sources.assetTypes)
      .filter(({ content }) => content === 'resource')
      .map(({ type }) => type);
    expect(declared.filter((type) => !WATCHED_TYPES.includes(type))).toEqual([]);
  });

  it('feeds what makes pods, not pods', () => {
    expect(resource.assetTypes).toContain('apps.k8s.io/Deployment');
    expect(resource.assetTypes).not.toContain('k8s.io/Pod');
  });

  it('feeds the policies on all types, as a pattern that feeds take', () => {
    expect(iamPolicy.assetTypes).toEqual(['.*']);
    const named = detector({ assetTypes: [{ type: 'pubsub.googleapis.com/Topic', content: 'policy' }] });
    expect(feedsOf([named, named]).iamPolicy.assetTypes).toEqual(['pubsub.googleapis.com/Topic']);
  });

  it('feeds the organisation policies of every kind of container', () => {
    expect(orgPolicy.assetTypes).toEqual(
      ['Folder', 'Organization', 'Project'].map((kind) => `cloudresourcemanager.googleapis.com/${kind}`),
    );
  });
});

describe('auditLogsOf', () => {
  it('has the log that minted tokens are in', () => {
    expect(auditLogsOf(ALL_DETECTORS).get('iam.googleapis.com')).toContain('ADMIN_READ');
  });

  it('has every service once, and each type once', () => {
    const one = detector({ logs: [{ service: 's', type: 'DATA_READ' }] });
    const two = detector({
      logs: [
        { service: 's', type: 'ADMIN_READ' },
        { service: 'r', type: 'DATA_WRITE' },
        { service: 's', type: 'DATA_READ' },
      ],
    });
    expect([...auditLogsOf([one, two])]).toEqual([
      ['r', ['DATA_WRITE']],
      ['s', ['ADMIN_READ', 'DATA_READ']],
    ]);
  });
});
