/** What holds of every change: it causes what a scan of the world after it finds more than a scan of the world before it. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { edgesOf } from '../../shared/check/edges.ts';
import { SEVERITIES } from '../../shared/model/finding.ts';
import { scan } from '../../shared/pipeline/scan.ts';
import type { Planned } from '../decode/terraform-plan.ts';
import { RUNS } from '../laws/runs.ts';
import { account, iam, known, ksa, member, NOW, POLICY, TOKEN_CREATOR, t, WI } from '../world.ts';
import { checked, edgeLines, ksaYaml } from './checking.ts';

const NAMES = ['payments/api', 'payments/worker', 'sandbox/debug'] as const;
const ACCOUNTS = [
  { email: 'api@acme-prod.iam.gserviceaccount.com', id: '100000000000000000001' },
  { email: 'batch@acme-prod.iam.gserviceaccount.com', id: '100000000000000000002' },
] as const;

/** Who points at which account (0: nowhere), and who may act as which. */
interface Small {
  readonly points: readonly number[];
  readonly grants: readonly (readonly [account: number, role: number, ksa: number])[];
}

const ROLES = [WI, TOKEN_CREATOR];
const grants = fc.uniqueArray(fc.tuple(fc.nat(1), fc.nat(1), fc.nat(2)), { selector: String, maxLength: 6 });
const small: fc.Arbitrary<Small> = fc.record({
  points: fc.array(fc.nat(2), { minLength: 3, maxLength: 3 }),
  grants,
});

/** As exports tell it, one after the other: what stood once and does not any more is known to have stood. */
function worldOf(...all: readonly Small[]) {
  return known({
    observations: all.flatMap(({ points, grants: held }, at) => [
      ...ACCOUNTS.flatMap(({ email, id }) => account(email, id, { time: t(at) })),
      ...ACCOUNTS.map(({ id }, index) =>
        iam(
          `//iam.googleapis.com/projects/-/serviceAccounts/${id}`,
          held.flatMap(([on, role, name]) =>
            on === index ? [[ROLES[role]!, member(NAMES[name]!)] as const] : [],
          ),
          { time: t(at) },
        ),
      ),
      ...NAMES.map((name, index) => ksa(name, ACCOUNTS[points[index]! - 1]?.email ?? '', { time: t(at) })),
    ]),
  });
}

/** The plan and the manifests that make `to` of `from`. */
function changeFrom(from: Small, to: Small) {
  const has = ({ grants: held }: Small, key: string) => held.some((one) => String(one) === key);
  const valuesOf = ([on, role, name]: Small['grants'][number]) => ({
    service_account_id: `projects/acme-prod/serviceAccounts/${ACCOUNTS[on]!.email}`,
    role: ROLES[role]!,
    member: member(NAMES[name]!),
    condition: [],
  });
  const plan = [...from.grants, ...to.grants.filter((one) => !has(from, String(one)))].map((one): Planned => {
    const values = valuesOf(one);
    const address = `google_service_account_iam_member.m["${String(one)}"]`;
    if (!has(to, String(one))) return { address, after: null, before: values };
    return has(from, String(one))
      ? { address, after: values, before: values, actions: ['no-op'] }
      : { address, after: values };
  });
  const yaml = NAMES.map((name, index) => ksaYaml(name, ACCOUNTS[to.points[index]! - 1]?.email)).join(
    '---\n',
  );
  return { plan, yaml };
}

const live = (world: ReturnType<typeof worldOf>) =>
  scan(world, POLICY, NOW).findings.filter(({ state }) => state === 'open');

describe('a change', () => {
  it('causes and resolves the difference between two scans, and moves edges as it does', () => {
    fc.assert(
      fc.property(small, small, (from, to) => {
        const result = checked(changeFrom(from, to), worldOf(from));
        const before = new Map(live(worldOf(from)).map((finding) => [finding.id, finding]));
        const after = new Map(live(worldOf(from, to)).map((finding) => [finding.id, finding]));
        const worse = [...after.values()].filter(({ id, severity }) => {
          const was = before.get(id)?.severity;
          return was === undefined || SEVERITIES.indexOf(severity) < SEVERITIES.indexOf(was);
        });
        expect(result.caused.map(({ finding }) => finding.id).sort()).toEqual(
          worse.map(({ id }) => id).sort(),
        );
        const [was, will] = [edgesOf(worldOf(from), POLICY, NOW), edgesOf(worldOf(from, to), POLICY, NOW)];
        const moved = [...new Set([...was.keys(), ...will.keys()])]
          .sort()
          .map((key) => [was.get(key)?.state ?? 'none', will.get(key)?.state ?? 'none'])
          .filter(([a, b]) => a !== b);
        expect(
          result.edges.filter((one) => one.before !== one.after).map((one) => [one.before, one.after]),
        ).toEqual(moved);
        expect(result.resolved.map(({ id }) => id).sort()).toEqual(
          [...before.keys()].filter((id) => !after.has(id)).sort(),
        );
      }),
      { numRuns: Math.min(RUNS.numRuns, 40) },
    );
  });

  it('that was made before the snapshot and is in it causes nothing', () => {
    fc.assert(
      fc.property(small, small, (from, to) => {
        const result = checked({ ...changeFrom(from, to), timestamp: '2026-11-21T08:00:00Z' }, worldOf(to));
        expect(result).toMatchObject({ caused: [], undecided: [], resolved: [] });
        for (const line of edgeLines(result)) expect(line).toMatch(/: (\S+) -> \1( |$)/);
      }),
      { numRuns: Math.min(RUNS.numRuns, 40) },
    );
  });
});
