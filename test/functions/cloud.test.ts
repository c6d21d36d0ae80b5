import { describe, expect, it } from '@jest/globals';
import { cloudFrom } from '../../functions/cloud.ts';

const SCOPES = { ANCHORWATCH_SCOPES: 'organizations/123456789012' };

describe('what the cloud is read through', () => {
  it('is nothing where it was not said what to read', () => {
    expect(cloudFrom({ ANCHORWATCH_USAGE: 'on', ANCHORWATCH_DIRECTORY: 'on' })).toBeUndefined();
  });

  it.each([
    ['ANCHORWATCH_KUBERNETES', 'kubernetes'],
    ['ANCHORWATCH_USAGE', 'usage'],
    ['ANCHORWATCH_DIRECTORY', 'directory'],
  ] as const)('%s=on asks for more', (name, port) => {
    expect(cloudFrom(SCOPES)?.[port]).toBeUndefined();
    expect(cloudFrom({ ...SCOPES, [name]: '' })?.[port]).toBeUndefined();
    expect(cloudFrom({ ...SCOPES, [name]: 'on' })?.[port]).toBeDefined();
  });
});
