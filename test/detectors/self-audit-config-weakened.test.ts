import { describe, expect, it } from '@jest/globals';
import { JANE, only, says, t } from '../world.ts';
import { ORGANIZATION, part, settings, tampering } from './watch.ts';

const DETECTOR = 'self-audit-config-weakened';
const IAM = 'log=iam.googleapis.com DATA_READ';
const STS = 'log=sts.googleapis.com DATA_READ';
const as = (...found: readonly string[]) => [
  part('audit-config', ORGANIZATION, { wanted: settings(IAM, STS) }),
  part('audit-config', ORGANIZATION, { found: settings(...found) }, t(300)),
];

describe('self-audit-config-weakened', () => {
  it.each([
    ['as it was deployed', [IAM, STS]],
    ['with more than that', [IAM, STS, 'log=storage.googleapis.com DATA_WRITE']],
    ['on for all services', ['log=allServices DATA_READ']],
  ])('says nothing of one that is %s', (_how, found) => {
    expect(says(DETECTOR, { observations: as(...found) })).toEqual([]);
  });

  it('is told of a log type that was turned off', () => {
    expect(only(DETECTOR, { observations: as(IAM, 'log=sts.googleapis.com DATA_WRITE') })).toMatchObject({
      state: 'open',
      severity: 'high',
      title: 'The audit configuration of organizations/123456789012 is not as it was deployed',
      before: ['log: sts.googleapis.com DATA_READ'],
      after: [],
    });
  });

  it('is told of a member that is exempted, whom nobody else is', () => {
    const exempted = 'exempted=iam.googleapis.com DATA_READ user:mallory@acme.example';
    expect(only(DETECTOR, { observations: as(IAM, STS, exempted) })).toMatchObject({
      before: [],
      after: [exempted.replace('=', ': ')],
    });
    const agreed = part('audit-config', ORGANIZATION, { wanted: settings(IAM, STS, exempted) }, t(1));
    expect(says(DETECTOR, { observations: [...as(IAM, STS, exempted), agreed] })).toEqual([]);
  });

  it('is told of a change within seconds, with whoever made it', () => {
    const acts = [tampering(ORGANIZATION, 'SetIamPolicy', 400)];
    expect(only(DETECTOR, { observations: as(IAM, STS), acts })).toMatchObject({
      title: 'jane@acme.example changed the audit configuration of organizations/123456789012',
      actor: { principal: JANE.principal },
    });
  });

  it('does not take what it may not read for fine', () => {
    const wanted = part('audit-config', ORGANIZATION, { wanted: settings(IAM) });
    const refused = part('audit-config', ORGANIZATION, { unread: '403: no' }, t(10));
    expect(says(DETECTOR, { observations: [wanted, refused], asOf: t(20) })).toEqual([
      expect.stringMatching(/^undecided: /),
    ]);
  });
});
