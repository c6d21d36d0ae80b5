import { serviceAccountOf } from '../../model/asset.ts';
import { shortEmail } from '../../model/principal.ts';
import type {
  AccountExplained,
  Chain,
  Explanation,
  HeldRole,
  ResourceExplained,
  StepId,
} from '../explanation.ts';
import { holderOf } from '../held-by-chain.ts';
import type { World } from '../world.ts';
import { type Graph, GraphBuilder } from './graph.ts';

/** More roles than this are told in number: a drawing of everything shows nothing. */
const MOST_ROLES = 10;

/** The identity graph around what was explained: KSA, account, roles, resources. */
export function graphOf(explanation: Explanation, world: World): Graph {
  switch (explanation.kind) {
    case 'chain':
      return chainGraph(explanation, world);
    case 'account':
      return accountGraph(explanation);
    case 'resource':
      return resourceGraph(explanation);
    case 'key': {
      const graph = new GraphBuilder();
      const key = graph.node('ksa', `key ${explanation.key.id}`, {
        note: explanation.key.state,
        isSubject: true,
      });
      graph.edge(
        key,
        graph.node('account', shortEmail(explanation.account)),
        keyEdge(explanation.key.allowed),
      );
      return graph.build(explanation.verdict.text);
    }
    case 'finding': {
      if (explanation.chain !== undefined) return chainGraph(explanation.chain, world);
      const { finding } = explanation;
      const graph = new GraphBuilder();
      const account = serviceAccountOf(finding.resource);
      const who = graph.node('ksa', finding.identity, { isSubject: true });
      const what = graph.node(
        'resource',
        account === undefined ? finding.resource : (world.view.account(account).email ?? account),
      );
      if (finding.role === undefined) graph.edge(who, what, { label: finding.detector, drift: true });
      else {
        const role = graph.node('role', finding.role);
        graph.edge(who, role, { label: finding.detector, drift: true });
        graph.edge(role, what, { drift: true });
      }
      return graph.build(finding.title);
    }
  }
}

function keyEdge(allowed: string) {
  return allowed === 'yes'
    ? { label: 'allowed' }
    : { label: allowed === 'no' ? 'not allowed' : 'undecided', drift: true };
}

function chainGraph(chain: Chain, world: World): Graph {
  const graph = new GraphBuilder();
  const answer = (id: StepId) => chain.steps.find((step) => step.id === id);
  const label = /\[(.+)\]$/.exec(chain.identity)?.[1] ?? chain.identity;
  const ksa = graph.node('ksa', label, { note: chain.identity.replace(/\[.*/, ''), isSubject: true });
  if (chain.subject !== label) {
    const pod = answer('pod');
    graph.edge(
      graph.node('workload', chain.subject),
      ksa,
      pod?.answer === 'no' ? { label: 'not as this KSA', drift: true } : { label: 'runs as' },
    );
  }
  let holder = ksa;
  if (chain.account !== undefined) {
    holder = graph.node(
      'account',
      shortEmail(chain.account),
      noteOf(answer('account')?.answer === 'no' ? answer('account')?.says : undefined),
    );
    const [annotation, binding] = [answer('annotation'), answer('binding')];
    const missing = [
      ...(annotation?.answer === 'no' ? ['annotation'] : []),
      ...(binding?.answer === 'no' ? ['binding'] : []),
    ];
    const isUndeclared = annotation?.drift !== undefined || binding?.drift !== undefined;
    graph.edge(
      ksa,
      holder,
      missing.length > 0
        ? { label: `${missing.join(', ')} missing`, drift: true }
        : isUndeclared
          ? { label: 'not declared', drift: true }
          : { label: binding?.answer === 'yes' ? 'acts as' : 'not known' },
    );
  }
  addRoles(graph, holder, holderOf(chain, world));
  return graph.build(chain.verdict.text);
}

function noteOf(note: string | undefined) {
  return note === undefined ? {} : { note };
}

function addRoles(graph: GraphBuilder, holder: string, roles: readonly HeldRole[]): void {
  // What is not as declared is what one looks for.
  const sorted = roles.toSorted((a, b) => Number(b.declared !== 'yes') - Number(a.declared !== 'yes'));
  for (const { role, on, condition, declared } of sorted.slice(0, MOST_ROLES)) {
    const drift = declared === 'no' || declared === 'condition missing';
    const named = graph.node('role', `${holder} ${role}`, {
      label: role,
      ...(condition === undefined ? {} : { note: 'under a condition' }),
    });
    const look = drift ? { label: declared === 'no' ? 'not declared' : 'condition missing', drift } : {};
    graph.edge(holder, named, look);
    graph.edge(named, graph.node('resource', on), drift ? { drift } : {});
  }
  if (roles.length > MOST_ROLES)
    graph.edge(
      holder,
      graph.node('more', `${holder} more`, { label: `and ${roles.length - MOST_ROLES} more roles` }),
    );
}

function accountGraph(explained: AccountExplained): Graph {
  const graph = new GraphBuilder();
  const account = graph.node('account', shortEmail(explained.subject), {
    isSubject: true,
    ...(explained.state === 'active' ? {} : { note: explained.state }),
  });
  for (const { who, state, declared } of explained.workloads) {
    const drift = declared === 'no' || state !== 'bound';
    const label = declared === 'no' ? `${state}, not declared` : state;
    graph.edge(graph.node('ksa', who, { label: /\[(.+)\]$/.exec(who)?.[1] ?? who }), account, {
      label,
      drift,
    });
  }
  for (const { who, how, state } of explained.others) {
    if (state === 'cannot become it') continue;
    graph.edge(graph.node('person', who), account, { label: how.replace('roles/', '') });
  }
  for (const key of explained.keys)
    graph.edge(
      graph.node('ksa', `key ${key.id}`, { label: `key ${key.id.slice(0, 12)}…` }),
      account,
      keyEdge(key.allowed),
    );
  addRoles(graph, account, explained.holds);
  return graph.build(explained.verdict.text);
}

function resourceGraph(explained: ResourceExplained): Graph {
  const graph = new GraphBuilder();
  const resource = graph.node('resource', explained.subject, { isSubject: true });
  for (const { identity, workloads, role, on, declared, answer } of explained.reached.slice(0, 16)) {
    const isAccount = workloads.length > 0 || identity.includes('@');
    const who = graph.node(isAccount ? 'account' : 'ksa', identity);
    for (const { who: ksa, state } of workloads.slice(0, 4))
      graph.edge(graph.node('ksa', ksa), who, state === 'bound' ? {} : { label: state, drift: true });
    const drift = declared === 'no' || declared === 'condition missing';
    const named = graph.node('role', `${identity} ${role} ${on}`, {
      label: role,
      ...(on === explained.subject ? {} : { note: `on ${on}` }),
    });
    graph.edge(
      who,
      named,
      drift ? { label: 'not declared', drift } : answer === 'undecided' ? { label: 'undecided' } : {},
    );
    graph.edge(named, resource, drift ? { drift } : {});
  }
  return graph.build(explained.verdict.text);
}
