import { describe, expect, it } from '@jest/globals';
import { DAY } from '../../shared/model/time.ts';
import { JANE, only, POLICY_YAML, policyOf, says, TERRAFORM, t, wakesAt } from '../world.ts';
import { FUNCTION, part, SCHEDULE, SUBSCRIPTION, settings, TOPIC, tampering } from './watch.ts';

const DETECTOR = 'self-pipeline-tampered';
const WANTED = settings('topic=projects/acme-sec/topics/anchorwatch-audit', 'ackDeadline=600');
const deployed = part('subscription', SUBSCRIPTION, { wanted: WANTED });
const read = (lines: readonly string[], seconds = 300) =>
  part('subscription', SUBSCRIPTION, { found: settings(...lines) }, t(seconds));
const FINE = ['ackDeadline=600', 'topic=projects/acme-sec/topics/anchorwatch-audit'];

describe('self-pipeline-tampered', () => {
  it('says nothing of a subscription that is as it was deployed', () => {
    expect(says(DETECTOR, { observations: [deployed, read(FINE)] })).toEqual([]);
  });

  it.each([
    ['filtered', 'filter=attributes.x = "y"'],
    ['detached from its topic', 'detached=true'],
    ['transformed', 'transform=[{"javascriptUdf":{}}]'],
  ])('is told of one that is %s', (_how, line) => {
    expect(only(DETECTOR, { observations: [deployed, read([...FINE, line])] })).toMatchObject({
      state: 'open',
      severity: 'critical',
      title: 'The subscription anchorwatch-audit is not as it was deployed',
      before: [],
      after: [line.replace('=', ': ')],
    });
  });

  it.each<[Parameters<typeof part>[0], string, string, string]>([
    ['topic', TOPIC, 'google.pubsub.v1.Publisher.DeleteTopic', 'deleted the topic anchorwatch-audit'],
    [
      'subscription',
      SUBSCRIPTION,
      'google.pubsub.v1.Subscriber.Seek',
      'changed the subscription anchorwatch-audit',
    ],
    [
      'schedule',
      SCHEDULE,
      'google.cloud.scheduler.v1.CloudScheduler.PauseJob',
      'changed the schedule deliver',
    ],
    [
      'function',
      FUNCTION,
      'google.cloud.run.v1.Services.ReplaceService',
      'changed the function on-audit-log',
    ],
    ['function', FUNCTION, 'google.cloud.run.v2.Services.DeleteService', 'deleted the function on-audit-log'],
  ])('is told of a change of a %s at once: %s %s', (kind, resource, method, words) => {
    const observations = [part(kind, resource, { wanted: [] })];
    const acts = [tampering(resource, method, 100)];
    expect(only(DETECTOR, { observations, acts })).toMatchObject({
      state: 'open',
      title: `${JANE.principal} ${words}`,
      actor: { principal: JANE.principal },
    });
  });

  it('lets a change of what is never read back rest after seven days', () => {
    const observations = [part('function', FUNCTION, { wanted: [] })];
    const acts = [tampering(FUNCTION, 'google.cloud.run.v2.Services.UpdateService', 100)];
    expect(wakesAt({ observations, acts })).toBe(t(100) + 7n * DAY);
    expect(says(DETECTOR, { observations, acts, asOf: t(100) + 7n * DAY })).toEqual([]);
  });

  it('trusts whoever may change all, and nobody who may only change bindings for longer than that takes', () => {
    const observations = [part('function', FUNCTION, { wanted: [] })];
    const acts = [tampering(FUNCTION, 'google.cloud.run.v2.Services.UpdateService', 100, TERRAFORM)];
    const mayAll = policyOf(POLICY_YAML.replace('delegates: [', 'may: [all]\n      delegates: ['));
    expect(says(DETECTOR, { observations, acts, policy: mayAll })).toEqual([]);
    expect(says(DETECTOR, { observations, acts, asOf: t(200) })).toEqual([
      expect.stringMatching(/^undecided: /),
    ]);
    expect(says(DETECTOR, { observations, acts })).toEqual([expect.stringMatching(/^open: /)]);
  });

  it('does not speak of what the machinery of Google does', () => {
    const agent = {
      principal: 'service-1234@gcp-sa-pubsub.iam.gserviceaccount.com',
      delegation: [],
    };
    const acts = [tampering(TOPIC, 'google.pubsub.v1.Publisher.UpdateTopic', 100, agent)];
    expect(says(DETECTOR, { observations: [part('topic', TOPIC, { wanted: [] })], acts })).toEqual([]);
  });

  it('judges also where the policy does not look: the watch need not lie in its scope', () => {
    const elsewhere = policyOf(
      POLICY_YAML.replace(
        'scope: {include: [organizations/123456789012]}',
        'scope: {include: [projects/acme-prod]}',
      ),
    );
    const observations = [deployed, read(['there=no'])];
    expect(says(DETECTOR, { observations, policy: elsewhere })).toEqual([
      'open: The subscription anchorwatch-audit is gone',
    ]);
  });
});
