import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ACTIONS, pressedValue } from '../../shared/alerts/actions.ts';
import { parseTime } from '../../shared/model/time.ts';
import { blockActions, payloadBody, slashCommand, USER } from '../slack-payloads.ts';
import { POOL, policyOf } from '../world.ts';
import { plant } from './planting.ts';
import { CHANNEL } from './policies.ts';
import { Stage } from './stage.ts';
import { BEFORE, BINDS, REPAIRED } from './story.ts';

const SOC = 'C0SECURITY';

function routed(routing: string) {
  return policyOf(`
apiVersion: anchorwatch.dev/v1
kind: WorkloadIdentityPolicy
metadata: {name: bare, owner: platform@acme.example, timezone: Europe/Berlin}
spec:
  scope: {include: [organizations/123456789012]}
  mode: enforce
  trust:
    pools: [{name: prod, pool: ${POOL}, clusters: [acme-prod/europe-west1/prod-euw1]}]
  routing:
    fallbackChannel: ${CHANNEL}
${routing}`);
}

const CALLED = routed(`
    routes:
      - {name: soc, match: {severity: [critical, high]}, channel: ${SOC}, mention: S0SECONCALL, escalateAfter: 15m, continue: true}
`);

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
  await stage.take(BEFORE);
});
afterEach(() => stage.close());

const soc = () => stage.slack.messages(SOC);
const socThread = () => soc().flatMap(({ ts }) => stage.slack.replies(SOC, ts).map(({ text }) => text));

async function drift(policy: typeof CALLED): Promise<void> {
  stage.policy = policy;
  await stage.take(BINDS);
  await stage.deliver();
}

describe('who hears', () => {
  it('the route, and by `continue` the fallback too; each keeps a message of its own', async () => {
    await drift(CALLED);
    expect([soc().length, stage.messages().length]).toEqual([1, 1]);
    await stage.take(REPAIRED);
    await stage.deliver();
    expect([...soc(), ...stage.messages()].map(({ text, edits }) => [text.slice(0, 2), edits])).toEqual([
      ['✅ ', 1],
      ['✅ ', 1],
    ]);
  });

  it('the digest alone, where a route says so', async () => {
    await drift(
      routed(`    routes: [{name: quiet, to: digest}]\n    digest: {at: "09:00", channel: ${CHANNEL}}\n`),
    );
    expect(stage.texts()).toEqual([]);
  });

  it('nobody by name, where no route mentions anybody', async () => {
    await drift(CALLED);
    expect(stage.texts()[0]).not.toContain('<!');
    expect(soc()[0]?.text).toContain('<!subteam^S0SECONCALL>');
  });

  it('nobody more often than five times an hour: whoever is called too often no longer comes', async () => {
    stage.policy = CALLED;
    await plant(stage, 8, 0);
    await stage.deliver();
    expect(soc().filter(({ text }) => text.includes('<!subteam'))).toHaveLength(5);
    stage.advance(3_600);
    await plant(stage, 9, 0, 8);
    await stage.deliver();
    expect(soc().at(-1)?.text).toContain('<!subteam');
  });

  it('an edit calls nobody again', async () => {
    await drift(CALLED);
    await stage.take(REPAIRED);
    await stage.deliver();
    expect(soc()[0]?.text).not.toContain('<!');
  });
});

describe('an alert that nobody has acknowledged', () => {
  it('calls again once, aloud in its thread', async () => {
    await drift(CALLED);
    stage.advance(899);
    await stage.deliver();
    expect(stage.slack.broadcasts(SOC)).toEqual([]);
    stage.advance(1);
    for (let again = 0; again < 3; again++) {
      await stage.deliver();
      stage.advance(900);
    }
    expect(stage.slack.broadcasts(SOC).map(({ text }) => text)).toEqual([
      expect.stringContaining('<!subteam^S0SECONCALL>'),
    ]);
  });

  it('stays quiet once somebody has', async () => {
    stage.buttons = true;
    stage.slack.addUser({ id: 'U0LEE', email: 'lee@acme.example' });
    await drift(CALLED);
    const [incident] = await stage.all('incidents');
    await stage.press(
      payloadBody(
        blockActions({
          user: 'U0LEE',
          action: ACTIONS.acknowledge,
          value: pressedValue(incident!.id, 1),
          channel: SOC,
          more: { response_url: undefined },
        }),
      ),
    );
    await stage.deliver();
    expect(soc()[0]?.text).toMatch(/acknowledged/);
    stage.advance(3_600);
    await stage.deliver();
    expect(stage.slack.broadcasts(SOC)).toEqual([]);
  });

  it('nor when it has been repaired', async () => {
    await drift(CALLED);
    await stage.take(REPAIRED);
    await stage.deliver();
    stage.advance(3_600);
    await stage.deliver();
    expect(stage.slack.broadcasts(SOC)).toEqual([]);
    expect(socThread()).toEqual([expect.stringContaining('repaired')]);
  });
});

it('what nobody acknowledges is said again after a day, once', async () => {
  await drift(routed(''));
  for (let day = 0; day < 3; day++) {
    stage.advance(86_400);
    await stage.deliver();
  }
  expect(stage.broadcasts()).toEqual([expect.stringMatching(/^Not acknowledged for 1.d/)]);
});

describe('a topic', () => {
  it('gets every transition as JSON, once; and waits where it cannot be reached', async () => {
    const sent: { topic: string; body: string; attributes: object }[] = [];
    let isDown = true;
    stage.publisher = {
      publish: async (topic, body, attributes) => {
        if (isDown) return { kind: 'wait', seconds: 10, why: 'UNAVAILABLE' };
        sent.push({ topic, body, attributes });
        return { kind: 'published', messageId: '1' };
      },
    };
    await drift(routed(`  destinations: [{name: siem, pubsub: projects/acme-sec/topics/anchorwatch}]\n`));
    expect(sent).toEqual([]);
    isDown = false;
    stage.advance(60);
    await stage.take(REPAIRED);
    await stage.deliver();
    stage.advance(60);
    await stage.deliver();
    const attack = sent.filter(({ body }) => body.includes('"detector":"undeclared-identity"'));
    expect(new Set(sent.map(({ topic }) => topic))).toEqual(
      new Set(['projects/acme-sec/topics/anchorwatch']),
    );
    expect(attack.map(({ body }) => JSON.parse(body).transition.to)).toEqual(['open', 'resolved']);
    expect(attack[0]?.attributes).toMatchObject({ detector: 'undeclared-identity', severity: 'high' });
    expect(await stage.waiting()).toEqual([]);
  });
});

describe('quiet hours', () => {
  it('hold what can wait until they end', async () => {
    stage.now = parseTime('2026-11-21T22:00:00Z')!;
    await drift(routed(`    quietHours: {from: "20:00", to: "07:00", breakThrough: [critical]}\n`));
    expect(stage.texts()).toEqual([]);
    stage.now = parseTime('2026-11-22T06:00:00Z')!;
    await stage.deliver();
    expect(stage.texts()).toHaveLength(1);
  });
});

describe('a channel that cannot be used', () => {
  it('sends people to the fallback, which then hears how it goes on', async () => {
    stage.slack.archive(SOC);
    await drift(routed(`    routes: [{name: soc, channel: ${SOC}}]\n`));
    expect(stage.texts()).toEqual([expect.stringMatching(/^🔶 High/)]);
    expect(stage.lines).toContainEqual(
      expect.objectContaining({
        level: 'error',
        message: 'channel cannot be used, so its alerts go to the fallback',
      }),
    );
    await stage.take(REPAIRED);
    await stage.deliver();
    expect(stage.messages()).toMatchObject([{ text: expect.stringMatching(/^✅/), edits: 1 }]);
    expect(await stage.waiting()).toEqual([]);
  });
});

describe('the slash command', () => {
  const ask = async (text: string) => {
    const form = new URLSearchParams(slashCommand({ text }));
    // Without an address to answer at, the answer goes into the channel, for their eyes only.
    form.delete('response_url');
    await stage.press(form.toString());
    await stage.deliver();
  };

  it.each([
    ['status', /1 high/],
    ['findings', /sandbox\/debug/],
    ['explain sandbox/debug', /undeclared-identity/],
    ['explain nobody/knows', /Nothing stands about that/],
  ])('%s answers whoever asked, and nobody else', async (text, expected) => {
    await drift(routed(''));
    const before = stage.messages().length;
    await ask(text);
    const [told] = stage.slack.ephemerals(CHANNEL);
    expect(told?.user).toBe(USER);
    expect(JSON.stringify(told)).toMatch(expected);
    expect(stage.messages()).toHaveLength(before);
  });
});
