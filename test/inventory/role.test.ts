/** What a role permits: by its own messages, by the catalogue, and what it was before. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RoleFact } from '../../shared/inventory/facts.ts';
import { Inventory } from '../../shared/inventory/inventory.ts';
import { parseSubject, subjectKey, subjectsOf } from '../../shared/inventory/subject.ts';
import { View } from '../../shared/inventory/view.ts';
import type { Facts, Observation } from '../../shared/model/observation.ts';
import type { Nanos } from '../../shared/model/time.ts';
import { Catalogue } from '../../shared/roles/catalogue.ts';
import { permits } from '../../shared/roles/role.ts';
import { customRole, gone, iam, known, NOW, projectAlias, t } from '../world.ts';

const NAME = 'projects/acme-prod/roles/publisher';
const ASSET = `//iam.googleapis.com/${NAME}`;
const PUBLISH = 'pubsub.topics.publish';
const ACT_AS = 'iam.serviceAccounts.actAs';

function view(observations: readonly Observation[], catalogue?: Catalogue): View {
  return new View(new Inventory(known({ observations, coverage: [] })), NOW, () => undefined, catalogue);
}

function listed(asOf: Nanos, permissions: readonly string[]): Catalogue {
  return Catalogue.of([{ name: NAME, permissions }], { asOf, source: 'live' });
}

/** What an audit entry tells of the role, and who it names. */
function told(
  facts: Partial<Extract<Facts, { type: 'role' }>>,
  time: Nanos,
  principal = 'jane',
): Observation {
  return {
    kind: 'resource',
    asset: ASSET,
    time,
    source: 'audit-log',
    ancestors: [],
    facts: { type: 'role', name: NAME, ...facts },
    whole: false,
    by: { principal: `${principal}@acme.example`, delegation: [] },
  };
}

const names = (seen: View, role = NAME) => seen.role(role)?.permissions.names();

describe('a custom role', () => {
  it('permits what its asset says, and nothing else', () => {
    const seen = view([customRole(NAME, [PUBLISH, 'never.heard.of'])]);
    expect(names(seen)).toEqual(['never.heard.of', PUBLISH]);
    expect(permits(seen.role(NAME), ACT_AS)).toBe('no');
  });

  it('permits nothing that is known while it has not been read', () => {
    expect(view([]).role(NAME)).toBeUndefined();
    expect(view([told({ title: 'Publisher' }, t(1))]).role(NAME)).toBeUndefined();
  });

  it('permits what was told last', () => {
    const changed = told({ permissions: ACT_AS }, t(2));
    expect(names(view([customRole(NAME, [PUBLISH], { time: t(1) }), changed]))).toEqual([ACT_AS]);
    expect(names(view([changed, customRole(NAME, [PUBLISH], { time: t(3) })]))).toEqual([PUBLISH]);
  });

  it('permits nobody knows what, once its permissions changed and nobody told to what', () => {
    const changed = [customRole(NAME, [PUBLISH], { time: t(1) }), told({ unread: true }, t(2))];
    expect(view(changed).role(NAME)).toBeUndefined();
    expect(names(view([...changed, customRole(NAME, [PUBLISH], { time: t(3) })]))).toEqual([PUBLISH]);
    expect(names(view([...changed, told({ permissions: PUBLISH }, t(3))]))).toEqual([PUBLISH]);
  });

  it.each([
    ['deleted', [customRole(NAME, [ACT_AS], { deleted: true })]],
    ['deleted, by an entry that says no more', [customRole(NAME, [ACT_AS]), told({ deleted: true }, t(1))]],
    ['deleted, and nothing else of it was ever told', [told({ deleted: true }, t(1))]],
    ['disabled', [customRole(NAME, [ACT_AS], { stage: 'DISABLED' })]],
    ['gone for good', [customRole(NAME, [ACT_AS]), gone(ASSET, { time: t(9) })]],
  ])('that is %s permits nothing', (_what, observations) => {
    expect(permits(view(observations).role(NAME), ACT_AS)).toBe('no');
  });

  it('permits again what it did once it is restored', () => {
    const restored = [
      customRole(NAME, [ACT_AS]),
      told({ deleted: true }, t(1)),
      told({ deleted: false }, t(2)),
    ];
    expect(names(view(restored))).toEqual([ACT_AS]);
  });

  it('is the same by the id of its project and by the number', () => {
    const asNumber = NAME.replace('acme-prod', '111122223333');
    const alias = projectAlias('acme-prod', '111122223333');
    expect(names(view([alias, customRole(NAME, [PUBLISH])]), asNumber)).toEqual([PUBLISH]);
    expect(names(view([alias, customRole(asNumber, [PUBLISH])]))).toEqual([PUBLISH]);
  });
});

describe('the catalogue', () => {
  it('knows what no message told', () => {
    expect(names(view([], listed(t(0), [PUBLISH])))).toEqual([PUBLISH]);
  });

  it('outweighs messages that are older than it, and no others', () => {
    const message = customRole(NAME, [PUBLISH], { time: t(5) });
    expect(names(view([message], listed(t(4), [ACT_AS])))).toEqual([PUBLISH]);
    expect(names(view([message], listed(t(6), [ACT_AS])))).toEqual([ACT_AS]);
    const deleted = told({ deleted: true }, t(5));
    expect(names(view([message, deleted], listed(t(4), [ACT_AS])))).toEqual([]);
    // It lists no deleted roles: this one has been restored.
    expect(names(view([message, deleted], listed(t(6), [ACT_AS])))).toEqual([ACT_AS]);
    const unread = told({ unread: true }, t(7));
    expect(view([message, unread], listed(t(6), [ACT_AS])).role(NAME)).toBeUndefined();
    const renamed = told({ title: 'Publisher' }, t(7));
    expect(names(view([renamed], listed(t(6), [ACT_AS])))).toEqual([ACT_AS]);
  });

  it('is asked for predefined roles, the built-in one where there is no other', () => {
    expect(permits(view([]).role('roles/iam.serviceAccountUser'), ACT_AS)).toBe('yes');
    expect(view([], listed(t(0), [])).role('roles/iam.serviceAccountUser')).toBeUndefined();
  });
});

describe('a question for a role', () => {
  it('is noted, so that whoever asked is judged anew when the answer changes', () => {
    const seen = view([]);
    seen.role(NAME);
    seen.role('roles/pubsub.publisher');
    expect([...seen.reads]).toEqual(expect.arrayContaining([`role:${NAME}`, 'role:roles/pubsub.publisher']));
    const keys = new Inventory(known({ observations: [customRole(NAME, [PUBLISH])] })).keys();
    expect(keys.has(`role:${NAME}`)).toBe(true);
  });

  it('is missed where the role has not been loaded, and only then', () => {
    const partly = new Inventory(known({ observations: [] }), new Set());
    new View(partly, NOW, () => undefined).role('roles/pubsub.publisher');
    expect([...partly.missing]).toEqual([]);
    new View(partly, NOW, () => undefined).role(NAME);
    expect([...partly.missing]).toContain(`role:${NAME}`);
  });
});

describe('what a custom role was', () => {
  const fact = (observations: readonly Observation[]): RoleFact => view(observations).customRole(NAME)!;

  it('is kept, the first that there was and who made it what', () => {
    const { permissions } = fact([
      customRole(NAME, [PUBLISH], { time: t(1) }),
      told({ permissions: `${ACT_AS}\n${PUBLISH}` }, t(2), 'mallory'),
    ]);
    expect(permissions.now?.value).toBe(`${ACT_AS}\n${PUBLISH}`);
    expect(permissions.said.map(({ value, first }) => [value, first.time])).toEqual([
      [`${ACT_AS}\n${PUBLISH}`, t(2)],
      [PUBLISH, t(1)],
    ]);
    expect(permissions.said[0]?.by).toMatchObject([{ principal: 'mallory@acme.example' }]);
  });

  it('does not depend on the order in which it was told', () => {
    const news = [
      customRole(NAME, [PUBLISH], { time: t(1) }),
      told({ permissions: ACT_AS }, t(2)),
      told({ unread: true }, t(3)),
      told({ deleted: true }, t(4), 'mallory'),
      told({ deleted: false, permissions: PUBLISH }, t(5)),
      customRole(NAME, [PUBLISH, ACT_AS], { time: t(6) }),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray([...news, ...news], { minLength: 12 }), (shuffled) => {
        expect(fact(shuffled)).toEqual(fact(news));
      }),
    );
  });

  it('stays known when the role is gone for good', () => {
    const role = fact([customRole(NAME, [PUBLISH]), gone(ASSET, { time: t(9) })]);
    expect(role).toMatchObject({ inactive: 'deleted', permissions: { said: [{ value: PUBLISH }] } });
  });
});

describe('the subject of a custom role', () => {
  it('is the role, under the name that is known now', () => {
    const seen = view([customRole(NAME, [PUBLISH])]);
    const [subject, ...others] = subjectsOf(seen.customRole(NAME)!, seen);
    expect(others).toEqual([]);
    expect(subject).toEqual({ kind: 'role', asset: ASSET });
    expect(parseSubject(subjectKey(subject!))).toEqual(subject);
  });
});

describe('the condition of a grant', () => {
  const USER = 'user:jane@acme.example';
  const BUCKET = '//storage.googleapis.com/ledger';
  const grantIf = (expression?: string) => {
    const seen = view([
      iam(BUCKET, [
        expression === undefined
          ? ['roles/storage.admin', USER]
          : ['roles/storage.admin', USER, { expression }],
      ]),
    ]);
    const [held] = seen.heldBy({ kind: 'user', email: 'jane@acme.example' });
    return { seen, held: held! };
  };

  it('is no condition where there is none', () => {
    const { seen, held } = grantIf();
    expect(seen.conditionOf(held.grant)).toEqual({ kind: 'always', changesAt: undefined });
    expect(seen.nextChangeAt).toBeUndefined();
  });

  it('wakes the view when its end comes', () => {
    const { seen, held } = grantIf('request.time < timestamp("2027-01-01T00:00:00Z")');
    expect(seen.givesAccess(held)).toBe(true);
    expect(seen.conditionOf(held.grant)).toMatchObject({ kind: 'until', end: seen.nextChangeAt });
  });

  it('that has ended gives nothing, and wakes nobody', () => {
    const { seen, held } = grantIf('request.time < timestamp("2025-01-01T00:00:00Z")');
    expect(seen.givesAccess(held)).toBe(false);
    expect(seen.nextChangeAt).toBeUndefined();
  });

  it('is asked of what the grant is on, or of what is asked for', () => {
    const { seen, held } = grantIf('resource.name.startsWith("projects/_/buckets/ledger/")');
    expect(seen.conditionOf(held.grant).kind).toBe('narrows');
    expect(seen.conditionOf(held.grant, '//storage.googleapis.com/other').kind).toBe('never');
  });
});
