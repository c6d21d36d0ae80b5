import { plain } from '../../shared/alerts/text.ts';
import { useText } from '../../shared/detectors/key-usage.ts';
import { shortKey } from '../../shared/detectors/key-words.ts';
import { count, shortCluster } from '../../shared/explain/words.ts';
import {
  type BurnDown,
  type Carrier,
  type KeyPlan,
  type KeysPlan,
  type Path,
  type PlanStep,
  STAGES,
  type Stage,
} from '../../shared/keys/plan.ts';
import { shortEmail } from '../../shared/model/principal.ts';
import { formatTime, type Nanos } from '../../shared/model/time.ts';
import { type Io, styled } from '../io.ts';
import { codeLines } from './code-lines.ts';
import { INDENT, labelled } from './labelled.ts';
import { wrap } from './wrap.ts';

const MOST_USES = 5;
const COLORS = {
  found: 'red',
  'path declared': 'yellow',
  'path works': 'cyan',
  disabled: 'blue',
  gone: 'green',
} as const satisfies Record<Stage, string>;
const MARKS = { done: '✔', next: '→', later: ' ', 'not yet': ' ' } as const;

/** The plan for people: how far all of it is, then each key with what is known of it and the steps to where it is gone. */
export function keysTable(plan: KeysPlan, io: Io): string {
  const lines = [
    ...burnDownLines(plan.burnDown, io),
    ...plan.keys.flatMap((key) => ['', ...keyLines(key, io)]),
    ...(plan.unclaimed.length === 0
      ? []
      : [
          '',
          styled(io, 'bold', 'Workloads that carry a key, nobody can tell whose'),
          ...plan.unclaimed.flatMap((one) => carrierLines(one, io)),
        ]),
    ...(plan.hmacKeys.length === 0
      ? []
      : [
          '',
          styled(io, 'bold', 'HMAC keys'),
          ...plan.hmacKeys.map(
            ({ accessId, account, active, since }) =>
              `${INDENT}${plain(accessId, 80)}  ${plain(shortEmail(account), 120)}  ${active ? 'active' : 'inactive'} since ${dateText(since)}`,
          ),
        ]),
  ];
  return `${lines.join('\n')}\n`;
}

/** `3 of 7 gone, 40 days left`. */
export function burnDownText({ total, gone, retireBy, daysLeft }: BurnDown): string {
  if (total === 0) return 'no user-managed key was seen';
  const end =
    daysLeft === undefined
      ? 'the policy sets no end (serviceAccountKeys.retireBy)'
      : daysLeft > 0
        ? `${count(daysLeft, 'day')} left, until ${retireBy}`
        : `${count(-daysLeft, 'day')} past ${retireBy}`;
  return `${gone} of ${total} gone, ${end}`;
}

function burnDownLines(burnDown: BurnDown, io: Io): readonly string[] {
  const { total, stages, gone, daysLeft } = burnDown;
  const late = daysLeft !== undefined && daysLeft <= 0 && gone < total;
  const head = styled(io, late ? ['bold', 'red'] : 'bold', burnDownText(burnDown));
  if (total === 0) return [head];
  const width = Math.min(io.width - 2, 60);
  const shown = STAGES.toReversed().filter((stage) => stages[stage] > 0);
  const bar = shown.map((stage) =>
    styled(io, COLORS[stage], bars(stage).repeat(Math.max(1, Math.round((stages[stage] / total) * width)))),
  );
  const legend = shown.map((stage) => `${bars(stage)} ${stages[stage]} ${stage}`).join('   ');
  return [head, bar.join(''), styled(io, 'dim', legend)];
}

/** Shapes beside colours: not everybody sees these. */
function bars(stage: Stage): string {
  return { found: '░', 'path declared': '▒', 'path works': '▓', disabled: '▄', gone: '█' }[stage];
}

function keyLines(key: KeyPlan, io: Io): readonly string[] {
  const { id, account, owner, stage, mustGo, says, why, usage, uses, carriers, paths, steps } = key;
  const title = `${styled(io, COLORS[stage], `${bars(stage)} ${stage}`)}  ${styled(io, 'bold', `${plain(shortEmail(account), 120)}  key ${plain(shortKey(id), 80)}`)}`;
  const rule = `${mustGo === 'yes' ? 'must go: ' : mustGo === 'no' ? 'may stay: ' : ''}${says}`;
  return [
    title,
    ...labelled('policy', `${rule} (${why.file}:${why.line})`, io),
    ...labelled('owner', owner, io),
    ...labelled('made', madeText(key), io),
    ...labelled('last use', usageText(usage), io),
    ...uses
      .slice(0, MOST_USES)
      .flatMap((use) => labelled('', `· ${dateText(use.time)} ${useText(use, account)}`, io)),
    ...(carriers.length === 0
      ? labelled('carried by', 'no workload that was read', io)
      : carriers.flatMap((one) => carrierLines(one, io, 'carried by'))),
    ...paths.flatMap((path) => labelled('way', pathText(path, account), io)),
    ...steps.flatMap((step, index) => stepLines(step, index + 1, io)),
  ];
}

/** `made 2021-06-03 (1997 days ago) by sam@acme.example, created`. */
export function madeText({ madeAt, ageDays, origin, madeBy, disabledSince }: KeyPlan): string {
  return [
    madeAt === undefined ? 'when is not known' : `${dateText(madeAt)} (${count(ageDays ?? 0, 'day')} ago)`,
    ...(madeBy === undefined ? [] : [`by ${madeBy}`]),
    ...(origin === 'uploaded' ? ['uploaded'] : []),
    ...(disabledSince === undefined ? [] : [`disabled since ${dateText(disabledSince)}`]),
  ].join(', ');
}

export function usageText(usage: KeyPlan['usage']): string {
  switch (usage.kind) {
    case 'unknown':
      return usage.why;
    case 'used':
      return dateText(usage.last);
    case 'idle':
      return `none since ${dateText(usage.since)}, and not long enough yet`;
    case 'unused':
      return `none since ${dateText(usage.since)}`;
  }
}

export function pathText({ ksa, cluster, declared, annotated, bound, seen }: Path, account: string): string {
  const half = { yes: '', no: 'not ', undecided: 'not known to be ' } as const;
  const state = [
    declared ? 'declared' : 'not declared',
    `${half[annotated]}annotated`,
    `${half[bound]}bound`,
    seen === undefined ? 'not seen in use' : `seen on ${dateText(seen)}`,
  ].join(', ');
  return `${ksa}${cluster === undefined ? '' : ` in ${shortCluster(cluster)}`} → ${shortEmail(account)}: ${state}`;
}

function carrierLines({ workload, cluster, signs, because }: Carrier, io: Io, label = ''): readonly string[] {
  return [
    ...labelled(label, `${workload} in ${shortCluster(cluster)}${because === '' ? '' : ` (${because})`}`, io),
    ...signs.flatMap((text) => labelled('', `· ${text}`, io)),
  ];
}

function stepLines({ title, state, says, commands, where }: PlanStep, n: number, io: Io): readonly string[] {
  const isDone = state === 'done';
  const head = `${String(n).padStart(INDENT.length + 1)} ${MARKS[state]} `;
  const [first = '', ...rest] = wrap(
    plain(`${title}${says === '' ? '' : `: ${says}`}`, 800),
    io.width - head.length,
  );
  const style = (text: string) =>
    isDone ? styled(io, 'dim', text) : state === 'next' ? styled(io, 'bold', text) : text;
  const margin = ' '.repeat(head.length);
  return [
    `${isDone ? styled(io, 'green', head) : head}${style(first)}`,
    ...rest.map((line) => `${margin}${style(line)}`),
    ...(where === undefined || commands.length === 0
      ? []
      : [styled(io, 'dim', `${margin}# ${plain(where, 200)}`)]),
    ...commands.flatMap(({ text }) =>
      codeLines(text, 2_000).map((line) => `${margin}${styled(io, 'cyan', line)}`),
    ),
  ];
}

export function dateText(time: Nanos): string {
  return formatTime(time).slice(0, 10);
}
