import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { subjectKey } from '../../shared/inventory/subject.ts';
import { takeBaseline } from '../../shared/pipeline/baseline.ts';
import { evaluateDue } from '../../shared/pipeline/evaluate.ts';
import { THROWING_LOG } from '../laws/pipeline-of.ts';
import { alias, gsa, iam, known, t } from '../world.ts';
import { BARE_POLICY } from './policies.ts';
import { Stage } from './stage.ts';
import { ACCOUNT, SANDBOX } from './story.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.close());

describe('what stood before anybody watched', () => {
  it('is recorded and announced to nobody', async () => {
    const state = known({
      observations: [
        gsa('evil@acme-prod.iam.gserviceaccount.com', '9001'),
        alias('evil@acme-prod.iam.gserviceaccount.com', '9001'),
        iam(ACCOUNT, [SANDBOX], { etag: 'b' }),
      ],
    });
    const { opened } = await takeBaseline(state, BARE_POLICY, stage.store, THROWING_LOG, t(0));
    expect(opened.map((finding) => finding.detector)).toContain('undeclared-identity');
    stage.advance(3600);
    expect(await stage.deliver()).toBe(0);
    expect(stage.slack.requests).toEqual([]);
  });
});

describe('what falls due', () => {
  it.each([
    ['online as much as one call should take', false, 700],
    ['offline all of it: there is no other call', true, 0],
  ])('is judged: %s', async (_behaviour, offline, left) => {
    const due = async () => (await stage.memory.transaction((tx) => tx.due('subjects', t(1), 10_000))).size;
    await stage.memory.transaction(async (tx) => {
      for (let at = 0; at < 1200; at++) {
        const state = { dirty: true, evaluatedAt: undefined, nextChangeAt: undefined, reads: [] };
        tx.put('subjects', subjectKey({ kind: 'key', id: `k${at}` }), state, { dueAt: t(0) });
      }
    });
    expect(await due()).toBe(1200);
    await evaluateDue(BARE_POLICY, stage.memory, THROWING_LOG, { asOf: t(1), offline });
    expect(await due()).toBe(left);
  });
});
