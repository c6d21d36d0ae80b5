/** Law 6 from end to end: hostile text in any field of a message, from the push to what Slack shows and what people are told to paste. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { openSqliteStore } from '../../shared/adapters/sqlite-store.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { CORPUS, expectHarmless } from '../alerts/harmless.ts';
import { accountEntry, kubernetesEntry, policy, stored } from '../decode/payloads.ts';
import { shellWords } from '../detectors/shell-words.ts';
import { EDITOR_ENTRY, EDITOR_FEED, pushed } from '../pipeline/bodies.ts';
import { CHANNEL } from '../pipeline/policies.ts';
import { Stage } from '../pipeline/stage.ts';
import { POLICY, t } from '../world.ts';

jest.setTimeout(120_000);

type Json = Readonly<Record<string, unknown>>;
const MEMBER = 'serviceAccount:acme-prod.svc.id.goog[sandbox/debug]';
const AT = { timestamp: '2026-11-21T09:00:10.500000Z' };

const PAYLOADS: Readonly<Record<string, Json>> = {
  'an audit entry': EDITOR_ENTRY,
  'a message of the feed': EDITOR_FEED,
  'an entry about an account': {
    ...accountEntry('SetIAMPolicy', {
      response: policy('a', ['roles/iam.workloadIdentityUser', MEMBER]),
      requestMetadata: { callerIp: '203.0.113.9', callerSuppliedUserAgent: 'gcloud' },
    }),
    ...AT,
  },
  'a new key': {
    ...accountEntry('CreateServiceAccountKey', {
      response: { name: 'projects/acme-prod/serviceAccounts/api@acme-prod.iam.gserviceaccount.com/keys/abc' },
    }),
    ...AT,
  },
  'a condition': {
    ...EDITOR_FEED,
    asset: {
      ...(EDITOR_FEED.asset as Json),
      iamPolicy: {
        etag: 'x',
        bindings: [
          {
            role: 'roles/editor',
            members: [MEMBER],
            condition: { title: 'until friday', description: 'of a test', expression: 'true' },
          },
        ],
      },
    },
  },
  'an annotated KSA': {
    ...kubernetesEntry('core.v1.serviceaccounts.patch', 'core/v1/namespaces/sandbox/serviceaccounts/debug', {
      response: stored('ServiceAccount', 'debug', {
        namespace: 'sandbox',
        labels: { owner: 'team' },
        annotations: { 'iam.gke.io/gcp-service-account': 'api@acme-prod.iam.gserviceaccount.com' },
      }),
    }),
    ...AT,
  },
  'somebody in a pod': {
    ...kubernetesEntry('core.v1.pods.exec.create', 'core/v1/namespaces/payments/pods/api-0/exec'),
    ...AT,
  },
};

/** The paths of all texts in a value. */
function textsIn(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value === 'string') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, field]) => textsIn(field, [...path, key]));
}

function changed(
  value: unknown,
  [key, ...rest]: readonly string[],
  change: (text: string) => string,
): unknown {
  if (key === undefined) return change(String(value));
  const entries = Object.entries(value as object).map(
    ([name, field]) => [name, name === key ? changed(field, rest, change) : field] as const,
  );
  return Array.isArray(value) ? entries.map(([, field]) => field) : Object.fromEntries(entries);
}

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
  stage.policy = POLICY;
});
afterAll(() => stage.close());

/** What one message brings about in an empty deployment: what Slack shows, and what is found. */
async function outcome(
  message: unknown,
): Promise<{ readonly said: number; readonly findings: readonly Finding[] }> {
  const store = openSqliteStore({ path: ':memory:', onEphemeralDisk: false });
  stage.store = store;
  stage.now = t(15);
  const before = stage.messages().length;
  await stage.receive(pushed(message as Json));
  await stage.deliver();
  stage.advance(20 * 60);
  await stage.deliver();
  const messages = stage.messages().slice(before);
  for (const shown of [...messages, ...messages.flatMap(({ ts }) => stage.slack.replies(CHANNEL, ts))])
    expectHarmless(shown as Parameters<typeof expectHarmless>[0]);
  const rows = await store.transaction((tx) => tx.list('findings', undefined, 1_000));
  await store.close();
  return { said: messages.length, findings: [...rows.values()].map(({ finding }) => finding) };
}

/** Every command is words to the letter, or not given; nothing in it begins a second one. */
function expectCommands(findings: readonly Finding[]): void {
  for (const { kind, text } of findings.flatMap(({ remediation }) => remediation)) {
    if (kind !== 'gcloud' && kind !== 'kubectl') continue;
    for (const line of text.split('\n').filter((one) => !one.startsWith('#'))) {
      const words = shellWords(line);
      expect([kind, undefined]).toContain(words[0]);
    }
  }
}

const STRIPES = 3;

describe('hostile text in every field of a message', () => {
  it.each(Object.entries(PAYLOADS))(
    '%s: no mention, link or markup but ours, and no command of theirs',
    async (_what, payload) => {
      const quiet = await outcome(payload);
      expect(quiet.findings.length).toBeGreaterThan(0);
      let said = 0;
      let found = 0;
      for (const [at, path] of textsIn(payload).entries()) {
        for (let stripe = 0; stripe < STRIPES; stripe++) {
          const token = CORPUS[(at * STRIPES + stripe) % CORPUS.length]!;
          // In it, instead of it, and all there is behind it.
          const change = [
            (text: string) => `${text}${token}`,
            () => token,
            (text: string) => `${text}${CORPUS.filter((one) => !/[\n\r/]/.test(one)).join('')}`,
          ][stripe]!;
          const { said: more, findings } = await outcome(changed(payload, path, change));
          expectCommands(findings);
          said += more;
          found += findings.length;
        }
      }
      // Most of it is taken in, and told.
      expect([said > 10, found > 10]).toEqual([true, true]);
    },
  );
});
