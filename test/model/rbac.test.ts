import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseRbacSubject, parseRules, ruleText } from '../../shared/model/rbac.ts';

const items = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 3 });
const sorted = (texts: readonly string[]) => [...texts].sort();

it('a rule reads as it was written, whatever the texts in it', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ verbs: items, groups: items, resources: items, names: fc.oneof(items, fc.constant([])) }),
      ),
      (rules) => {
        expect(parseRules(rules.map(ruleText).join('\n'))).toEqual(
          rules.map(({ verbs, groups, resources, names }) => ({
            verbs: sorted(verbs),
            groups: sorted(groups),
            resources: sorted(resources),
            names: sorted(names),
          })),
        );
      },
    ),
  );
});

it('equal rules make equal texts, in whatever order somebody wrote them', () => {
  const rule = { groups: ['core'], resources: ['pods'], names: [] };
  expect(ruleText({ ...rule, verbs: ['get', 'create', 'get'] })).toBe(
    ruleText({ ...rule, verbs: ['create', 'get'] }),
  );
  expect(parseRules('')).toEqual([]);
});

it.each([
  ['User/jane@acme.example', { kind: 'User', name: 'jane@acme.example', namespace: '' }],
  ['Group/a/b', { kind: 'Group', name: 'a/b', namespace: '' }],
  ['ServiceAccount/payments/api', { kind: 'ServiceAccount', name: 'api', namespace: 'payments' }],
  ['Robot/x', undefined],
])('%s is bound', (line, subject) => {
  expect(parseRbacSubject(line)).toEqual(subject);
});
