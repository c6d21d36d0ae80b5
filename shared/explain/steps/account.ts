import { setAnnotation } from '../../detectors/annotation-command.ts';
import { command, flag } from '../../detectors/commands.ts';
import { SERVICE_ACCOUNT } from '../../detectors/edge-facts.ts';
import type { Account } from '../../inventory/view.ts';
import { projectOfEmail } from '../../model/asset.ts';
import { shortEmail } from '../../model/principal.ts';
import { declaresEdge } from '../../policy/match.ts';
import type { Context } from '../context.ts';
import type { Fix, Step } from '../explanation.ts';
import { distance, shortCluster } from '../words.ts';

/** Does the account exist, and may it be used? */
export function accountStep(email: string, account: Account, context: Context): Step {
  const { world, ksa, owner } = context;
  const common = { id: 'account', question: 'the account exists and is enabled' } as const;
  const { fact, state } = account;
  const entry = declaresEdge(world.policy, ksa, email);
  const short = shortEmail(email);
  if (fact !== undefined) {
    const evidence = [{ text: `${email}: ${state}`, since: fact.since, source: fact.source }];
    if (state === 'active') {
      return { ...common, answer: 'yes', says: `${short} does`, evidence, nearMisses: [], fix: [] };
    }
    return {
      ...common,
      answer: 'no',
      says: `${short} is ${state}`,
      evidence,
      nearMisses: [],
      side: sideOf(entry?.name, 'the account is the side to bring back'),
      fix: entry === undefined ? unpoint(context) : revive(state, fact.id, email),
      ask: owner,
    };
  }
  const home = projectOfEmail(email);
  const nearMisses = lookalikes(email, context);
  if (home === undefined || !world.view.covered(`projects/${home}`, SERVICE_ACCOUNT, 'resource')) {
    return {
      ...common,
      answer: 'undecided',
      says: `the service accounts of ${home === undefined ? `the project of ${short}` : `project ${home}`} have not been read`,
      evidence: [],
      nearMisses,
      fix: [],
      ask: owner,
    };
  }
  return {
    ...common,
    answer: 'no',
    says: `project ${home} has no account ${email}`,
    evidence: [],
    nearMisses,
    side: sideOf(entry?.name, 'the account is the side that is missing'),
    fix: entry === undefined ? unpoint(context) : create(email, home),
    ask: owner,
  };
}

function sideOf(entry: string | undefined, declared: string): string {
  return entry === undefined
    ? 'no policy declares this identity, so the annotation is the side to take away'
    : `${entry} declares it, so ${declared}`;
}

function unpoint({ ksa, sightings, accounts }: Context): readonly Fix[] {
  const to = accounts.length === 1 ? accounts[0] : undefined;
  return sightings
    .filter(({ annotation }) => annotation !== '')
    .flatMap(({ cluster }) =>
      setAnnotation(ksa, to).map((fix) => ({ ...fix, where: `in cluster ${shortCluster(cluster)}` })),
    );
}

/** Undeleting asks for the unique id: the e-mail may be another account's by now. */
function revive(state: Account['state'], id: string, email: string): readonly Fix[] {
  if (state === 'disabled') return command('gcloud', 'iam', 'service-accounts', 'enable', email);
  return /^\d+$/.test(id) ? command('gcloud', 'iam', 'service-accounts', 'undelete', id) : [];
}

/** Default accounts cannot be created: they come with their API. */
function create(email: string, project: string): readonly Fix[] {
  const [name = '', domain] = email.split('@');
  return domain === `${project}.iam.gserviceaccount.com`
    ? command('gcloud', 'iam', 'service-accounts', 'create', name, flag('project', project))
    : [];
}

/** Accounts that look like the one that is named: a slip, or the same name in another project. */
function lookalikes(email: string, { world }: Context): readonly string[] {
  const [name] = email.split('@');
  return world
    .accounts()
    .flatMap((fact) => (fact.exists && fact.email !== undefined && fact.email !== email ? [fact.email] : []))
    .filter((other) => other.split('@')[0] === name || distance(other, email) <= 2)
    .toSorted()
    .slice(0, 5)
    .map((other) => `${other} exists`);
}
