import { describe, expect, it } from '@jest/globals';
import { STEP_IDS } from '../../shared/explain/explanation.ts';
import { diagnose } from '../../shared/explain/match-symptom.ts';
import { SYMPTOMS } from '../../shared/explain/symptoms.ts';
import { iam } from '../world.ts';
import { API_ASSET, chain } from './asking.ts';

const DENIED =
  "Unable to generate access token; IAM returned 403 Forbidden: Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist). This error could be caused by a missing IAM policy binding on the target IAM service account.";

describe('an error text', () => {
  it.each([
    [DENIED, 'get-access-token-denied'],
    [
      'IAM returned 404 Not Found: Not found; Gaia id not found for email api@acme-prod.iam.gserviceaccount.com',
      'gaia-id-not-found',
    ],
    ['HTTP/404 generic::not_found: no such attribute', 'unknown-metadata-attribute'],
    ['429 Too Many Requests', 'quota'],
    ['rpc error: code = ResourceExhausted desc = QUOTA_EXCEEDED', 'quota'],
    ['Back-off pulling image "x": ImagePullBackOff', 'image-pull'],
    ['dial tcp 169.254.169.254:80: connect: connection refused', 'metadata-not-ready'],
    [
      'Get "http://metadata.google.internal/computeMetadata/v1/": context deadline exceeded (timeout)',
      'metadata-not-ready',
    ],
    ['google: could not find default credentials', 'default-credentials'],
    [
      'api@acme-prod.iam.gserviceaccount.com does not have storage.objects.get access to the Google Cloud Storage object.',
      'permission-denied',
    ],
    ['7 PERMISSION_DENIED: The caller does not have permission', 'permission-denied'],
  ])('%s is known', (text, id) => {
    expect(diagnose(text, undefined).map(({ symptom }) => symptom.id)).toEqual([id]);
  });

  it('is known across the lines a log breaks it into', () => {
    expect(diagnose(DENIED.replaceAll(' ', '\n  '), undefined)).toHaveLength(1);
  });

  it('that nobody knows gives nothing', () => {
    expect(diagnose('the coffee is cold', undefined)).toEqual([]);
  });

  it('puts the steps that fail first, and says that the chain shows it', () => {
    const broken = chain('payments/api', { parts: { binding: [iam(API_ASSET, [])], pods: [] } });
    const [first] = diagnose(DENIED, broken);
    expect(first?.confirmed).toBe(true);
    expect(first?.checks.map(({ step, answer }) => `${step} ${answer}`)).toEqual([
      'binding no',
      'pod undecided',
      'annotation yes',
      'account yes',
      'ksa yes',
    ]);
  });

  it('puts what the chain confirms before what it does not', () => {
    const broken = chain('payments/api', { parts: { binding: [iam(API_ASSET, [])] } });
    const both = diagnose(`429 Too Many Requests … ${DENIED}`, broken);
    expect(both.map(({ symptom, confirmed }) => `${symptom.id} ${confirmed}`)).toEqual([
      'get-access-token-denied true',
      'quota false',
    ]);
  });
});

describe('the list of symptoms', () => {
  it('names its sources, and steps that exist', () => {
    for (const { source, means, steps } of SYMPTOMS) {
      expect(source).not.toBe('');
      expect(means).toMatch(/\.$/);
      for (const step of steps) expect(STEP_IDS).toContain(step);
    }
    expect(new Set(SYMPTOMS.map(({ id }) => id)).size).toBe(SYMPTOMS.length);
  });

  it('takes no longer for a text made to exhaust it', () => {
    const start = performance.now();
    diagnose('169.254.169.254 metadata '.repeat(100_000), undefined);
    expect(performance.now() - start).toBeLessThan(500);
  });
});
