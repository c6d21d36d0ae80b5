/** Stories in which nothing is wrong, each with one detail that would be: what is pushed, and that nobody hears of it. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { serviceAccountName } from '../../../shared/model/asset.ts';
import type { Observation } from '../../../shared/model/observation.ts';
import { later, type Nanos, parseTime, SECOND } from '../../../shared/model/time.ts';
import type { Policy } from '../../../shared/policy/policy.ts';
import { auditEntry } from '../../decode/payloads.ts';
import { pushed } from '../../pipeline/bodies.ts';
import { Stage } from '../../pipeline/stage.ts';
import { news } from '../../pipeline/story.ts';
import { account, COMPLETE, cluster, iam, ksa, member, POLICY, projectAlias, t, WI } from '../../world.ts';

export type Json = Readonly<Record<string, unknown>>;

export const API = 'api@acme-prod.iam.gserviceaccount.com';
export const API_ID = '1001';
export const SFTP = 'sftp@acme-data.iam.gserviceaccount.com';
export const SFTP_ID = '2001';
export const PROJECT = '//cloudresourcemanager.googleapis.com/projects/acme-prod';
export const NUMBER = '111122223333';
/** When it happens: the first half hour was spent hearing of what was there before. */
export const AT = at(5);
export const WHERE = { ancestors: [`projects/${NUMBER}`, 'organizations/123456789012'] };

/** What the account of payments/api holds on its project, as declared: every policy of the project in these stories has it. */
export const DECLARED = ['roles/cloudsql.client', `serviceAccount:${API}`] as const;

/** What is there before the story, all as it was declared. */
const STANDING: readonly Observation[] = [
  ...account(API, API_ID),
  ...account(SFTP, SFTP_ID),
  projectAlias('acme-prod', NUMBER),
  cluster(),
  ksa('payments/api', API),
  ksa('sandbox/debug'),
  iam(serviceAccountName(API_ID), [[WI, member('payments/api')]], { etag: 'e1' }),
  iam(PROJECT, [[...DECLARED]], { etag: 'p1' }),
];

/** Somebody, by their e-mail or as the cluster calls them, and through whom. */
export function by(principalEmail: string, ...delegates: readonly string[]): Json {
  return {
    authenticationInfo: {
      principalEmail,
      ...(delegates.length === 0
        ? {}
        : { serviceAccountDelegationInfo: delegates.map((principalSubject) => ({ principalSubject })) }),
    },
  };
}

export const JANE = by('jane@acme.example');
/** As the policy trusts it: through the pipeline of the repository. */
export const TERRAFORM = by(
  'tf@acme-iac.iam.gserviceaccount.com',
  'principal://iam.googleapis.com/projects/4/locations/global/workloadIdentityPools/github/subject/repo:acme/infra:ref:refs/heads/main',
);
/** Google, that gives its agents their roles. */
export const AGENT_MANAGER = by('service-agent-manager@system.gserviceaccount.com');

export function audit(serviceName: string, methodName: string, payload: Json, entry: Json = {}): Json {
  return auditEntry({ serviceName, methodName, ...payload }, { timestamp: AT, ...entry });
}

/** An entry of the API server of prod-euw1. */
export function kubernetes(method: string, resourceName: string, payload: Json, entry: Json = {}): Json {
  return audit(
    'k8s.io',
    `io.k8s.${method}`,
    { resourceName, ...payload },
    {
      resource: {
        type: 'k8s_cluster',
        labels: { cluster_name: 'prod-euw1', location: 'europe-west1', project_id: 'acme-prod' },
      },
      ...entry,
    },
  );
}

/** An entry about the account of payments/api, or another. */
export function aboutAccount(
  methodName: string,
  payload: Json,
  { email = API, id = API_ID, ...entry }: Json & { readonly email?: string; readonly id?: string } = {},
): Json {
  return audit(
    'iam.googleapis.com',
    methodName,
    { resourceName: `projects/-/serviceAccounts/${id}`, ...payload },
    {
      resource: {
        type: 'service_account',
        labels: { project_id: email.split(/[@.]/)[1], unique_id: id, email_id: email },
      },
      ...entry,
    },
  );
}

/** The feed's word on an asset, some time after. */
export function fed(asset: Json, updateTime = AT): Json {
  return { asset: { ...WHERE, updateTime, ...asset }, window: { startTime: updateTime } };
}

interface Telling {
  /** What was there besides. */
  readonly before?: readonly Observation[];
  readonly policy?: Policy;
  readonly messages: readonly Json[];
}

export interface QuietStory extends Telling {
  readonly name: string;
  /** The one quiet line, with nothing to press, that says what was away for a moment. */
  readonly note?: string;
  /** The same, but for one detail: told by these detectors. */
  readonly but: Partial<Telling> & {
    readonly detail: string;
    readonly detectors: readonly string[];
  };
}

/**
 * Tells each story twice: as it is, when no finding is left of it and no message comes but its note, however long one waits; and with its detail, when the
 * detectors that it names speak.
 */
export function quiet(...stories: readonly QuietStory[]): void {
  let stage: Stage;
  beforeEach(async () => {
    stage = await Stage.open(COMPLETE);
  });
  afterEach(() => stage.close());

  describe.each(stories)('$name', ({ but, note, ...story }) => {
    it('is quiet', async () => {
      const texts = note === undefined ? [] : [expect.stringContaining(note)];
      expect(await told(stage, story)).toEqual({ detectors: [], texts });
    });

    it(`is not when ${but.detail}`, async () => {
      const { detectors } = await told(stage, { ...story, ...but });
      expect(detectors).toEqual(expect.arrayContaining([...but.detectors]));
    });
  });
}

/** Which detectors found something new, and how many messages were sent in the half hour after. */
async function told(stage: Stage, { before = [], policy = POLICY, messages }: Telling) {
  stage.policy = policy;
  await stage.take(news('standing', 0, [...STANDING.filter((one) => !isTold(one, before)), ...before]));
  // Of what was there before, everybody has heard.
  await waited(stage);
  const known = new Set((await openFindings(stage)).map(({ id }) => id));
  const heard = new Set(stage.messages().map(({ ts }) => ts));
  for (const [index, message] of messages.entries()) {
    stage.now = later(stage.now, soonAfter(message));
    const received = await stage.receive(pushed(message, `m${index}`));
    // A story that cannot be read is quiet for the wrong reason.
    expect(received.kind).not.toBe('malformed');
  }
  await stage.deliver();
  await waited(stage);
  const found = (await openFindings(stage)).filter(({ id }) => !known.has(id));
  return {
    detectors: [...new Set(found.map(({ detector }) => detector))].sort(),
    texts: stage
      .messages()
      .filter(({ ts }) => !heard.has(ts))
      .map(({ text }) => text),
  };
}

/** Entries take seconds, and so does the feed when it is quick. */
function soonAfter({ timestamp, window }: Json): Nanos {
  const { startTime } = { ...(window as Json | undefined) };
  return parseTime(String(timestamp ?? startTime))! + 2n * SECOND;
}

/** Whether a story tells something of its own of the same. */
function isTold(one: Observation, before: readonly Observation[]): boolean {
  return before.some(({ kind, asset }) => kind === one.kind && asset === one.asset);
}

async function openFindings(stage: Stage) {
  return (await stage.findings()).filter(({ state }) => state === 'open');
}

/** Longer than anything settles. */
async function waited(stage: Stage): Promise<void> {
  await stage.deliver();
  stage.advance(1800);
  await stage.deliver();
}

/** `at(5)`: five seconds after the first half hour. */
export function at(seconds: number): string {
  return new Date(Number(t(1800 + seconds) / 1_000_000n)).toISOString();
}
