import { afterAll, describe, expect, it } from '@jest/globals';
import { acme, cli, Folder } from './cli.ts';

const folder = new Folder();
afterAll(() => folder.remove());

const POLICY = acme('policy.yaml');
const AS_OF = ['--as-of', '2026-11-22'];

describe('exceptions', () => {
  it('lists what the policy allows for a while, who agreed, and how long it lasts', async () => {
    const { code, out, err } = await cli(['exceptions', '--policy', POLICY, ...AS_OF]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('active  staging-backfill  until 2027-02-28, 98 days left');
    expect(out).toContain('asked for by lee@acme.example, approved by kim@acme.example');
    expect(out).toMatch(/written +examples\/acme\/policy\.yaml:\d+/);
    expect(out).not.toContain('covers');
  });

  it('says with a state which of them cover nothing', async () => {
    const { code, out } = await cli([
      'exceptions',
      '--policy',
      POLICY,
      '--assets',
      acme('assets.ndjson'),
      ...AS_OF,
    ]);
    expect(code).toBe(0);
    expect(out).toMatch(/covers +(?:1 finding|nothing: it can go)/);
  });

  it('is a gate: 1 when one ends soon, 0 when none does', async () => {
    const soon = await cli(['exceptions', '--policy', POLICY, '--ending', '99', ...AS_OF]);
    expect(soon.code).toBe(1);
    const none = await cli(['exceptions', '--policy', POLICY, '--ending', '98', ...AS_OF]);
    expect(none).toEqual({ code: 0, out: 'no exception\n', err: '' });
    const ended = await cli(['exceptions', '--policy', POLICY, '--ending', '0', '--as-of', '2027-03-02']);
    expect(ended.code).toBe(1);
    expect(ended.out).toContain('ended   staging-backfill  ended 2027-02-28, 1 day ago');
  });

  it('as JSON: data only', async () => {
    const { out } = await cli(['exceptions', '--policy', POLICY, '--format', 'json', ...AS_OF]);
    const printed: { schemaVersion: number; exceptions: readonly object[] } = JSON.parse(out);
    expect(printed.schemaVersion).toBe(1);
    expect(printed.exceptions).toMatchObject([
      { name: 'staging-backfill', state: 'active', inGit: true, expires: expect.stringMatching(/^2027-0/) },
    ]);
  });

  it('takes one state, and a store that is there', async () => {
    const both = await cli(['exceptions', '--policy', POLICY, '--assets', 'a', '--store', 'b']);
    expect(both).toMatchObject({ code: 3, err: 'give one state: either --assets or --store\n' });
    const missing = await cli(['exceptions', '--policy', POLICY, '--store', folder.in('none.sqlite')]);
    expect(missing.code).toBe(4);
  });
});
