import { plain } from '../../shared/alerts/text.ts';
import { CHECKS, type Diagnosis } from '../../shared/explain/match-symptom.ts';
import { type Io, styled } from '../io.ts';
import { wrap } from './wrap.ts';

const MARKS = { yes: '✔', no: '✖', undecided: '?' } as const;
const COLORS = { yes: 'green', no: 'red', undecided: 'yellow' } as const;

/** What an error text can mean, and what to look at. */
export function diagnosisTable(diagnoses: readonly Diagnosis[], io: Io): string {
  if (diagnoses.length === 0)
    return 'This text is none of the failures of Workload Identity that are known here. Ask for the chain: anchorwatch explain NAMESPACE/KSA\n';
  return `${diagnoses.flatMap((one) => [...lines(one, io), '']).join('\n')}\n`;
}

function lines({ symptom, checks, confirmed }: Diagnosis, io: Io): readonly string[] {
  return [
    `${styled(io, 'bold', symptom.title)}${confirmed ? styled(io, 'red', '  ✖ the chain shows it') : ''}`,
    ...wrap(symptom.means, io.width - 4).map((line) => `  ${line}`),
    ...checks.map(({ step, answer, says }) =>
      answer === undefined
        ? `   - ${CHECKS[step]}`
        : `   ${styled(io, COLORS[answer], `${MARKS[answer]} ${answer.padEnd(9)}`)}  ${plain(says ?? CHECKS[step], 400)}`,
    ),
    ...symptom.byHand.map((text) => `   - ${text}  ${styled(io, 'dim', '(by hand)')}`),
    styled(io, 'dim', `  from: ${symptom.source}`),
  ];
}
