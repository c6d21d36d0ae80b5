import { problemAt } from '../problem.ts';
import { didYouMean } from '../suggest.ts';
import type { Lint } from './lint.ts';

/** What `behaviour.networks` says of itself, and `usage` of it. */
export const networks: Lint = function* (sections) {
  for (const { value, at, isPartial } of sections.networks) {
    if (isPartial || value.addresses.length > 0 || value.vpcs.length > 0) continue;
    const message = `\`${value.name}\` has neither addresses nor VPC networks`;
    yield problemAt(at(), {
      code: 'network-without-place',
      message,
      hint: 'add `addresses: [203.0.113.0/28]`, or `vpcs`',
    });
  }
  const names = sections.networkNames.map(({ value }) => value);
  for (const { value, at } of sections.identities) {
    for (const [index, name] of (value.usage?.networks ?? []).entries()) {
      if (names.includes(name)) continue;
      const message = `\`${name}\` is not in behaviour.networks`;
      const hint = didYouMean(name, names) ?? 'declare it in behaviour.networks';
      yield problemAt(at('usage', 'networks', index), { code: 'unknown-network', message, hint });
    }
  }
};
