import { describe, expect, it } from '@jest/globals';
import { formatTime } from '../../shared/model/time.ts';
import {
  ACCOUNT,
  asset,
  EMAIL,
  grants,
  KSA_MEMBER,
  news,
  observed,
  policy,
  RECEIVED_AT,
  UNIQUE_ID,
  why,
} from './payloads.ts';

const SA = 'iam.googleapis.com/ServiceAccount';
const NAME = `//iam.googleapis.com/projects/acme-prod/serviceAccounts/${UNIQUE_ID}`;
const window = { startTime: '2026-02-03T04:05:06.5Z' };
const withPolicy = (etag: string, ...members: string[]) =>
  asset(SA, NAME, { iamPolicy: policy(etag, ['roles/iam.workloadIdentityUser', ...members]) });

describe('a change of policy', () => {
  const change = {
    asset: withPolicy('BwY=', KSA_MEMBER),
    priorAsset: withPolicy('BwX='),
    priorAssetState: 'PRESENT',
    window,
  };

  it('gives the whole policy, its version and the one it replaced', () => {
    expect(observed(news(change), 'policy')).toMatchObject({
      asset: ACCOUNT,
      etag: 'BwY=',
      supersedes: 'BwX=',
      source: 'feed',
    });
    expect(grants(news(change))).toEqual([`roles/iam.workloadIdentityUser ${KSA_MEMBER}`]);
    expect(news(change).acts).toEqual([]);
  });

  it.each([
    ['the prior state is told to be unusable', { ...change, priorAssetState: 'INVALID' }],
    ['the prior version is the same', { ...change, priorAsset: change.asset }],
    ['the prior policy was never set', { ...change, priorAsset: withPolicy('ACAB') }],
    ['there is no prior asset', { asset: change.asset, window, priorAssetState: 'DOES_NOT_EXIST' }],
  ])('supersedes nothing where %s', (_what, message) => {
    expect(observed(news(message), 'policy')).not.toHaveProperty('supersedes');
  });

  it('of 2020, without a prior state, and with numbers for names, is read as well', () => {
    expect(
      observed(news({ asset: change.asset, priorAsset: change.priorAsset, window }), 'policy').supersedes,
    ).toBe('BwX=');
    expect(observed(news({ ...change, priorAssetState: 1 }), 'policy').supersedes).toBe('BwX=');
  });

  it('to nothing is a reason to read the policy, not to believe it empty', () => {
    const message = {
      asset: asset(SA, NAME, {}),
      priorAsset: withPolicy('BwX=', KSA_MEMBER),
      priorAssetState: 'PRESENT',
      window,
    };
    expect(observed(news(message), 'policy-unknown')).toMatchObject({ asset: ACCOUNT, supersedes: 'BwX=' });
  });
});

it('a change of a resource gives the resource as it is now', () => {
  const data = { email: EMAIL, uniqueId: UNIQUE_ID };
  const message = {
    asset: asset(SA, NAME, { resource: { data: { ...data, disabled: true } } }),
    priorAsset: asset(SA, NAME, { resource: { data } }),
    priorAssetState: 'PRESENT',
    window,
  };
  expect(observed(news(message), 'resource').facts).toMatchObject({ disabled: true });
});

it('a message of a feed without content is ignored', () => {
  expect(why({ asset: asset(SA, NAME, {}), window })).toBe(
    `ignored: asset without the content that is watched: ${SA}`,
  );
});

describe('a deletion says that the asset is gone, whichever feed tells it', () => {
  it.each([
    [
      'resources',
      {
        asset: asset(SA, NAME, {}),
        priorAsset: asset(SA, NAME, { resource: { data: {} } }),
        deleted: true,
        window,
      },
      'service-account',
    ],
    [
      'policies',
      { asset: asset(SA, NAME, {}), priorAsset: withPolicy('BwX='), deleted: true, window },
      'service-account',
    ],
    [
      'resources, still showing it',
      { asset: asset(SA, NAME, { resource: { data: {} } }), deleted: true, window },
      'service-account',
    ],
    [
      'resources, with nothing but the prior asset',
      { priorAsset: asset(SA, NAME, { resource: { data: {} } }), deleted: true, window },
      'service-account',
    ],
    [
      'policies, of a type we do not keep',
      {
        asset: asset(
          'compute.googleapis.com/Firewall',
          '//compute.googleapis.com/projects/p/global/firewalls/f',
          {},
        ),
        deleted: true,
        window,
      },
      undefined,
    ],
  ])('a feed of %s', (_feed, message, type) => {
    const gone = observed(news(message), 'gone');
    expect(gone.type).toBe(type);
    expect(news(message).observations).toHaveLength(1);
  });

  it('but for Kubernetes objects that are not watched: they hold no policy', () => {
    const service = asset(
      'k8s.io/Service',
      '//container.googleapis.com/projects/p/locations/l/clusters/c/k8s/namespaces/n/services/x',
      {},
    );
    expect(why({ asset: service, deleted: true, window })).toBe(
      'ignored: asset type that is not watched: k8s.io/Service',
    );
  });

  it('and goes by asset and time, so that a later one is other news', () => {
    const message = { asset: asset(SA, NAME, {}), deleted: true, window };
    expect(news({ ...message, priorAsset: withPolicy('a') }).id).toBe(news(message).id);
    expect(news({ ...message, asset: { ...message.asset, updateTime: '2026-02-04T00:00:00Z' } }).id).not.toBe(
      news(message).id,
    );
  });
});

it('dates a deletion by when it went, not by when it last changed', () => {
  const at = (startTime: string) =>
    formatTime(news({ asset: asset(SA, NAME, {}), deleted: true, window: { startTime } }).time);
  expect(at('2026-02-09T00:00:00Z')).toBe('2026-02-09T00:00:00.000000000Z');
  // The asset's own word, where that is the later one.
  expect(at('2026-02-01T00:00:00Z')).toBe('2026-02-03T04:05:06.500000000Z');
});

it('dates a change by the asset, else by its window, else by its reception', () => {
  const undated = { ...withPolicy('BwY='), updateTime: undefined };
  expect(formatTime(news({ asset: undated, window: { startTime: '2026-02-03T04:00:00Z' } }).time)).toBe(
    '2026-02-03T04:00:00.000000000Z',
  );
  expect(news({ asset: undated }).time).toBe(RECEIVED_AT);
});
