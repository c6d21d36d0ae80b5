import { setAnnotation } from '../detectors/annotation-command.ts';
import { command, flag } from '../detectors/commands.ts';
import { WORKLOAD_IDENTITY_USER } from '../detectors/edge-facts.ts';
import { addGrant } from '../detectors/grant-commands.ts';
import { dayText, switchKey } from '../detectors/key-words.ts';
import { contextOf } from '../explain/context.ts';
import { clusterStep } from '../explain/steps/cluster.ts';
import { nodePoolsStep } from '../explain/steps/node-pools.ts';
import { count, listed, shortCluster } from '../explain/words.ts';
import type { World } from '../explain/world.ts';
import type { KeyFact } from '../inventory/facts.ts';
import { keyName, projectOfEmail, serviceAccountName } from '../model/asset.ts';
import type { Remedy } from '../model/finding.ts';
import { ksaText, shortEmail } from '../model/principal.ts';
import { DAY } from '../model/time.ts';
import type { UsageVerdict } from '../model/usage.ts';
import { entryText } from './entry-text.ts';
import { isWhole, type Target } from './path.ts';
import type { Carrier, PlanStep } from './plan.ts';

/** A disabled key is left alone for so long before it is deleted: whoever missed it has said so by then. */
export const WAIT = 14n * DAY;

/** What the steps of one key go by. */
export interface Ground {
  readonly key: KeyFact;
  readonly email: string | undefined;
  readonly owner: string;
  readonly usage: UsageVerdict;
  readonly carriers: readonly Carrier[];
  readonly targets: readonly Target[];
  readonly world: World;
}

/** A step before it is known which comes first. */
type Draft = Omit<PlanStep, 'state'> & { readonly state: PlanStep['state'] | 'open' };

/** From here to where the key is gone, in order, the way back last. The first that is not done is next. */
export function stepsFor(ground: Ground): readonly PlanStep[] {
  const { key, targets, usage } = ground;
  // What nobody uses needs nothing in its place.
  const way = key.disabled
    ? []
    : usage.kind === 'unused'
      ? [see(ground)]
      : [see(ground), ...find(ground), ...targets.flatMap((target) => wayOf(target, ground))];
  let isNext = true;
  return [...way, ...ending(ground)].map((draft) => {
    if (draft.state !== 'open') return { ...draft, state: draft.state };
    const state = isNext ? 'next' : 'later';
    isNext = false;
    return { ...draft, state };
  });
}

/** Nothing is proposed to be deleted that nobody could see. */
function see({ key, email, usage, world }: Ground): Draft {
  const common = { id: 'see', title: 'See who uses it' } as const;
  const { policy, view } = world;
  const project = email === undefined ? undefined : projectOfEmail(email);
  const { uses } = view.usageOf(keyName(key.id));
  const entries =
    project === undefined
      ? []
      : command(
          'gcloud',
          'logging',
          'read',
          `protoPayload.authenticationInfo.serviceAccountKeyName:"/keys/${key.id}"`,
          flag('project', project),
          flag('freshness', '90d'),
          flag('format', 'json'),
        );
  switch (usage.kind) {
    case 'unknown':
      return {
        ...common,
        state: 'open',
        says: `${usage.why}; give what these print with --usage and --events`,
        commands:
          project === undefined
            ? []
            : [
                ...command(
                  'gcloud',
                  'policy-intelligence',
                  'query-activity',
                  flag('activity-type', 'serviceAccountKeyLastAuthentication'),
                  flag('project', project),
                  flag(
                    'query-filter',
                    `activities.full_resource_name="//iam.googleapis.com/projects/${project}/serviceAccounts/${email}/keys/${key.id}"`,
                  ),
                  flag('format', 'json'),
                ),
                ...entries,
              ],
      };
    case 'used':
      return uses.length > 0
        ? {
            ...common,
            state: 'done',
            says: `last used on ${dayText(usage.last, policy)}, ${count(uses.length, 'way')} of use seen`,
            commands: [],
          }
        : {
            ...common,
            state: 'open',
            says: `last used on ${dayText(usage.last, policy)}, and by whom no entry tells`,
            commands: entries,
          };
    case 'idle':
    case 'unused':
      return {
        ...common,
        state: 'done',
        says: `not used since ${dayText(usage.since, policy)}`,
        commands: [],
      };
  }
}

/** What uses the key, and is no workload that is known. */
function find({ usage, carriers, targets }: Ground): readonly Draft[] {
  if (carriers.length > 0 || usage.kind === 'unused' || usage.kind === 'idle') return [];
  return [
    {
      id: 'find',
      title: 'Find who holds it',
      state: 'open',
      says: `no workload that was read carries it${targets.length > 0 ? ', though a way without it is there' : ''}; what runs outside GKE takes workload identity federation, or an attached account`,
      commands: [],
    },
  ];
}

function wayOf(target: Target, ground: Ground): readonly Draft[] {
  const { ksa, path, workload } = target;
  const { email, owner, world } = ground;
  if (email === undefined) return [];
  const short = shortEmail(email);
  const where = path.cluster === undefined ? {} : { where: `in cluster ${shortCluster(path.cluster)}` };
  const exists = world.view
    .ksasNamed(ksa.namespace, ksa.name)
    .some(({ cluster }) => path.cluster === undefined || cluster === path.cluster);
  const label = path.ksa;
  return [
    ...platform(target, world),
    path.declared
      ? {
          id: 'declare',
          title: `Declare ${label}`,
          state: 'done',
          says: `the policy has it be ${short}`,
          commands: [],
        }
      : {
          id: 'declare',
          title: `Declare ${label}`,
          state: 'open',
          says: 'under workloadIdentities, so that what follows is no drift',
          commands: [{ kind: 'yaml', text: entryText(ksa, email, owner, world) }],
        },
    exists
      ? {
          id: 'service-account',
          title: `KSA ${label}`,
          state: 'done',
          says: 'is there',
          commands: [],
          ...where,
        }
      : {
          id: 'service-account',
          title: `Create KSA ${label}`,
          state: 'open',
          says:
            target.replaces === undefined
              ? 'it has not been seen'
              : `the workload runs as ${target.replaces} today, which is not its own`,
          commands: command(
            'kubectl',
            'create',
            'serviceaccount',
            ksa.name,
            flag('namespace', ksa.namespace),
          ),
          ...where,
        },
    path.annotated === 'yes'
      ? {
          id: 'annotate',
          title: 'Annotate it',
          state: 'done',
          says: `it points at ${short}`,
          commands: [],
          ...where,
        }
      : {
          id: 'annotate',
          title: 'Annotate it',
          state: 'open',
          says: `with ${short}`,
          commands: setAnnotation(ksa, email),
          ...where,
        },
    path.bound === 'yes'
      ? { id: 'bind', title: 'Bind it', state: 'done', says: `${short} lets it in`, commands: [] }
      : {
          id: 'bind',
          title: 'Bind it',
          state: 'open',
          says:
            path.bound === 'no'
              ? `${short} does not let it in yet`
              : `whether ${short} lets it in was not read`,
          commands: addGrant({
            resource: serviceAccountName(email),
            role: WORKLOAD_IDENTITY_USER,
            member: `serviceAccount:${ksaText(ksa)}`,
            email,
          }),
        },
    ...trial(target, ground),
    ...(workload === undefined ? [] : [shift(target, ground)]),
    verify(target, ground),
  ];
}

/** What the platform has to do before, where it is known to be missing. */
function platform({ ksa, path }: Target, world: World): readonly Draft[] {
  if (path.cluster === undefined) return [];
  const context = contextOf({ ksa, cluster: path.cluster }, world);
  return [clusterStep(context), nodePoolsStep(context)]
    .filter(({ fix }) => fix.length > 0)
    .map(({ says, fix }) => ({
      id: 'platform',
      title: 'Turn Workload Identity on',
      state: 'open',
      says,
      commands: fix,
    }));
}

/** A pod of its own, which harms nobody. */
function trial({ ksa, path }: Target, { email }: Ground): readonly Draft[] {
  if (path.seen !== undefined) return [];
  const overrides = JSON.stringify({ apiVersion: 'v1', spec: { serviceAccountName: ksa.name } });
  return [
    {
      id: 'try',
      title: 'Try it beside the old pods',
      state: 'open',
      says: `the pod must say ${email}`,
      commands: command(
        'kubectl',
        'run',
        `try-${ksa.name}`,
        flag('namespace', ksa.namespace),
        flag('image', 'google/cloud-sdk:slim'),
        flag('restart', 'Never'),
        flag('rm'),
        flag('stdin'),
        flag('overrides', overrides),
        'gcloud',
        'auth',
        'list',
      ),
      ...(path.cluster === undefined ? {} : { where: `in cluster ${shortCluster(path.cluster)}` }),
    },
  ];
}

const ROLLED: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

/** The old pods go as the new ones come. */
function shift({ ksa, workload, replaces, path }: Target, { carriers }: Ground): Draft {
  const { workloadKind = '', name = '', credentials = [] } = workload ?? {};
  const signs =
    carriers.find((one) => one.workload.endsWith(`/${name}`) && one.cluster === path.cluster)?.signs ?? [];
  const resource = `${workloadKind.toLowerCase()}/${name}`;
  const namespace = flag('namespace', ksa.namespace);
  const hasPointer = credentials.some(({ kind }) => kind === 'application-credentials');
  return {
    id: 'shift',
    title: `Take the key out of ${workloadKind} ${path.ksa.split('/')[0]}/${name}`,
    state: 'open',
    says: `where it is made: ${listed(signs, 3)}`,
    commands: ROLLED.has(workloadKind)
      ? [
          ...(replaces === undefined
            ? []
            : command('kubectl', 'set', 'serviceaccount', resource, ksa.name, namespace)),
          ...(hasPointer
            ? command('kubectl', 'set', 'env', resource, 'GOOGLE_APPLICATION_CREDENTIALS-', namespace)
            : []),
          ...command('kubectl', 'rollout', 'status', resource, namespace),
        ]
      : [],
    ...(path.cluster === undefined ? {} : { where: `in cluster ${shortCluster(path.cluster)}` }),
  };
}

function rollBack({ ksa, workload }: Target): readonly Remedy[] {
  return workload !== undefined && ROLLED.has(workload.workloadKind)
    ? command(
        'kubectl',
        'rollout',
        'undo',
        `${workload.workloadKind.toLowerCase()}/${workload.name}`,
        flag('namespace', ksa.namespace),
      )
    : [];
}

function verify({ ksa, path }: Target, { email, world }: Ground): Draft {
  const project = email === undefined ? undefined : projectOfEmail(email);
  return path.seen !== undefined
    ? {
        id: 'verify',
        title: 'See that it signs in',
        state: 'done',
        says: `${path.ksa} was seen as the account on ${dayText(path.seen, world.policy)}`,
        commands: [],
      }
    : {
        id: 'verify',
        title: 'See that it signs in',
        state: 'open',
        says: isWhole(path)
          ? 'both halves stand, and no entry that was read shows it in use'
          : 'when both halves stand; reads are logged where data access is',
        commands:
          project === undefined
            ? []
            : command(
                'gcloud',
                'logging',
                'read',
                `protoPayload.authenticationInfo.serviceAccountDelegationInfo.principalSubject="serviceAccount:${ksaText(ksa)}"`,
                flag('project', project),
                flag('freshness', '1d'),
                flag('limit', '5'),
              ),
      };
}

/** Disable, wait, delete; and the way back. */
function ending({ key, email, usage, carriers, targets, world }: Ground): readonly Draft[] {
  const account = email ?? key.account;
  const { asOf } = world.view;
  const since = key.disabledSince;
  const until = since === undefined ? undefined : since + WAIT;
  const day = (time: bigint) => dayText(time, world.policy);
  const known = world.view.usageOf(keyName(key.id));
  const wasSeen = known.watch !== undefined || known.lastUse !== undefined;
  const isQuiet = until !== undefined && until <= asOf && (known.lastUse ?? 0n) < (since ?? 0n);
  const doomed = key.disabled && wasSeen && isQuiet;
  const disable: Draft = key.disabled
    ? {
        id: 'disable',
        title: 'Disable it',
        state: 'done',
        says: since === undefined ? 'it is disabled' : `disabled since ${day(since)}`,
        commands: [],
      }
    : {
        id: 'disable',
        title: 'Disable it',
        state: 'open',
        says:
          usage.kind === 'used'
            ? 'when nothing has used it for a week; it can be enabled again'
            : usage.kind === 'unknown'
              ? 'when it is seen that nothing uses it; it can be enabled again'
              : 'nothing uses it, and it can be enabled again',
        commands: account === undefined ? [] : switchKey('disable', key.id, account),
      };
  return [
    disable,
    {
      id: 'watch',
      title: `Wait ${WAIT / DAY} days`,
      state: key.disabled && until !== undefined && until <= asOf ? 'done' : 'open',
      says: 'whoever still has it fails to sign in (invalid_grant), which no audit entry tells: listen to its owners',
      commands: [],
    },
    {
      id: 'delete',
      title: 'Delete it',
      state: doomed ? 'open' : 'not yet',
      says: doomed
        ? `${carriers.length > 0 ? 'and the Secrets that hold it; ' : ''}deleting is for ever`
        : !wasSeen
          ? 'never while nobody could see whether it is used'
          : `${until !== undefined && until > asOf ? `from ${day(until)} on` : `${WAIT / DAY} days after it was disabled`}, when nothing missed it`,
      commands: doomed && account !== undefined ? switchKey('delete', key.id, account) : [],
    },
    {
      id: 'back-out',
      title: 'The way back',
      state: 'later',
      says: 'until it is deleted',
      commands: [
        ...(account === undefined ? [] : switchKey('enable', key.id, account)),
        ...targets.flatMap(rollBack),
      ],
    },
  ];
}
