/** Who somebody in Slack is. What Slack does not say is not taken for harmless. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { slackPeople } from '../../shared/adapters/slack-people.ts';
import { OutsideUnavailable, type People } from '../../shared/ports.ts';
import type { SlackUserRecord } from '../slack-server/people.ts';
import { type Fault, type SlackServer, startSlackServer } from '../slack-server.ts';

const JANE = { id: 'U0JANE', team: 'T0ACME' };

let slack: SlackServer;
let grid: SlackServer;
let people: People;
beforeEach(async () => {
  slack = await startSlackServer();
  grid = await startSlackServer({ enterprise: 'E0ACME' });
  people = slackPeople({ token: async () => slack.token, slackApiUrl: slack.url, timeoutMillis: 200 });
});
afterEach(() => Promise.all([slack.close(), grid.close()]));

describe('a person', () => {
  it('is known by the e-mail that Slack has on record', async () => {
    slack.addUser({ id: 'U0JANE', email: 'jane@acme.example' });
    expect(await people.person(JANE)).toEqual({
      id: 'U0JANE',
      team: 'T0ACME',
      email: 'jane@acme.example',
      isGuest: false,
    });
  });

  it.each<[string, () => void]>([
    ['we may not read it', () => slack.withoutScope('users:read.email')],
    [
      'it is not confirmed',
      () => slack.addUser({ id: 'U0JANE', email: 'x@y.example', is_email_confirmed: false }),
    ],
    ['it is empty', () => slack.addUser({ id: 'U0JANE', email: '' })],
  ])('has no e-mail: %s', async (_behaviour, happen) => {
    slack.addUser({ id: 'U0JANE', email: 'jane@acme.example' });
    happen();
    expect(await people.person(JANE)).toMatchObject({ email: undefined, isGuest: false });
  });

  it.each<[string, Partial<SlackUserRecord>]>([
    ['of several channels', { is_restricted: true }],
    ['of one channel', { is_restricted: true, is_ultra_restricted: true }],
    ['a stranger', { is_stranger: true }],
    ['of another workspace that shares the channel', { team_id: 'T0OTHER' }],
    ['of another organisation', { team_id: 'T0OTHER', enterprise_user: { enterprise_id: 'E0OTHER' } }],
  ])('is a guest: %s', async (_behaviour, user) => {
    slack.addUser({ id: 'U0JANE', ...user });
    expect(await people.person(JANE)).toMatchObject({ isGuest: true });
  });

  it('is a guest when Slack does not say', async () => {
    slack.fail({ garbage: '{"ok":true,"user":{"id":"U0JANE","team_id":"T0ACME"}}' });
    expect(await people.person(JANE)).toMatchObject({ isGuest: true });
  });

  it('is no guest in another workspace of our own organisation', async () => {
    grid.addUser({ id: 'W0JANE', team_id: 'T0PAY', enterprise_user: { enterprise_id: 'E0ACME' } });
    grid.addUser({ id: 'W0MALLORY', team_id: 'T0EVIL', enterprise_user: { enterprise_id: 'E0EVIL' } });
    const there = slackPeople({ token: async () => grid.token, slackApiUrl: grid.url });
    expect(await there.person({ id: 'W0JANE', team: 'T0PAY' })).toMatchObject({
      team: 'T0PAY',
      isGuest: false,
    });
    expect(await there.person({ id: 'W0MALLORY', team: 'T0ACME' })).toMatchObject({ isGuest: true });
  });

  it.each<[string, () => void]>([
    ['nobody of that name', () => {}],
    ['nobody we may see', () => slack.fail({ error: 'user_not_visible' })],
    ['they have left', () => slack.addUser({ id: 'U0JANE', deleted: true })],
    ['it is a bot', () => slack.addUser({ id: 'U0JANE', is_bot: true })],
  ])('is nobody: %s', async (_behaviour, happen) => {
    happen();
    expect(await people.person(JANE)).toBeUndefined();
  });

  it('is asked for anew every time, our own workspace once', async () => {
    slack.addUser({ id: 'U0JANE' });
    await people.person(JANE);
    slack.addUser({ id: 'U0JANE', deleted: true });
    expect(await people.person(JANE)).toBeUndefined();
    slack.addUser({ id: 'U0JANE' });
    await people.person(JANE);
    expect(slack.requests.map(({ method }) => method)).toEqual([
      'users.info',
      'auth.test',
      'users.info',
      'users.info',
    ]);
  });
});

describe('a user group', () => {
  it('has some, and not others', async () => {
    slack.addGroup('S0SOC', ['U0JANE', 'U0BOB']);
    expect(await people.isInGroup(JANE, 'S0SOC')).toBe(true);
    expect(await people.isInGroup({ id: 'U0EVE', team: 'T0ACME' }, 'S0SOC')).toBe(false);
  });

  it('has nobody in it that does not exist, or that the plan has none of', async () => {
    expect(await people.isInGroup(JANE, 'S0GONE')).toBe(false);
    slack.fail({ error: 'plan_upgrade_required' });
    expect(await people.isInGroup(JANE, 'S0SOC')).toBe(false);
  });
});

describe('it cannot be asked now', () => {
  it.each<[string, Fault]>([
    ['http_503', { status: 503 }],
    ['ratelimited', { status: 429, retryAfter: '30' }],
    ['timeout', { hang: true }],
    ['missing_scope', { error: 'missing_scope' }],
    ['invalid_auth', { error: 'invalid_auth' }],
  ])('%s', async (why, fault) => {
    slack.addUser({ id: 'U0JANE' });
    slack.addGroup('S0SOC', ['U0JANE']);
    slack.fail(fault);
    await expect(people.person(JANE)).rejects.toThrow(
      new OutsideUnavailable(`Slack does not say who somebody is: users.info: ${why}`),
    );
    slack.fail(fault);
    await expect(people.isInGroup(JANE, 'S0SOC')).rejects.toThrow(
      new OutsideUnavailable(`Slack does not say who is in a group: usergroups.users.list: ${why}`),
    );
    expect(await people.person(JANE)).toMatchObject({ id: 'U0JANE' });
  });

  it('which workspace is ours', async () => {
    slack.addUser({ id: 'U0JANE' });
    slack.fail({ method: 'auth.test', status: 500 });
    await expect(people.person(JANE)).rejects.toThrow(OutsideUnavailable);
    expect(await people.person(JANE)).toMatchObject({ isGuest: false });
  });

  it('for want of a scope', async () => {
    slack.withoutScope('users:read');
    slack.withoutScope('usergroups:read');
    await expect(people.person(JANE)).rejects.toThrow('users.info: missing_scope');
    await expect(people.isInGroup(JANE, 'S0SOC')).rejects.toThrow('usergroups.users.list: missing_scope');
  });
});
