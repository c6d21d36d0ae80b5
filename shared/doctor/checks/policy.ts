import { count } from '../../explain/words.ts';
import { type Check, type Diagnosis, type Mend, ok, unknown, wrong } from '../check.ts';

export const policy: Check = {
  id: 'policy',
  title: 'Policy',
  reads: 'The policy, where the functions read it and as they read it.',
  async run({ deployment, policy }) {
    const state = await policy.state();
    const about = deployment.policy;
    switch (state.kind) {
      case 'good':
        return [ok(about, `@${state.hash}`)];
      case 'bad': {
        const [first = '', ...others] = state.problems;
        const more = others.length === 0 ? '' : ` (and ${count(others.length, 'more problem')})`;
        return [wrong(about, `${first}${more}`, 'it is valid', VALIDATE)];
      }
      case 'unreadable':
        return [unreadable(about, state.why)];
    }
  },
};

const VALIDATE: Mend = {
  kind: 'by-hand',
  text: 'anchorwatch validate FILE says what is wrong where; then put it there anew',
};

/** What is not there is wrong; what may not be read is unknown. */
function unreadable(about: string, why: string): Diagnosis {
  const isRefused = /HTTP 403/.test(why);
  const isAbsent = /HTTP 404|there is no (?:object|\.yaml file)/.test(why);
  if (isAbsent)
    return wrong(about, why, 'the policy', {
      kind: 'by-hand',
      text: 'put it there: gcloud storage cp policy.yaml, or name another place in Terraform',
    });
  return unknown(about, {
    why,
    ...(isRefused ? { lacks: 'storage.objects.list and storage.objects.get' } : {}),
  });
}
