import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { projectName } from '../../shared/model/asset.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { act, change, iam, member, only, says, t, WI, type World } from '../world.ts';
import { API, API_ASSET, BY_HAND, DECLARED, marked } from './cast.ts';
import { hclResource } from './hcl.ts';

const DETECTOR = 'declared-grant-missing';
const PROJECT = projectName('acme-prod');
const HOLDER = `serviceAccount:${API}`;
const CLIENT = 'roles/cloudsql.client';
const granted = iam(PROJECT, [[CLIENT, HOLDER]], { etag: 'p1' });

describe('a role that an entry allows on one resource', () => {
  it.each<[string, readonly Observation[], readonly string[]]>([
    [
      'is not granted there',
      [iam(PROJECT, [['roles/viewer', HOLDER]])],
      ['open: api@acme-prod does not hold roles/cloudsql.client on project:acme-prod, which is declared'],
    ],
    [
      'was taken away',
      [granted, iam(PROJECT, [], { time: t(60), etag: 'p2' })],
      ['open: api@acme-prod lost roles/cloudsql.client on project:acme-prod, which is declared'],
    ],
    ['is granted', [granted], []],
    [
      'was taken away and given back',
      [
        granted,
        iam(PROJECT, [], { time: t(60), etag: 'p2' }),
        iam(PROJECT, [[CLIENT, HOLDER]], { time: t(90), etag: 'p3' }),
      ],
      [],
    ],
    ['of a resource whose policy has not been seen', [], []],
  ])('%s', (_what, observations, expected) => {
    expect(says(DETECTOR, { observations: [...DECLARED, ...observations] })).toEqual(expected);
  });
});

describe('how it is put back', () => {
  const wiped = [...DECLARED, granted, iam(PROJECT, [], { time: t(60), etag: 'p2' })];
  const remedies = (world: Partial<World>) =>
    only(DETECTOR, { observations: wiped, policy: BY_HAND, ...world }).remediation;

  it('at once, where nothing is made as code', () => {
    expect(remedies({})).toEqual([
      {
        kind: 'gcloud',
        text: `gcloud projects add-iam-policy-binding acme-prod --member=${HOLDER} --role=${CLIENT}`,
      },
    ]);
  });

  it('in Terraform first, where the project says that it is made by it', () => {
    const observations = [...wiped, marked(PROJECT, 'goog-terraform-provisioned', 'project')];
    const [code, command] = remedies({ observations });
    expect([code?.kind, command?.kind]).toEqual(['terraform', 'gcloud']);
    expect(hclResource(code?.text ?? '')).toEqual({
      type: 'google_project_iam_member',
      label: 'api_client',
      body: { project: 'acme-prod', role: CLIENT, member: HOLDER },
    });
  });

  it('as an object of Config Connector, where that made it', () => {
    const observations = [...wiped, marked(PROJECT, 'managed-by-cnrm', 'project')];
    const [code, command] = remedies({ observations });
    expect([code?.kind, command?.kind]).toEqual(['yaml', 'gcloud']);
    expect(parse(code?.text ?? '')).toMatchObject({
      kind: 'IAMPolicyMember',
      spec: {
        member: HOLDER,
        role: CLIENT,
        resourceRef: { kind: 'Project', external: 'projects/acme-prod' },
      },
    });
  });
});

describe('a binding', () => {
  const wiped = iam(API_ASSET, [[WI, member('payments/other')]], {
    time: t(60),
    source: 'feed',
    etag: 'e2',
    supersedes: 'e1',
  });

  it('that an authoritative change of another team wiped is told with who did it', () => {
    const apply = act('apply', API_ASSET, {
      time: t(60),
      etag: 'e2',
      changes: [
        change('remove', API_ASSET, WI, member('payments/api')),
        change('add', API_ASSET, WI, member('payments/other')),
      ],
    });
    expect(
      only(DETECTOR, { observations: [...DECLARED, wiped], acts: [apply], policy: BY_HAND }),
    ).toMatchObject({
      title: 'payments/api lost its binding on api@acme-prod',
      class: 'outage',
      actor: { principal: 'jane@acme.example' },
      before: [`${WI} on ${API} for ${member('payments/api')}`],
      after: [],
      remediation: [
        {
          text: `gcloud iam service-accounts add-iam-policy-binding ${API} --project=acme-prod '--member=${member('payments/api')}' --role=${WI}`,
        },
      ],
    });
  });

  it.each<[string, readonly Observation[]]>([
    ['that stands', DECLARED],
    [
      'that never stood is annotation-without-binding',
      [...DECLARED.slice(0, -1), iam(API_ASSET, [], { time: t(60) })],
    ],
    [
      'that was given back',
      [...DECLARED, wiped, iam(API_ASSET, [[WI, member('payments/api')]], { time: t(90), etag: 'e3' })],
    ],
  ])('%s', (_what, observations) => {
    expect(says(DETECTOR, { observations })).toEqual([]);
  });
});
