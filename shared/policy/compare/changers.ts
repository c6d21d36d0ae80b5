import { globCovers } from '../glob-covers.ts';
import type { TrustedChanger } from '../policy.ts';
import type { Told } from './change.ts';
import { coversCrossing } from './covers.ts';
import { severityChange } from './rules.ts';
import { changed, flagChange, listChanges, type NamedWords } from './tell.ts';

export const CHANGERS: NamedWords<TrustedChanger> = {
  more: 'weaker',
  came: (changer) => `${whoText(changer)} may change identities now (${changer.may.join(', ')})`,
  went: (changer) => `${whoText(changer)} may no longer change identities`,
  kept: changerChanges,
};

function changerChanges(a: TrustedChanger, b: TrustedChanger): readonly Told[] {
  const isNarrower =
    a.form.kind === 'subject' && b.form.kind === 'subject' && coversCrossing(a.subject, b.subject);
  return [
    ...changed(isNarrower ? 'stronger' : 'weaker', 'is', whoText(a), whoText(b)),
    ...listChanges(a.delegates, b.delegates, 'may be acted through by', 'weaker', {
      covers: coversCrossing,
    }),
    ...listChanges(a.may, b.may, 'may change', 'weaker', { covers: coversKind }),
    ...listChanges(a.within, b.within, 'within', 'weaker', { emptyIsAll: true, covers: globCovers }),
    ...flagChange('stronger', a.requireTicket, b.requireTicket, [
      'needs a ticket now',
      'needs no ticket any more',
    ]),
    // As bad as out-of-band-change is by itself.
    ...severityChange(a.severity, b.severity, 'medium'),
  ];
}

function coversKind(bound: string, kind: string): boolean {
  return bound === 'all' || bound === kind || (bound === 'keys' && /^key(Create|Delete)$/.test(kind));
}

/** Who an entry means, as people say it. */
function whoText({ form, subject }: TrustedChanger): string {
  switch (form.kind) {
    case 'subject':
      return subject;
    case 'kubernetes':
      return `${form.namespace}/${form.serviceAccount} of ${form.cluster}`;
    case 'configConnector':
      return `the Config Connector of ${form.cluster}`;
    case 'pam':
      return 'whoever has a grant of Privileged Access Manager';
  }
}
