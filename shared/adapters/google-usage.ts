import type { AssetName } from '../model/asset.ts';
import { OutsideUnavailable, type Usage, type UsageTold } from '../ports.ts';
import { activityAnalyzer } from './activity-analyzer.ts';
import type { GoogleHttpOptions } from './google-http.ts';
import { type KeyUsageMetricsOptions, keyUsageMetrics } from './key-usage-metrics.ts';
import { type SeenUse, seenTogether, type UsageSource } from './usage-source.ts';

export interface GoogleUsageOptions extends GoogleHttpOptions {
  readonly clock: KeyUsageMetricsOptions['clock'];
  /** Other addresses than Google's. Tests only: they must never come from a policy or a request. */
  readonly origins?: { readonly policyAnalyzer: string; readonly monitoring: string };
}

interface Named {
  readonly name: string;
  readonly ask: UsageSource;
}

/**
 * The use of keys and accounts as Google tells it: Activity Analyzer looks back furthest and is days behind, Monitoring looks back six weeks, is
 * a day behind and knows keys alone. Each is asked where it is granted, and what both saw counts. What neither tells is not known.
 */
export function googleUsage({ clock, origins, ...http }: GoogleUsageOptions): Usage {
  const analyzed = { ...http, ...(origins && { origin: origins.policyAnalyzer }) };
  const counted = { ...http, clock, ...(origins && { origin: origins.monitoring }) };
  const ofKeys: readonly Named[] = [
    { name: 'Activity Analyzer', ask: activityAnalyzer('serviceAccountKeyLastAuthentication', analyzed) },
    { name: 'Monitoring', ask: keyUsageMetrics(counted) },
  ];
  const ofAccounts: readonly Named[] = [
    { name: 'Activity Analyzer', ask: activityAnalyzer('serviceAccountLastAuthentication', analyzed) },
  ];
  return {
    async of(project, assets) {
      const told = new Map<AssetName, UsageTold>();
      const [keys, accounts] = [assets.filter(isKey), assets.filter((asset) => !isKey(asset))];
      for (const [some, sources] of [
        [keys, ofKeys],
        [accounts, ofAccounts],
      ] as const) {
        if (some.length === 0) continue;
        const answers = await allOf(sources, project);
        for (const asset of some) told.set(asset, answers(asset));
      }
      return told;
    },
  };
}

function isKey(asset: AssetName): boolean {
  return /\/serviceAccounts\/[^/]+\/keys\/[^/]+$/.test(asset);
}

/** Asks every source about a project; gives what they tell of each asset. */
async function allOf(sources: readonly Named[], project: string): Promise<(asset: AssetName) => UsageTold> {
  const seen: ReadonlyMap<AssetName, SeenUse>[] = [];
  const whys: string[] = [];
  for (const { name, ask } of sources) {
    const answer = await ask(project);
    if (answer.kind === 'wait') throw new OutsideUnavailable(`${name}, of ${project}: ${answer.why}`);
    if (answer.kind === 'told') seen.push(answer.seen);
    whys.push(answer.kind === 'told' ? `${name} does not tell of it` : `${name}: ${answer.why}`);
  }
  return (asset) => {
    const uses = seen.flatMap((one) => one.get(asset) ?? []);
    return uses.length === 0
      ? { kind: 'unknown', why: whys.join('; ') }
      : { kind: 'known', ...uses.reduce(seenTogether), uses: [] };
  };
}
