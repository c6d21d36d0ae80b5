import { describe, expect, it } from '@jest/globals';
import { act, change, customRole, delta, iam, JANE, only, says, t } from '../world.ts';
import { part, settings, TOPIC } from './watch.ts';

const DETECTOR = 'self-publisher';
const WRITER = 'serviceAccount:o1-2@gcp-sa-logging.iam.gserviceaccount.com';
const MALLORY = 'user:mallory@acme.example';
const PUBLISHER = 'roles/pubsub.publisher';
const deployed = part('topic', TOPIC, { wanted: settings(`publisher=${WRITER}`), found: [] });
const policy = (...bindings: readonly (readonly [string, string])[]) => iam(TOPIC, bindings, { etag: 'a' });

describe('self-publisher', () => {
  it('says nothing where only the writer may publish, and others may not', () => {
    expect(says(DETECTOR, { observations: [deployed, policy([PUBLISHER, WRITER])] })).toEqual([]);
  });

  it('tells of anybody else who may, how to take it back, and who gave it', () => {
    const observations = [
      deployed,
      policy([PUBLISHER, WRITER]),
      delta(TOPIC, [change('add', TOPIC, PUBLISHER, MALLORY)], {
        time: t(50),
        etag: 'b',
        supersedes: 'a',
        source: 'audit-log',
      }),
    ];
    const acts = [
      act('gives', TOPIC, { time: t(50), etag: 'b', changes: [change('add', TOPIC, PUBLISHER, MALLORY)] }),
    ];
    expect(only(DETECTOR, { observations, acts })).toMatchObject({
      state: 'open',
      class: 'attack',
      title: `${MALLORY} may publish on the topic anchorwatch-audit`,
      actor: { principal: JANE.principal },
      remediation: [
        {
          kind: 'gcloud',
          text: `gcloud pubsub topics remove-iam-policy-binding anchorwatch-audit --project=acme-sec --member=${MALLORY} --role=${PUBLISHER}`,
        },
      ],
    });
  });

  it.each([
    [
      'a custom role that publishes',
      'projects/acme-sec/roles/p',
      [customRole('projects/acme-sec/roles/p', ['pubsub.topics.publish'])],
    ],
    [
      'one that lets its holder change the policy',
      'projects/acme-sec/roles/p',
      [customRole('projects/acme-sec/roles/p', ['pubsub.topics.setIamPolicy'])],
    ],
    ['a custom role that nobody has read', 'projects/acme-sec/roles/q', []],
  ])('counts %s', (_what, role, roles) => {
    const observations = [deployed, policy([PUBLISHER, WRITER], [role, MALLORY]), ...roles];
    expect(says(DETECTOR, { observations })).toEqual([
      `open: ${MALLORY} may publish on the topic anchorwatch-audit`,
    ]);
  });

  it('does not count a role that only looks', () => {
    const looks = customRole('projects/acme-sec/roles/look', ['pubsub.topics.get']);
    const observations = [
      deployed,
      policy([PUBLISHER, WRITER], ['projects/acme-sec/roles/look', MALLORY]),
      looks,
    ];
    expect(says(DETECTOR, { observations })).toEqual([]);
  });

  it('tells that the writer may no longer: what it has to tell is lost', () => {
    const observations = [
      deployed,
      policy([PUBLISHER, WRITER]),
      iam(TOPIC, [], { time: t(60), etag: 'b', supersedes: 'a', source: 'audit-log' }),
    ];
    const acts = [
      act('takes', TOPIC, { time: t(60), etag: 'b', changes: [change('remove', TOPIC, PUBLISHER, WRITER)] }),
    ];
    expect(only(DETECTOR, { observations, acts })).toMatchObject({
      severity: 'critical',
      title: `${WRITER} may no longer publish on the topic anchorwatch-audit`,
      actor: { principal: JANE.principal },
    });
  });

  it('knows nothing while the policy has not been seen, and says so', () => {
    expect(says(DETECTOR, { observations: [deployed] })).toEqual([
      'undecided: Who may publish on the topic anchorwatch-audit is not known',
    ]);
  });
});
