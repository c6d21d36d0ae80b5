import { type Graph, GraphBuilder } from '../explain/graph/graph.ts';
import type { IdentityLine } from './report.ts';
import { countText } from './standing.ts';

/** Who acts as whom and holds what. Whatever no entry declares, and every edge that is not whole, is marked as drift and says so. */
export function identityGraph(identities: readonly IdentityLine[]): Graph {
  const graph = new GraphBuilder();
  for (const line of identities) {
    const ksa = graph.node('ksa', `${line.pool}[${line.ksa}]`, { label: line.ksa, note: line.pool });
    let holder = ksa;
    if (line.account !== undefined) {
      const isSound = line.declared && line.state === 'bound';
      const account = graph.node('account', line.account, accountNote(line));
      graph.edge(ksa, account, {
        label: edgeWords(line),
        ...(isSound || (line.kind === 'set' && line.declared && line.state !== 'broken')
          ? {}
          : { drift: true }),
      });
      holder = account;
    }
    for (const { role, on, condition, drift } of line.roles) {
      // A role of its own for each holder: through a shared one every holder would seem to reach everything.
      const held = graph.node('role', `${role} of ${holder}`, { label: role });
      graph.edge(holder, held, drift ? { label: 'not declared', drift: true } : {});
      graph.edge(held, graph.node('resource', on), {
        ...(condition === undefined ? {} : { label: 'under a condition' }),
        ...(drift ? { drift: true } : {}),
      });
    }
    if (line.moreRoles > 0)
      graph.edge(
        holder,
        graph.node('more', `more of ${holder}`, { label: countText(line.moreRoles, 'more role') }),
      );
  }
  return graph.build('Who acts as whom, and holds what');
}

function accountNote({ accountState }: IdentityLine): { note?: string } {
  return accountState === undefined || accountState === 'active' ? {} : { note: accountState };
}

function edgeWords({ state, declared, kind }: IdentityLine): string {
  if (kind === 'set') return declared ? 'may act as' : 'may act as, not declared';
  return declared ? state : `${state}, not declared`;
}
