import { resourceWords } from '../detectors/grant-facts.ts';
import { ksaText, shortEmail } from '../model/principal.ts';
import { type Asked, type Context, contextOf } from './context.ts';
import { membersOfAccount, membersOfKsa } from './covers.ts';
import type { Chain, Step, Verdict } from './explanation.ts';
import { accountStep } from './steps/account.ts';
import { annotationStep } from './steps/annotation.ts';
import { bindingStep } from './steps/binding.ts';
import { clusterStep } from './steps/cluster.ts';
import { grantsStep, type Holder, holderName } from './steps/grants.ts';
import { ksaStep } from './steps/ksa.ts';
import { nodePoolsStep } from './steps/node-pools.ts';
import { podStep } from './steps/pod.ts';
import { resourceStep } from './steps/resource.ts';
import { listed } from './words.ts';
import type { World } from './world.ts';

/** The chain from a pod to what its identity may do, link by link, in the order in which a token request passes them. */
export function explainChain(asked: Asked, world: World): Chain {
  const context = contextOf(asked, world);
  const { ksa, clusters } = context;
  const { step: annotation, account: email } = annotationStep(context);
  const account = email === undefined ? undefined : world.view.account(email);
  const holder: Holder = {
    name: holderName(account, context),
    account,
    members:
      account === undefined
        ? membersOfKsa(ksa, context.sightings, clusters)
        : membersOfAccount(account, world),
  };
  const steps: readonly Step[] = [
    clusterStep(context),
    nodePoolsStep(context),
    podStep(context),
    ksaStep(context),
    annotation,
    ...(account === undefined || email === undefined
      ? []
      : [accountStep(email, account, context), bindingStep(email, account, context)]),
    grantsStep(holder, context),
    ...(asked.resource === undefined ? [] : [resourceStep(asked.resource, holder, context)]),
  ];
  return {
    kind: 'chain',
    subject: subjectOf(asked),
    identity: ksaText(ksa),
    clusters,
    ...(email === undefined ? {} : { account: email }),
    ...(asked.resource === undefined ? {} : { resource: resourceWords(asked.resource, world.view).label }),
    owner: context.owner,
    declaredBy: context.entries.map(({ at }) => at),
    steps,
    verdict: verdictOf(steps, holder, context),
  };
}

function subjectOf({ ksa, workloads }: Asked): string {
  const [workload] = workloads ?? [];
  return workload === undefined
    ? `${ksa.namespace}/${ksa.name}`
    : `${workload.workloadKind.toLowerCase()}/${workload.namespace}/${workload.name}`;
}

function verdictOf(steps: readonly Step[], holder: Holder, { ksa }: Context): Verdict {
  const failing = steps.find(({ answer }) => answer === 'no');
  if (failing !== undefined) {
    return {
      answer: 'no',
      step: failing.id,
      text: `${sentence(failing.says, `${ksa.namespace}/${ksa.name}`)}.`,
    };
  }
  const open = steps.filter(({ answer }) => answer === 'undecided');
  if (open.length > 0) {
    return {
      answer: 'undecided',
      step: open[0]!.id,
      text: `Nothing that is known stands in the way; not known: ${listed(open.map(({ question }) => `whether ${question}`))}.`,
    };
  }
  const who = `${ksa.namespace}/${ksa.name}`;
  const drifted = steps.some(({ drift }) => drift !== undefined)
    ? ' It is not all as the policy declares.'
    : '';
  return {
    answer: 'yes',
    text: `${
      holder.account === undefined
        ? `The chain holds: ${who} uses its own roles`
        : `The chain holds: pods of ${who} get tokens of ${shortEmail(holder.account.email ?? holder.account.id)}`
    }.${drifted}`,
  };
}

/** A sentence of its own: `it` is named, and names keep their letters. */
function sentence(says: string, who: string): string {
  const named = says.replace(/^it /, `${who} `);
  return /^[a-z]+ /.test(named) ? named.charAt(0).toUpperCase() + named.slice(1) : named;
}
