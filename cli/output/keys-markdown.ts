import { plain } from '../../shared/alerts/text.ts';
import { useText } from '../../shared/detectors/key-usage.ts';
import { shortCluster } from '../../shared/explain/words.ts';
import { type Carrier, type KeyPlan, type KeysPlan, type PlanStep, STAGES } from '../../shared/keys/plan.ts';
import { code, fenceFor, text } from '../../shared/report/markdown-text.ts';
import { burnDownText, dateText, madeText, pathText, usageText } from './keys-table.ts';

const STATES = { done: '[x]', next: '[ ] **next:**', later: '[ ]', 'not yet': '[ ]' } as const;

/** The plan to put into a ticket or a wiki: headings, lists to tick off, and commands in fences. */
export function keysMarkdown({ burnDown, keys, hmacKeys, unclaimed }: KeysPlan): string {
  const lines = [
    '# Service account keys',
    '',
    `${sentence(burnDownText(burnDown))}.`,
    '',
    `| ${STAGES.join(' | ')} |`,
    `|${STAGES.map(() => ' ---: |').join('')}`,
    `| ${STAGES.map((stage) => burnDown.stages[stage]).join(' | ')} |`,
    ...keys.flatMap((key) => ['', ...keyLines(key)]),
    ...(unclaimed.length === 0
      ? []
      : ['', '## Workloads that carry a key, nobody can tell whose', '', ...unclaimed.flatMap(carrierLines)]),
    ...(hmacKeys.length === 0
      ? []
      : [
          '',
          '## HMAC keys',
          '',
          ...hmacKeys.map(
            ({ accessId, account, active, since }) =>
              `- ${code(accessId)} of ${code(account)}, ${active ? 'active' : 'inactive'} since ${dateText(since)}`,
          ),
        ]),
  ];
  return `${lines.join('\n')}\n`;
}

function keyLines(key: KeyPlan): readonly string[] {
  const { id, account, owner, stage, mustGo, says, why, usage, uses, carriers, paths, steps } = key;
  return [
    `## ${code(account)}: ${stage}`,
    '',
    `- Key ${code(id)}, made ${text(madeText(key))}, owner ${text(owner)}`,
    `- ${mustGo === 'yes' ? 'Must go' : mustGo === 'no' ? 'May stay' : 'Not decided'}: ${text(says)} (${code(`${why.file}:${why.line}`)})`,
    `- Last use: ${text(usageText(usage))}`,
    ...uses.map((use) => `  - ${dateText(use.time)} ${text(useText(use, account))}`),
    ...(carriers.length === 0 ? ['- Carried by no workload that was read'] : carriers.flatMap(carrierLines)),
    ...paths.map((path) => `- Way: ${text(pathText(path, account))}`),
    '',
    ...steps.flatMap(stepLines),
  ];
}

function carrierLines({ workload, cluster, signs, because }: Carrier): readonly string[] {
  return [
    `- Carried by ${code(workload)} in ${code(shortCluster(cluster))}${because === '' ? '' : ` (${text(because)})`}`,
    ...signs.map((sign) => `  - ${text(sign)}`),
  ];
}

function stepLines({ title, state, says, commands, where }: PlanStep): readonly string[] {
  return [
    `- ${STATES[state]} ${text(title)}${says === '' ? '' : `: ${text(says)}`}`,
    ...(commands.length === 0
      ? []
      : fence(
          commands.map((one) => one.text),
          where,
        )),
  ];
}

/** A fence that nothing in it can close, indented to stand in its list. */
function fence(blocks: readonly string[], where: string | undefined): readonly string[] {
  const body = [
    ...(where === undefined ? [] : [`# ${plain(where, 200)}`]),
    ...blocks.flatMap((block) => block.split('\n')),
  ];
  const marks = fenceFor(body);
  return ['', ...[marks, ...body, marks].map((line) => `  ${line}`), ''];
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
