import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Stage } from './stage.ts';
import { ANNOTATED, BEFORE, BINDS, REPAIRED, SECOND, SEEN } from './story.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
  await stage.take(BEFORE);
  expect(await stage.deliver()).toBe(0);
});
afterEach(() => stage.close());

describe('x', () => {
  it('y', async () => {
    await stage.take(BINDS);
    await stage.deliver();
    console.log(stage.texts(), (await stage.findings()).map((f) => [f.detector, f.class, f.severity, f.state]));
    await stage.take(SEEN);
    console.log(await stage.deliver());
    await stage.take(SECOND);
    console.log(await stage.deliver(), stage.texts());
    await stage.take(REPAIRED);
    console.log(await stage.deliver(), stage.texts());
    await stage.take(ANNOTATED);
    console.log(await stage.deliver(), stage.texts(), (await stage.findings()).map((f) => [f.detector, f.class, f.severity, f.state]));
  });
});
