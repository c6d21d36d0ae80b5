import { problemAt } from '../problem.ts';
import type { Lint } from './lint.ts';

/** `approvers-groups-only`: Slack says who pressed a button, not which groups of Google they are in. */
export const approvers: Lint = function* ({ approvers: named }) {
  const [first] = named;
  if (first === undefined || named.some(({ value }) => !value.startsWith('group:'))) return;
  yield problemAt(first.at(), {
    code: 'approvers-groups-only',
    severity: 'warning',
    message:
      'nobody can agree to an exception in Slack: who is in a group is not known, and no directory is supported yet',
    hint: 'add those who may: slackGroup:S…, slackUser:U… or user:E-MAIL',
  });
};
