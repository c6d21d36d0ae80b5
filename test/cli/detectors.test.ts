import { describe, expect, it } from '@jest/globals';
import { ALL_DETECTORS } from '../../shared/detectors/index.ts';
import { cli } from './cli.ts';

describe('detectors', () => {
  it('lists every detector with what it is about', async () => {
    const { code, out, err } = await cli(['detectors']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const ids = out
      .split('\n')
      .flatMap((line) => /^([a-z-]+) {2}(attack|outage|posture) · /.exec(line)?.[1] ?? []);
    expect(ids).toEqual(ALL_DETECTORS.map(({ id }) => id));
  });

  it('as JSON: data only, one object each', async () => {
    const printed: { schemaVersion: number; detectors: readonly Record<string, unknown>[] } = JSON.parse(
      (await cli(['detectors', '-f', 'json'])).out,
    );
    expect(printed.schemaVersion).toBe(1);
    expect(printed.detectors).toHaveLength(ALL_DETECTORS.length);
    for (const detector of printed.detectors) {
      expect(detector).toMatchObject({
        id: expect.stringMatching(/^[a-z-]+$/),
        title: expect.any(String),
        about: expect.any(String),
        class: expect.stringMatching(/^(attack|outage|posture)$/),
        severity: expect.stringMatching(/^(critical|high|medium|low|info)$/),
      });
    }
  });
});
