/** The manifest that people paste into Slack, held against what the functions ask of Slack and take from it. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import * as z from 'zod';
import { doctorSlack } from '../../shared/adapters/doctor-slack.ts';
import { fixedPolicy } from '../../shared/adapters/fixed-policy.ts';
import type { Diagnosis, Examined } from '../../shared/doctor/check.ts';
import { slackChannels } from '../../shared/doctor/checks/slack-channels.ts';
import { slackToken } from '../../shared/doctor/checks/slack-token.ts';
import { readCommandWords } from '../../shared/slack/command-words.ts';
import { parseFromSlack } from '../../shared/slack/parse.ts';
import { deployment } from '../doctor/examining.ts';
import { slashCommand } from '../slack-payloads.ts';
import { SCOPES, type Scope } from '../slack-server/scopes.ts';
import { startSlackServer } from '../slack-server.ts';
import { policyOf } from '../world.ts';

/** Fields and limits of Slack's manifest (docs.slack.dev/reference/app-manifest): those that this one uses, and no other. */
const MANIFEST = z.strictObject({
  display_information: z.strictObject({
    name: z.string().max(35),
    description: z.string().max(140),
    background_color: z.string().regex(/^#[0-9a-f]{6}$/),
  }),
  features: z.strictObject({
    bot_user: z.strictObject({ display_name: z.string().max(80), always_online: z.boolean() }),
    slash_commands: z
      .array(
        z.strictObject({
          command: z.string().regex(/^\/[a-z]{1,31}$/),
          description: z.string().max(2_000),
          usage_hint: z.string().max(1_000),
          url: z.url({ protocol: /^https$/ }),
          should_escape: z.literal(false),
        }),
      )
      .length(1),
  }),
  oauth_config: z.strictObject({ scopes: z.strictObject({ bot: z.array(z.enum(SCOPES)) }) }),
  settings: z.strictObject({
    interactivity: z.strictObject({
      is_enabled: z.literal(true),
      request_url: z.url({ protocol: /^https$/ }),
    }),
    org_deploy_enabled: z.boolean(),
    socket_mode_enabled: z.literal(false),
    token_rotation_enabled: z.literal(false),
  }),
});

const manifest = MANIFEST.parse(
  parse(readFileSync(fileURLToPath(new URL('../../docs/slack-manifest.yaml', import.meta.url)), 'utf8')),
);
const [command] = manifest.features.slash_commands;
const granted = manifest.oauth_config.scopes.bot;

describe('the address', () => {
  it('is one for all that Slack sends: `slack-actions` tells them apart', () => {
    expect(command?.url).toBe(manifest.settings.interactivity.request_url);
  });
});

describe('the command', () => {
  it('is taken for one, under the name it has', () => {
    const read = parseFromSlack(slashCommand({ command: command?.command ?? '', text: 'status' }));
    expect(read).toMatchObject({ kind: 'command', command: '/anchorwatch', text: 'status' });
  });

  it.each((command?.usage_hint ?? '').split(' | '))('hints at what is understood: %s', (hint) => {
    expect(readCommandWords(hint.replace(/[[\]]/g, '')).kind).not.toBe('help');
  });
});

describe('the scopes', () => {
  const policy = policyOf(`
apiVersion: anchorwatch.dev/v1
kind: WorkloadIdentityPolicy
metadata: {name: acme, owner: platform@acme.example}
spec:
  trust:
    pools: [{name: prod, pool: acme-prod.svc.id.goog}]
  routing:
    fallbackChannel: C0PLATSEC
    digest: {at: "09:00", channel: G0PRIVATE}
`);

  /** What the doctor says of a token that may do so much. */
  async function toldOf(scopes: readonly Scope[]): Promise<readonly Diagnosis[]> {
    const slack = await startSlackServer();
    try {
      for (const scope of SCOPES) if (!scopes.includes(scope)) slack.withoutScope(scope);
      const found = { kind: 'found', value: slack.token } as const;
      const examined = {
        deployment: await deployment(),
        slack: doctorSlack({ token: async () => found, slackApiUrl: slack.url }),
        policy: fixedPolicy(() => policy),
      } as Examined;
      return [...(await slackToken.run(examined)), ...(await slackChannels.run(examined))];
    } finally {
      await slack.close();
    }
  }

  it('are all that the doctor asks for', async () => {
    const told = await toldOf(granted);
    expect(told.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
    expect(told.map(({ about }) => about)).toEqual(
      expect.arrayContaining(['token', 'scopes', expect.stringContaining('C0PLATSEC')]),
    );
  });

  it.each(granted)('hold nothing that is not needed: without %s something is missed', async (scope) => {
    const told = await toldOf(granted.filter((one) => one !== scope));
    expect(told.map(({ verdict }) => verdict)).toContainEqual(expect.not.stringMatching(/^ok$/));
  });
});
