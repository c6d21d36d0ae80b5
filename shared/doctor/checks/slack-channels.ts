import { unique } from '../../explain/words.ts';
import type { SlackChannel } from '../../model/deployment.ts';
import type { Policy } from '../../policy/policy.ts';
import { type Check, type Diagnosis, type Mend, ok, unknown, wrong } from '../check.ts';

export const slackChannels: Check = {
  id: 'slack-channels',
  title: 'Slack channels',
  reads:
    'Each channel that the policy names (conversations.info): there, not archived, the app a member of it.',
  async run({ deployment, policy, slack }) {
    if (deployment.secrets.slackToken === undefined) return [];
    // What is wrong with the policy is said where it is looked at.
    const state = await policy.state();
    if (state.kind !== 'good') return [];
    const channels = channelsOf(await policy.current());
    // Nor is it said of each that there is no token to ask with.
    if ((await slack.identity()).kind !== 'found')
      return [unknown('channels', { why: 'they can be looked at when the token works' })];
    return Promise.all(
      channels.map(async (id): Promise<Diagnosis> => {
        const channel = await slack.channel(id);
        switch (channel.kind) {
          case 'found':
            return judged(id, channel.value);
          case 'absent':
            return wrong(id, 'Slack shows no such channel', 'the app is in it', INVITE);
          case 'unknown':
            return unknown(id, channel);
        }
      }),
    );
  },
};

const INVITE: Mend = {
  kind: 'by-hand',
  text: 'in the channel: /invite and the name of the app; or give another id in the policy',
};

function judged(id: string, { name, isArchived, isMember }: SlackChannel): Diagnosis {
  const about = `${id} #${name}`;
  if (isArchived)
    return wrong(about, 'it is archived', 'it takes messages', {
      kind: 'by-hand',
      text: 'unarchive it, or give another id in the policy',
    });
  return isMember ? ok(about, 'the app is in it') : wrong(about, 'the app is not in it', 'it is', INVITE);
}

/** Every channel that may hear of something. */
export function channelsOf({ routing, identities, destinations, reports }: Policy): readonly string[] {
  const named = [
    routing.fallbackChannel,
    routing.digest?.channel,
    ...routing.routes.map(({ to }) => (to.kind === 'channel' ? to.channel : undefined)),
    ...identities.map(({ slack }) => slack),
    ...destinations.map((one) => (one.kind === 'digest' ? one.channel : undefined)),
    ...reports.map(({ notify }) => notify),
  ];
  return unique(named.filter((channel) => channel !== undefined));
}
