import { setAnnotation } from '../../detectors/annotation-command.ts';
import { removeGrant } from '../../detectors/grant-commands.ts';
import type { GrantFact, KsaFact } from '../../inventory/facts.ts';
import { serviceAccountOf } from '../../model/asset.ts';
import { LINKING_ROLES } from '../../model/grant.ts';
import { shortEmail } from '../../model/principal.ts';
import type { Context } from '../context.ts';
import type { Fix, Step } from '../explanation.ts';
import { distance, listed, shortCluster, unique } from '../words.ts';

/** The step, and the account the chain goes on with: the declared one where the annotation is wrong. `undefined` is direct access. */
export interface Annotated {
  readonly step: Step;
  readonly account: string | undefined;
}

const COMMON = { id: 'annotation', question: 'it points at its account' } as const;

/** Where does the KSA point, and does the policy say so? No annotation is direct access (gcp-facts 5.1). */
export function annotationStep(context: Context): Annotated {
  const { sightings, accounts, ksa } = context;
  const [declared] = accounts;
  const evidence = sightings.map(({ cluster, annotation, since, source }) => ({
    text: `${shortCluster(cluster)}: ${annotation === '' ? 'no annotation' : annotation}`,
    since,
    source,
  }));
  const pointed = unique(sightings.map(({ annotation }) => annotation));
  if (pointed.length === 0) {
    return {
      step: {
        ...COMMON,
        answer: 'undecided',
        says: `without the KSA there is nothing to read${declared === undefined ? '' : `; the policy has it act as ${shortEmail(declared)}`}`,
        evidence,
        nearMisses: [],
        fix: [],
      },
      account: declared,
    };
  }
  if (declared !== undefined && accounts.length > 0) {
    const wrong = sightings.filter(({ annotation }) => !accounts.includes(annotation));
    // Where another entry of the same weight declares direct access, no annotation is as declared.
    const mayBeDirect = context.entries.some(({ gsa }) => gsa === undefined);
    const amiss = wrong.filter(({ annotation }) => !(annotation === '' && mayBeDirect));
    if (amiss.length > 0) return { step: mispointed(context, amiss, evidence), account: declared };
  }
  const [first = '', ...others] = pointed.toSorted().reverse();
  if (others.length > 0) {
    return {
      step: {
        ...COMMON,
        answer: 'undecided',
        says: 'its clusters point it at different accounts, though they are one identity; name the cluster to follow one',
        evidence,
        nearMisses: [],
        fix: [],
        ask: context.owner,
      },
      account: first,
    };
  }
  if (first !== '') {
    const drift = accounts.includes(first)
      ? undefined
      : context.entries.length > 0
        ? `${context.entries[0]!.name} declares direct access, no account`
        : `no policy has ${ksa.namespace}/${ksa.name} act as ${shortEmail(first)}`;
    return {
      step: {
        ...COMMON,
        answer: 'yes',
        says: `it points at ${first}`,
        evidence,
        nearMisses: [],
        ...(drift === undefined ? {} : { drift }),
        fix: [],
      },
      account: first,
    };
  }
  return { step: unannotated(context, evidence), account: undefined };
}

/** The policy gives it an account and the annotation names none, or another. */
function mispointed(context: Context, amiss: readonly KsaFact[], evidence: Step['evidence']): Step {
  const { ksa, accounts, entries, owner, sightings } = context;
  const declared = accounts[0]!;
  const missing = amiss.filter(({ annotation }) => annotation === '');
  const elsewhere = unique(amiss.map(({ annotation }) => annotation).filter((email) => email !== ''));
  const where =
    amiss.length === sightings.length
      ? ''
      : ` in ${listed(amiss.map(({ cluster }) => shortCluster(cluster)))}`;
  const says =
    elsewhere.length > 0
      ? `it points at ${elsewhere.join(' and ')}${where}, and the policy says ${declared}`
      : `it has no annotation${where}, and the policy has it act as ${declared}`;
  return {
    ...COMMON,
    answer: 'no',
    says,
    evidence,
    nearMisses: elsewhere.flatMap((email) => slip(email, declared)),
    side: `${entries[0]?.name ?? 'the policy'} declares ${shortEmail(declared)}, so the annotation is the side that is ${missing.length > 0 && elsewhere.length === 0 ? 'missing' : 'wrong'}`,
    fix: amiss.flatMap(({ cluster }) => inCluster(setAnnotation(ksa, declared), cluster)),
    ask: owner,
  };
}

function slip(email: string, declared: string): readonly string[] {
  const letters = distance(email, declared, 3);
  if (letters <= 3)
    return [`${email} differs from ${declared} in ${letters === 1 ? 'one letter' : `${letters} letters`}`];
  if (email.split('@')[0] === declared.split('@')[0])
    return [`${email} has the right name in another project`];
  return [];
}

/** No annotation and no account declared: direct access, unless an account waits for it and it holds nothing itself. */
function unannotated(context: Context, evidence: Step['evidence']): Step {
  const { ksa, entries, world, owner } = context;
  const held = world.view.heldBy({ kind: 'ksa', ...ksa });
  const isLink = ({ grant }: GrantFact) =>
    LINKING_ROLES.has(grant.role) && serviceAccountOf(grant.resource) !== undefined;
  const links = held.filter(isLink);
  if (entries.length === 0 && links.length > 0 && links.length === held.length) {
    const names = links.map(({ grant }) => emailOn(grant.resource, context));
    return {
      ...COMMON,
      answer: 'no',
      says: `it points at no account, though ${listed(names.map(shortEmail))} ${names.length === 1 ? 'lets' : 'let'} it in`,
      evidence,
      nearMisses: [],
      side: 'no policy declares this identity, so the binding is the side to take away; to keep it, declare it first',
      fix: links.flatMap(({ grant }) => removeGrant({ ...grant, email: emailOn(grant.resource, context) })),
      ask: owner,
    };
  }
  return {
    ...COMMON,
    answer: 'yes',
    says: 'it has no annotation: direct access, it holds its roles itself',
    evidence,
    nearMisses: links.map(
      ({ grant }) =>
        `${shortEmail(emailOn(grant.resource, context))} lets it in, and it does not point there`,
    ),
    fix: [],
  };
}

function emailOn(resource: string, { world }: Context): string {
  const account = serviceAccountOf(resource)!;
  return world.view.account(account).email ?? account;
}

function inCluster(fixes: readonly Fix[], cluster: string): readonly Fix[] {
  return fixes.map((fix) => ({ ...fix, where: `in cluster ${shortCluster(cluster)}` }));
}
