import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { failedKey } from '../../shared/pipeline/evaluate.ts';
import { receive } from '../../shared/pipeline/receive.ts';
import { POLICY, POLICY_YAML, policyOf } from '../world.ts';
import { pushed } from './bodies.ts';
import {
  AGENT,
  ASSET_TOPIC,
  AUDIT_TOPIC,
  FEED,
  FUNCTION,
  SCHEDULE,
  SCOPE,
  SINK,
  SUBSCRIPTION,
  Watching,
  WRITER,
} from './watching.ts';

/** Each heartbeat is a dozen requests over HTTP. */
jest.setTimeout(60_000);

let watching: Watching;
beforeEach(async () => {
  watching = await Watching.open();
});
afterEach(() => watching.close());

describe('a watch that is as it was deployed', () => {
  it('has nothing to say of itself, hour after hour, and makes no finding about its canary', async () => {
    await watching.pass(60);
    expect(await watching.stage.findings()).toEqual([]);
    expect(watching.stage.texts()).toEqual([]);
  });

  it('flips the canary every quarter of an hour', async () => {
    await watching.pass(60);
    expect(watching.server.requests.filter((one) => one.endsWith(':setIamPolicy'))).toHaveLength(4);
  });
});

describe('silence', () => {
  it('of the sink is told within half an hour of its end', async () => {
    await watching.pass(60);
    watching.arrives.sink = false;
    await watching.pass(30);
    expect(await watching.says()).toEqual(['self-silent open: The audit-log sink has gone silent']);
    expect(watching.stage.texts()).toEqual([expect.stringContaining('The audit-log sink has gone silent')]);
  });

  it('of the sink is over with the next canary it shows', async () => {
    await watching.pass(30);
    watching.arrives.sink = false;
    await watching.pass(60);
    watching.arrives.sink = true;
    await watching.pass(15);
    expect(await watching.says()).toEqual([]);
    expect(await watching.stage.states('self-silent')).toEqual(['resolved']);
  });

  it('of the canary itself, that may no longer be flipped, is told as that and not as one of the streams', async () => {
    await watching.pass(30);
    watching.server.refused.add('projects/acme-sec/serviceAccounts/canary@acme-sec.iam.gserviceaccount.com');
    await watching.pass(60);
    expect(await watching.says()).toEqual(['self-silent open: The canary has gone silent']);
  });

  it('of the heartbeat is noticed by whoever delivers', async () => {
    await watching.pass(30);
    await watching.pass(30, { beats: false });
    expect(await watching.says()).toEqual(
      expect.arrayContaining(['self-silent open: The heartbeat has gone silent']),
    );
    expect(watching.stage.texts().join()).toContain('The heartbeat has gone silent');
  });

  it('of whoever delivers is noticed by the heartbeat', async () => {
    await watching.pass(30);
    await watching.pass(30, { delivers: false });
    expect(await watching.says()).toEqual(['self-silent open: The delivery of alerts has gone silent']);
  });
});

describe('silence of the feed', () => {
  it('is a warning after two hours and an alarm after 36, and over with the next canary', async () => {
    const canary = await Watching.open({ parts: false });
    try {
      await canary.pass(60);
      canary.arrives.feed = false;
      await canary.pass(115);
      expect(await canary.says()).toEqual([]);
      await canary.pass(25);
      expect(await canary.findings()).toMatchObject([
        { detector: 'self-silent', severity: 'medium', class: 'outage' },
      ]);
      // Nobody was awake for 33 hours; what was silent meanwhile has been told, and is well again.
      canary.stage.advance(33 * 3_600);
      await canary.pass(10);
      expect(await canary.findings()).toMatchObject([{ severity: 'medium' }]);
      await canary.pass(60);
      expect(await canary.findings()).toMatchObject([
        { title: 'The asset feed has gone silent', severity: 'critical', class: 'attack' },
      ]);
      canary.arrives.feed = true;
      await canary.pass(15);
      expect(await canary.says()).toEqual([]);
    } finally {
      await canary.close();
    }
  });
});

describe('tampering', () => {
  const ASSETS = 'cloudasset.googleapis.com';
  const LOGGING = 'logging.googleapis.com';
  const PUBSUB = 'pubsub.googleapis.com';
  const SCHEDULER = 'cloudscheduler.googleapis.com';
  const RUN = 'run.googleapis.com';
  const cases: readonly [
    method: string,
    service: string,
    resource: string,
    payload: Readonly<Record<string, unknown>>,
    detector: string,
    title: string,
  ][] = [
    [
      'google.cloud.asset.v1.AssetService.UpdateFeed',
      ASSETS,
      SCOPE,
      { request: { feed: { name: FEED }, updateMask: 'assetTypes' } },
      'self-feed-tampered',
      'changed the feed anchorwatch-policies',
    ],
    [
      'google.cloud.asset.v1.AssetService.DeleteFeed',
      ASSETS,
      FEED,
      { request: { name: FEED } },
      'self-feed-tampered',
      'deleted the feed anchorwatch-policies',
    ],
    [
      'google.logging.v2.ConfigServiceV2.UpdateSink',
      LOGGING,
      SINK,
      { request: { sinkName: SINK, updateMask: 'exclusions' } },
      'self-sink-tampered',
      'changed the log sink anchorwatch',
    ],
    [
      'google.logging.v2.ConfigServiceV2.DeleteSink',
      LOGGING,
      SINK,
      {},
      'self-sink-tampered',
      'deleted the log sink anchorwatch',
    ],
    [
      'google.logging.v2.ConfigServiceV2.CreateExclusion',
      LOGGING,
      SCOPE,
      { request: { parent: SCOPE, exclusion: { name: 'hush', filter: '*' } } },
      'self-sink-tampered',
      'changed the list of log exclusions of organizations/123456789012',
    ],
    [
      'google.logging.v2.ConfigServiceV2.UpdateExclusion',
      LOGGING,
      `${SCOPE}/exclusions/hush`,
      {},
      'self-sink-tampered',
      'changed the list of log exclusions of organizations/123456789012',
    ],
    [
      'google.pubsub.v1.Publisher.DeleteTopic',
      PUBSUB,
      AUDIT_TOPIC,
      {},
      'self-pipeline-tampered',
      'deleted the topic anchorwatch-audit',
    ],
    [
      'google.pubsub.v1.Publisher.UpdateTopic',
      PUBSUB,
      AUDIT_TOPIC,
      {},
      'self-pipeline-tampered',
      'changed the topic anchorwatch-audit',
    ],
    [
      'google.pubsub.v1.Publisher.DetachSubscription',
      PUBSUB,
      SUBSCRIPTION,
      {},
      'self-pipeline-tampered',
      'changed the subscription anchorwatch-audit',
    ],
    [
      'google.pubsub.v1.Subscriber.DeleteSubscription',
      PUBSUB,
      SUBSCRIPTION,
      {},
      'self-pipeline-tampered',
      'deleted the subscription anchorwatch-audit',
    ],
    [
      'google.pubsub.v1.Subscriber.UpdateSubscription',
      PUBSUB,
      SUBSCRIPTION,
      {},
      'self-pipeline-tampered',
      'changed the subscription anchorwatch-audit',
    ],
    [
      'google.pubsub.v1.Subscriber.ModifyPushConfig',
      PUBSUB,
      SUBSCRIPTION,
      {},
      'self-pipeline-tampered',
      'changed the subscription anchorwatch-audit',
    ],
    [
      'google.pubsub.v1.Subscriber.Seek',
      PUBSUB,
      SUBSCRIPTION,
      {},
      'self-pipeline-tampered',
      'changed the subscription anchorwatch-audit',
    ],
    [
      'google.iam.v1.IAMPolicy.SetIamPolicy',
      PUBSUB,
      SUBSCRIPTION,
      { response: { etag: 'x' } },
      'self-pipeline-tampered',
      'changed the subscription anchorwatch-audit',
    ],
    [
      'google.cloud.scheduler.v1.CloudScheduler.PauseJob',
      SCHEDULER,
      SCHEDULE,
      {},
      'self-pipeline-tampered',
      'changed the schedule anchorwatch-deliver',
    ],
    [
      'google.cloud.scheduler.v1.CloudScheduler.UpdateJob',
      SCHEDULER,
      SCHEDULE,
      {},
      'self-pipeline-tampered',
      'changed the schedule anchorwatch-deliver',
    ],
    [
      'google.cloud.scheduler.v1.CloudScheduler.DeleteJob',
      SCHEDULER,
      SCHEDULE,
      {},
      'self-pipeline-tampered',
      'deleted the schedule anchorwatch-deliver',
    ],
    [
      'google.cloud.run.v1.Services.ReplaceService',
      RUN,
      'namespaces/acme-sec/services/on-audit-log',
      {
        resource: {
          type: 'cloud_run_revision',
          labels: { location: 'europe-west1', project_id: 'acme-sec' },
        },
      },
      'self-pipeline-tampered',
      'changed the function on-audit-log',
    ],
    [
      'google.cloud.run.v2.Services.DeleteService',
      RUN,
      FUNCTION,
      {},
      'self-pipeline-tampered',
      'deleted the function on-audit-log',
    ],
    [
      'google.cloud.run.v1.Services.SetIamPolicy',
      RUN,
      FUNCTION,
      { response: { etag: 'x' } },
      'self-pipeline-tampered',
      'changed the function on-audit-log',
    ],
    [
      'SetIamPolicy',
      'cloudresourcemanager.googleapis.com',
      SCOPE,
      {
        serviceData: {
          policyDelta: {
            auditConfigDeltas: [{ action: 'REMOVE', service: 'iam.googleapis.com', logType: 'DATA_READ' }],
          },
        },
      },
      'self-audit-config-weakened',
      'changed the audit configuration of organizations/123456789012',
    ],
  ];

  it.each(cases)(
    '%s is told within seconds, with whoever did it',
    async (method, service, resource, payload, detector, title) => {
      await watching.pass(5);
      watching.stage.advance(60);
      await watching.push(watching.entry(service, method, resource, payload));
      expect(await watching.findings()).toMatchObject([
        {
          detector,
          state: 'open',
          class: 'attack',
          title: `jane@acme.example ${title}`,
          actor: { principal: 'jane@acme.example' },
        },
      ]);
      await watching.stage.deliver();
      expect(watching.stage.texts()).toHaveLength(1);
      // The next heartbeat finds all as it was deployed; of a function it can find nothing.
      await watching.pass(5);
      expect(await watching.stage.states(detector)).toEqual([
        title.includes('function') ? 'open' : 'resolved',
      ]);
    },
  );

  it.each<[string, string, string, Readonly<Record<string, unknown>>]>([
    ['another topic', 'google.pubsub.v1.Publisher.DeleteTopic', 'projects/acme-shop/topics/orders', {}],
    ['a look at our own', 'google.pubsub.v1.Publisher.GetTopic', AUDIT_TOPIC, {}],
    ['an acknowledgement', 'google.pubsub.v1.Subscriber.ModifyAckDeadline', SUBSCRIPTION, {}],
    [
      'a try that was refused',
      'google.pubsub.v1.Publisher.DeleteTopic',
      AUDIT_TOPIC,
      { status: { code: 7 } },
    ],
  ])('is not seen in %s', async (_what, method, resource, payload) => {
    await watching.pass(5);
    await watching.push(watching.entry(PUBSUB, method, resource, payload));
    expect(await watching.says()).toEqual([]);
  });

  it('of bindings alone is no tampering with the audit configuration', async () => {
    await watching.pass(5);
    const serviceData = {
      policyDelta: {
        bindingDeltas: [{ action: 'ADD', role: 'roles/viewer', member: 'user:x@acme.example' }],
      },
    };
    await watching.push(
      watching.entry('cloudresourcemanager.googleapis.com', 'SetIamPolicy', SCOPE, { serviceData }),
    );
    expect(await watching.says()).toEqual([]);
  });

  it('with who may publish is told by the grants: whoever came, and whoever may no longer', async () => {
    await watching.pass(5);
    watching.stage.advance(60);
    const bindings = [{ role: 'roles/pubsub.publisher', members: ['user:mallory@acme.example'] }];
    await watching.push(
      watching.entry(PUBSUB, 'google.iam.v1.IAMPolicy.SetIamPolicy', AUDIT_TOPIC, {
        response: { etag: 'x', bindings },
        serviceData: {
          policyDelta: {
            bindingDeltas: [
              { action: 'ADD', role: 'roles/pubsub.publisher', member: 'user:mallory@acme.example' },
              { action: 'REMOVE', role: 'roles/pubsub.publisher', member: WRITER },
            ],
          },
        },
      }),
    );
    expect((await watching.findings()).filter(({ detector }) => detector === 'self-publisher')).toMatchObject(
      [
        {
          title: expect.stringMatching(/may( no longer)? publish/),
          actor: { principal: 'jane@acme.example' },
        },
        {
          title: expect.stringMatching(/may( no longer)? publish/),
          actor: { principal: 'jane@acme.example' },
        },
      ],
    );
  });
});

describe('what the heartbeat reads', () => {
  it.each<[string, (resources: Map<string, object>) => void, string]>([
    [
      'the feed is gone',
      (all) => all.delete(FEED),
      'self-feed-tampered open: The feed anchorwatch-policies is gone',
    ],
    [
      'the sink sends elsewhere',
      (all) =>
        all.set(SINK, { ...all.get(SINK), destination: 'pubsub.googleapis.com/projects/evil/topics/t' }),
      'self-sink-tampered open: The log sink anchorwatch is not as it was deployed',
    ],
    [
      'an exclusion is there',
      (all) => all.set(`${SCOPE}/exclusions`, { exclusions: [{ name: 'hush', filter: '*' }] }),
      'self-sink-tampered open: The list of log exclusions of organizations/123456789012 is not as it was deployed',
    ],
    [
      'the schedule is paused',
      (all) => all.set(SCHEDULE, { ...all.get(SCHEDULE), state: 'PAUSED' }),
      'self-pipeline-tampered open: The schedule anchorwatch-deliver is not as it was deployed',
    ],
  ])('%s: told although no entry told it, and over when it is mended', async (_what, tamper, expected) => {
    await watching.pass(5);
    tamper(watching.server.resources as Map<string, object>);
    await watching.pass(5);
    expect(await watching.says()).toEqual([expected]);
    watching.restore();
    await watching.pass(5);
    expect(await watching.says()).toEqual([]);
  });

  it('a publisher more on a topic', async () => {
    const bindings = [{ role: 'roles/pubsub.publisher', members: [AGENT, 'allUsers'] }];
    watching.server.policies.set(ASSET_TOPIC, { etag: 'b', bindings });
    await watching.pass(5);
    expect(await watching.says()).toContain(
      'self-publisher open: allUsers may publish on the topic anchorwatch-assets',
    );
  });

  it('what it may not read is unknown, told of after an hour, and never fine', async () => {
    await watching.pass(5);
    watching.server.refused.add(SINK);
    await watching.pass(10);
    const words = 'Whether the log sink anchorwatch is as it was deployed is not known';
    expect(await watching.says()).toEqual([`self-sink-tampered undecided: ${words}`]);
    await watching.pass(60);
    expect(await watching.says()).toEqual([`self-sink-tampered open: ${words}`]);
  });

  it('a finding that stands does not close because the part can no longer be read', async () => {
    watching.server.resources.delete(FEED);
    await watching.pass(5);
    watching.server.refused.add(FEED);
    await watching.pass(30);
    expect(await watching.says()).toEqual(['self-feed-tampered open: The feed anchorwatch-policies is gone']);
  });
});

describe('what the watch knows of itself', () => {
  it('messages in quarantine', async () => {
    await receive(pushed('{"poison":'), watching.ports);
    await watching.pass(5);
    expect(await watching.says()).toEqual([
      'self-quarantine open: Messages that could not be read lie in quarantine',
    ]);
    watching.stage.advance(7 * 86_400);
    await watching.pass(5);
    expect(await watching.stage.states('self-quarantine')).toEqual(['resolved']);
  });

  it('a detector that throws, until it judges again', async () => {
    const subject = '["account","1001"]';
    const state = { dirty: false, evaluatedAt: 0n, nextChangeAt: undefined };
    const put = (reads: readonly string[]) =>
      watching.stage.memory.transaction(async (tx) =>
        tx.put('subjects', subject, { ...state, reads }, { keys: reads }),
      );
    await put([failedKey('shared-account')]);
    await watching.pass(5);
    expect(await watching.says()).toEqual(['self-detector-failed open: The detector shared-account fails']);
    await put([]);
    await watching.pass(5);
    expect(await watching.says()).toEqual([]);
  });

  it('a destination that takes nothing', async () => {
    watching.stage.notifier = {
      ...watching.stage.notifier,
      post: async () => ({ kind: 'reroute', gone: 'channel', why: 'is_archived' }),
    };
    watching.server.resources.delete(FEED);
    await watching.pass(15);
    expect(await watching.says()).toContainEqual(
      expect.stringMatching(/^self-route open: Alerts do not reach C0PLATSEC/),
    );
  });

  it('a new policy that is weaker than the one before, until it is as before', async () => {
    watching.stage.policy = POLICY;
    await watching.pass(5);
    watching.stage.policy = policyOf(POLICY_YAML.replace('userManaged: forbid', 'userManaged: allow'));
    await watching.pass(5);
    expect(
      (await watching.findings()).filter(({ detector }) => detector === 'self-policy-weakened'),
    ).toMatchObject([{ state: 'open', title: 'The policy is weaker than before in one way' }]);
    watching.stage.policy = POLICY;
    await watching.pass(5);
    expect(await watching.stage.states('self-policy-weakened')).toEqual(['resolved']);
  });

  it('counts a weaker policy as accepted after seven days', async () => {
    const weak = await Watching.open({ parts: false });
    try {
      weak.stage.policy = POLICY;
      await weak.pass(5);
      weak.stage.policy = policyOf(POLICY_YAML.replace('userManaged: forbid', 'userManaged: allow'));
      await weak.pass(5);
      expect(await weak.stage.states('self-policy-weakened')).toEqual(['open']);
      weak.stage.advance(7 * 86_400);
      await weak.pass(10);
      expect(await weak.stage.states('self-policy-weakened')).toEqual(['resolved']);
    } finally {
      await weak.close();
    }
  });
});

describe('metrics', () => {
  it('tell how the watch stands with every heartbeat', async () => {
    await watching.pass(20);
    expect(watching.metrics).toEqual(
      expect.arrayContaining([
        'quarantine_depth 0',
        'outbox_depth 0',
        'outbox_oldest_seconds 0',
        'policy_last_load_ok 1',
        expect.stringMatching(/^policy_hash_info\{"hash":"[0-9a-f]+"\} 1$/),
        'last_canary_age_seconds{"stream":"audit-log"} 300',
        'last_canary_age_seconds{"stream":"feed"} 300',
        'events_total{"source":"audit-log","outcome":"observed"} 1',
        'feed_lag_seconds 0',
      ]),
    );
  });
});
