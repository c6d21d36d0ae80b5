import type { Finding } from '../model/finding.ts';
import { explainAccount } from './account.ts';
import type { Question } from './ask.ts';
import { explainChain } from './chain.ts';
import type { Explanation } from './explanation.ts';
import { explainFinding } from './finding.ts';
import { explainKey } from './key.ts';
import { explainResource } from './resource.ts';
import type { World } from './world.ts';

/** The answer to a question; nothing when what is asked about is not known. `findings` are asked for only where a finding is. */
export function explain(
  question: Question,
  world: World,
  findings: () => readonly Finding[],
): Explanation | undefined {
  switch (question.kind) {
    case 'chain':
      return explainChain(question, world);
    case 'account':
      return explainAccount(question.account, world);
    case 'key':
      return explainKey(question.id, world);
    case 'resource':
      return explainResource(question.resource, world);
    case 'finding': {
      const finding = findings().find(({ id }) => id === question.id);
      return finding === undefined ? undefined : explainFinding(finding, world);
    }
  }
}
