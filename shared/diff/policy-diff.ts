import { type PolicyLine, SEVERITIES, type Severity } from '../model/finding.ts';
import { DAY, type Nanos, toDate } from '../model/time.ts';
import type {
  AllowedGrant,
  DeclaredIdentity,
  Exception,
  ForbiddenRoles,
  IdentityPattern,
  KeyAllowance,
  Policy,
  SeverityRule,
  TrustedChanger,
  TrustedPool,
} from '../policy/policy.ts';
import { EFFECTS, type Effect, limitChange, listChanges, type PolicyChange, pair } from './policy-change.ts';

export interface PolicyDiff {
  readonly kind: 'policy';
  /** Guard rails that were weakened first. */
  readonly changes: readonly PolicyChange[];
}

type Told = { readonly effect: Effect; readonly text: string };

/** What a change of the policy permits or forbids, in words. */
export function diffPolicies(a: Policy, b: Policy): PolicyDiff {
  const day = dayIn(b.timezone);
  const changes = [
    ...frame(a, b),
    ...named('trust.pools', a.pools, b.pools, ({ at }) => at, {
      more: 'weaker',
      came: ({ pool }) => `pool ${pool} is trusted now`,
      went: ({ pool }) => `pool ${pool} is no longer trusted`,
      kept: poolChanges,
    }),
    ...named('workloadIdentities', a.identities, b.identities, ({ at }) => at, {
      more: 'wider',
      came: (entry) => `declared: ${identityText(entry)}`,
      went: (entry) => `no longer declared: ${identityText(entry)}`,
      kept: identityChanges,
    }),
    ...named('forbiddenRoles', a.forbiddenRoles, b.forbiddenRoles, ({ line }) => line, {
      more: 'stronger',
      came: (rule) => `forbidden now: ${[...rule.roles, ...rule.principals].join(', ')}`,
      went: (rule) => `no longer forbidden: ${[...rule.roles, ...rule.principals].join(', ')}`,
      kept: forbiddenChanges,
    }),
    ...keyChanges(a, b, day),
    ...named('trustedChangers', a.trustedChangers, b.trustedChangers, ({ at }) => at, {
      more: 'weaker',
      came: ({ subject, may }) => `${subject} may change identities now (${may.join(', ')})`,
      went: ({ subject }) => `${subject} may no longer change identities`,
      kept: changerChanges,
    }),
    ...named('exceptions', a.exceptions, b.exceptions, ({ at }) => at, {
      more: 'weaker',
      came: (item) => `exception added until ${day(item.expires)}: ${item.match.detector}, ${item.reason}`,
      went: (item) => `exception ended: ${item.match.detector}, ${item.reason}`,
      kept: exceptionChanges(day),
    }),
    ...named('sensitive', a.sensitive, b.sensitive, ({ at }) => at, {
      more: 'stronger',
      came: ({ on }) => `${on} is sensitive now`,
      went: ({ on }) => `${on} is no longer sensitive`,
      kept: (x, y) => changed('neutral', 'speaks of', x.on, y.on),
    }),
  ];
  return {
    kind: 'policy',
    changes: changes.toSorted((x, y) => EFFECTS.indexOf(x.effect) - EFFECTS.indexOf(y.effect)),
  };
}

interface Words<T> {
  readonly more: Effect;
  readonly came: (item: T) => string;
  readonly went: (item: T) => string;
  readonly kept: (before: T, after: T) => readonly Told[];
}

const OTHER_WAY: Readonly<Record<Effect, Effect>> = {
  weaker: 'stronger',
  stronger: 'weaker',
  wider: 'narrower',
  narrower: 'wider',
  neutral: 'neutral',
};

function named<T extends { readonly name: string }>(
  section: string,
  before: readonly T[],
  after: readonly T[],
  lineOf: (item: T) => PolicyLine,
  { more, came, went, kept }: Words<T>,
): readonly PolicyChange[] {
  const { added, removed, kept: pairs } = pair(before, after);
  return [
    ...added.map((item) => ({ effect: more, section, name: item.name, text: came(item), at: lineOf(item) })),
    ...removed.map((item) => ({
      effect: OTHER_WAY[more],
      section,
      name: item.name,
      text: went(item),
      at: lineOf(item),
    })),
    ...pairs.flatMap(([was, is]) =>
      kept(was, is).map((told) => ({ ...told, section, name: is.name, at: lineOf(is) })),
    ),
  ];
}

function changed(effect: Effect, what: string, before: string, after: string): readonly Told[] {
  return before === after
    ? []
    : [{ effect, text: `${what} ${after || 'nothing'}, was ${before || 'nothing'}` }];
}

const MODES: readonly Policy['mode'][] = ['baseline', 'audit', 'enforce'];

/** Everything that has no name of its own. */
function frame(a: Policy, b: Policy): readonly PolicyChange[] {
  const told: readonly (readonly [string, readonly Told[]])[] = [
    [
      'mode',
      changed(
        MODES.indexOf(b.mode) < MODES.indexOf(a.mode) ? 'weaker' : 'stronger',
        'mode is',
        a.mode,
        b.mode,
      ),
    ],
    ['metadata.name', changed('neutral', 'is', a.name, b.name)],
    ['metadata.owner', changed('neutral', 'is', a.owner, b.owner)],
    ['timezone', changed('neutral', 'is', a.timezone, b.timezone)],
    [
      'scope.include',
      listChanges(a.scope.include, b.scope.include, 'watched', 'stronger', { emptyIsAll: true }),
    ],
    ['scope.exclude', listChanges(a.scope.exclude, b.scope.exclude, 'not watched', 'weaker')],
    [
      'exceptions.maxDuration',
      limitChange(a.maxExceptionDuration, b.maxExceptionDuration, 'an exception may hold', days),
    ],
    [
      'exceptions.approvers',
      listChanges(a.approvers, b.approvers, 'may agree to exceptions', 'weaker', { emptyIsAll: true }),
    ],
    ['exceptions.neverExcept', listChanges(a.neverExcept, b.neverExcept, 'never excepted', 'stronger')],
    ['severity', severityChanges(a.severity, b.severity)],
    [
      'routing.fallbackChannel',
      changed(
        b.routing.fallbackChannel === undefined ? 'weaker' : 'neutral',
        'is',
        a.routing.fallbackChannel ?? '',
        b.routing.fallbackChannel ?? '',
      ),
    ],
    ['settle.removals', limitChange(a.settle.removals, b.settle.removals, 'removals settle for', minutes)],
    ['settle.outage', limitChange(a.settle.outage, b.settle.outage, 'outages settle for', minutes)],
  ];
  return told.flatMap(([section, changes]) =>
    changes.map((one) => ({ ...one, section, name: section, at: b.at })),
  );
}

function poolChanges(a: TrustedPool, b: TrustedPool): readonly Told[] {
  return [
    ...changed('weaker', 'is pool', a.pool, b.pool),
    ...listChanges(a.clusters, b.clusters, 'clusters', 'weaker', { emptyIsAll: true }),
    ...listChanges(a.issuers, b.issuers, 'issuers', 'weaker', { emptyIsAll: true }),
    ...changed(
      b.identitySameness === 'accepted' ? 'weaker' : 'stronger',
      'identity sameness is',
      a.identitySameness,
      b.identitySameness,
    ),
    ...(a.requireCondition === b.requireCondition
      ? []
      : [
          {
            effect: b.requireCondition ? 'stronger' : 'weaker',
            text: b.requireCondition
              ? 'its providers must have a condition now'
              : 'its providers need no condition any more',
          } as const,
        ]),
  ];
}

const FORMS: readonly DeclaredIdentity['grantForm'][] = ['each', 'namespace', 'cluster', 'pool'];

function identityChanges(a: DeclaredIdentity, b: DeclaredIdentity): readonly Told[] {
  return [
    ...listChanges(a.identities.map(patternText), b.identities.map(patternText), 'identities', 'wider'),
    ...changed('wider', 'acts as', a.gsa ?? 'itself', b.gsa ?? 'itself'),
    ...changed(
      FORMS.indexOf(b.grantForm) > FORMS.indexOf(a.grantForm) ? 'wider' : 'narrower',
      'is granted per',
      a.grantForm,
      b.grantForm,
    ),
    ...allowChanges(a.allow, b.allow),
    ...changed('neutral', 'owner is', a.owner ?? '', b.owner ?? ''),
    ...changed('neutral', 'slack is', a.slack ?? '', b.slack ?? ''),
  ];
}

/** Roles by role and place, so that a condition that comes or goes is told as what it is. */
function allowChanges(before: readonly AllowedGrant[], after: readonly AllowedGrant[]): readonly Told[] {
  const was = new Map(before.map((item) => [allowKey(item), item]));
  const is = new Map(after.map((item) => [allowKey(item), item]));
  const told: Told[] = [];
  for (const [key, item] of is) {
    const old = was.get(key);
    if (old === undefined) told.push({ effect: 'wider', text: `may now have ${allowText(item)}` });
    else if (old.condition !== item.condition) {
      told.push(
        item.condition === undefined
          ? { effect: 'wider', text: `${key} needs no condition any more (was ${old.condition})` }
          : {
              effect: old.condition === undefined ? 'narrower' : 'wider',
              text: `${key} only under condition ${item.condition} now${old.condition === undefined ? '' : `, was ${old.condition}`}`,
            },
      );
    }
  }
  for (const [key, item] of was)
    if (!is.has(key)) told.push({ effect: 'narrower', text: `may no longer have ${allowText(item)}` });
  return told;
}

function allowKey({ role, permissions, on }: AllowedGrant): string {
  return `${role ?? permissions.join('+')} on ${on}`;
}

function allowText(item: AllowedGrant): string {
  return `${allowKey(item)}${item.condition === undefined ? '' : ` under condition ${item.condition}`}`;
}

function patternText({ pool, namespace, serviceAccount }: IdentityPattern): string {
  return `${pool}[${namespace}/${serviceAccount}]`;
}

function identityText({ identities, gsa, allow }: DeclaredIdentity): string {
  const roles = allow.map(allowText).join(', ');
  return `${identities.map(patternText).join(', ')} as ${gsa ?? 'itself'}${roles === '' ? '' : `, may have ${roles}`}`;
}

function forbiddenChanges(a: ForbiddenRoles, b: ForbiddenRoles): readonly Told[] {
  return [
    ...listChanges(a.roles, b.roles, 'roles', 'stronger', { emptyIsAll: true }),
    ...listChanges(a.principals, b.principals, 'members', 'stronger', { emptyIsAll: true }),
    ...listChanges(a.at, b.at, 'kinds of resource', 'stronger', { emptyIsAll: true }),
    ...severityChange(a.severity, b.severity),
  ];
}

function severityChange(a: Severity | undefined, b: Severity | undefined): readonly Told[] {
  // A rule without one counts as high.
  const milder = SEVERITIES.indexOf(b ?? 'high') > SEVERITIES.indexOf(a ?? 'high');
  return changed(milder ? 'weaker' : 'stronger', 'severity is', a ?? 'high', b ?? 'high');
}

function keyChanges(a: Policy, b: Policy, day: (end: Nanos) => string): readonly PolicyChange[] {
  const section = 'serviceAccountKeys';
  const [was, is] = [a.serviceAccountKeys, b.serviceAccountKeys];
  if (was === undefined || is === undefined) {
    if (was === is) return [];
    return [
      was === undefined
        ? { effect: 'stronger', section, name: section, text: 'there are rules for keys now', at: is!.at }
        : {
            effect: 'weaker',
            section,
            name: section,
            text: 'there are no rules for keys any more',
            at: was.at,
          },
    ];
  }
  const rules: readonly Told[] = [
    ...changed(
      is.userManaged === 'allow' ? 'weaker' : 'stronger',
      'user-managed keys:',
      was.userManaged,
      is.userManaged,
    ),
    ...limitChange(was.maxAge, is.maxAge, 'a key may be as old as', days),
    ...limitChange(was.retireBy, is.retireBy, 'the last key goes', day),
  ];
  return [
    ...rules.map((one) => ({ ...one, section, name: section, at: is.at })),
    ...named(`${section}.allowed`, was.allowed, is.allowed, ({ at }) => at, {
      more: 'weaker',
      came: (item) => `${item.serviceAccount} may have ${item.maxKeys ?? 'any number of'} keys now`,
      went: (item) => `${item.serviceAccount} may no longer have keys`,
      kept: allowanceChanges(day),
    }),
  ];
}

function allowanceChanges(day: (end: Nanos) => string) {
  return (a: KeyAllowance, b: KeyAllowance): readonly Told[] => [
    ...changed('weaker', 'speaks of', a.serviceAccount, b.serviceAccount),
    ...limitChange(a.maxKeys, b.maxKeys, 'keys', String),
    ...limitChange(a.expires, b.expires, 'holds until', day),
    ...changed('neutral', 'owner is', a.owner ?? '', b.owner ?? ''),
    ...changed('neutral', 'ticket is', a.ticket ?? '', b.ticket ?? ''),
  ];
}

function changerChanges(a: TrustedChanger, b: TrustedChanger): readonly Told[] {
  return [
    ...changed('weaker', 'is', a.subject, b.subject),
    ...listChanges(a.delegates, b.delegates, 'may be acted through by', 'weaker'),
    ...listChanges(a.may, b.may, 'may change', 'weaker'),
    ...listChanges(a.within, b.within, 'within', 'weaker', { emptyIsAll: true }),
    ...(a.requireTicket === b.requireTicket
      ? []
      : [
          {
            effect: b.requireTicket ? 'stronger' : 'weaker',
            text: b.requireTicket ? 'needs a ticket now' : 'needs no ticket any more',
          } as const,
        ]),
    ...severityChange(a.severity, b.severity),
  ];
}

function exceptionChanges(day: (end: Nanos) => string) {
  return (a: Exception, b: Exception): readonly Told[] => {
    const match = (item: Exception) =>
      Object.entries(item.match)
        .flatMap(([field, value]) => (value === undefined ? [] : [`${field} ${value}`]))
        .join(', ');
    return [
      // Which of two patterns covers more is not judged: a changed exception is one to look at.
      ...changed('weaker', 'covers', match(a), match(b)),
      ...limitChange(a.expires, b.expires, 'holds until', day),
      ...changed('neutral', 'reason is', a.reason, b.reason),
      ...changed('neutral', 'ticket is', a.ticket ?? '', b.ticket ?? ''),
      ...changed('weaker', 'approved by', a.approvedBy ?? '', b.approvedBy ?? ''),
      ...changed('neutral', 'requested by', a.requestedBy ?? '', b.requestedBy ?? ''),
    ];
  };
}

/** Rules have no names and the last match wins, so they are compared by what they say. */
function severityChanges(before: readonly SeverityRule[], after: readonly SeverityRule[]): readonly Told[] {
  const was = before.map(ruleText);
  const is = after.map(ruleText);
  const told: readonly Told[] = [
    ...after
      .filter((rule) => !was.includes(ruleText(rule)))
      .map(
        (rule): Told => ({
          effect: lowers(rule) ? 'weaker' : 'stronger',
          text: `rule added: ${ruleText(rule)}`,
        }),
      ),
    ...before
      .filter((rule) => !is.includes(ruleText(rule)))
      .map(
        (rule): Told => ({
          effect: lowers(rule) ? 'stronger' : 'weaker',
          text: `rule taken out: ${ruleText(rule)}`,
        }),
      ),
  ];
  return told.length === 0 && was.join('\n') !== is.join('\n')
    ? [{ effect: 'weaker', text: 'the rules stand in another order, and the last match wins' }]
    : told;
}

function ruleText({ detector, namespace, project, class: of, set, max }: SeverityRule): string {
  return [
    detector,
    ...(namespace === undefined ? [] : [`in namespace ${namespace}`]),
    ...(project === undefined ? [] : [`in project ${project}`]),
    ...(of === undefined ? [] : [`of class ${of}`]),
    set === undefined ? `at most ${max}` : `is ${set}`,
  ].join(' ');
}

function lowers({ set, max }: SeverityRule): boolean {
  return max !== undefined || (set !== undefined && SEVERITIES.indexOf(set) > SEVERITIES.indexOf('high'));
}

/** The last day on which something holds that ends at this moment, in the policy's own time zone. */
function dayIn(timeZone: string): (end: Nanos) => string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (end) => format.format(toDate(end - 1_000_000n));
}

function days(length: Nanos): string {
  return `${length / DAY} days`;
}

function minutes(length: Nanos): string {
  return `${length / 60_000_000_000n} min`;
}
