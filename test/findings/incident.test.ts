import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ChangeGroup, Incidents, incidentFor } from '../../shared/findings/incident.ts';
import { serviceAccountName } from '../../shared/model/asset.ts';
import { act, foundBy, iam, ksa, member, t, WI } from '../world.ts';
import { finding } from './a-finding.ts';

const group = (id: string, ...causes: string[]): ChangeGroup => ({ id, causes });

describe('the incident of a finding', () => {
  it('is a new one, the first time', () => {
    const one = incidentFor(finding({ causes: ['a'] }), 'acme', new Incidents());
    expect(one).toEqual({ id: expect.stringMatching(/^[0-9a-f]{32}$/), causes: ['a'] });
    expect(incidentFor(finding({ id: 'f2', causes: ['a'] }), 'acme', new Incidents())).toEqual(one);
  });

  it.each([
    ['of another change', finding({ causes: ['b'] }), 'acme'],
    ['of another time that it came back', finding({ causes: ['a'], episode: 2 }), 'acme'],
    ['of another tenant', finding({ causes: ['a'] }), 'acme-2'],
  ])('is another one %s', (_what, other, tenant) => {
    const one = incidentFor(finding({ causes: ['a'] }), 'acme', new Incidents());
    expect(incidentFor(other, tenant, new Incidents()).id).not.toBe(one.id);
  });

  it('is the known one that shares a cause, and that learns the others', () => {
    const known = new Incidents([group('i1', 'x'), group('i2', 'a', 'b')]);
    expect(incidentFor(finding({ causes: ['b', 'c'] }), 'acme', known)).toEqual(group('i2', 'a', 'b', 'c'));
  });

  it('stays its own for as long as the finding stands', () => {
    const known = new Incidents([group('i1', 'a'), group('i2', 'b')]);
    expect(incidentFor(finding({ incident: 'i1', causes: ['b'] }), 'acme', known)).toEqual(
      group('i1', 'a', 'b'),
    );
  });

  it('is looked for by cause when its own is not known any more', () => {
    const known = new Incidents([group('i2', 'b')]);
    expect(incidentFor(finding({ incident: 'gone', causes: ['b'] }), 'acme', known).id).toBe('i2');
  });

  it('is the same of several, whichever is known first', () => {
    const groups = [group('i3', 'a'), group('i1', 'b'), group('i2', 'a', 'b')];
    fc.assert(
      fc.property(fc.shuffledSubarray(groups, { minLength: 3 }), (known) => {
        expect(incidentFor(finding({ causes: ['a', 'b'] }), 'acme', new Incidents(known)).id).toBe('i1');
      }),
    );
  });
});

describe('known incidents', () => {
  it('are found by id, and by every cause they have come to have', () => {
    const known = new Incidents([group('i1', 'a')]);
    known.set(group('i1', 'a', 'b'));
    known.set(group('i2', 'c'));
    expect(known.ids()).toEqual(['i1', 'i2']);
    expect(known.get('i1')?.causes).toEqual(['a', 'b']);
    expect(known.sharing(['z', 'b'])?.id).toBe('i1');
    expect(known.sharing(['z'])).toBeUndefined();
    expect(known.sharing([])).toBeUndefined();
  });
});

it('the findings of one change are one incident, those of two changes two', () => {
  const asset = (id: string) => serviceAccountName(id);
  const binding = (id: string, seconds: number) =>
    iam(asset(id), [[WI, member('sandbox/debug')]], { time: t(seconds), etag: `e-${id}` });
  const findings = foundBy('undeclared-identity', {
    observations: [binding('1001', 10), binding('1002', 10), ksa('sandbox/debug')],
    acts: [act('a1', asset('1001'), { time: t(10), etag: 'e-1001' })],
  });
  const incidents = Map.groupBy(findings, ({ incident }) => incident);
  expect(
    [...incidents.values()].map((members) => [...new Set(members.map(({ resource }) => resource))]),
  ).toEqual(expect.arrayContaining([[asset('1001')], [asset('1002')]]));
  expect(incidents.size).toBe(2);
});
