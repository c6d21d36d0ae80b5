import { globCovers } from '../glob-covers.ts';
import { problemAt } from '../problem.ts';
import type { Sections } from '../sections.ts';
import type { Lint } from './lint.ts';

type RouteItem = Sections['routes'][number];
type Match = NonNullable<RouteItem['value']['match']>;

/** `route-unreachable` and `digest-without-channel`: news that would take a way which leads nowhere. */
export const routes: Lint = function* (sections) {
  const list = sections.routes.filter(({ isPartial }) => !isPartial);
  for (const [i, route] of list.entries()) {
    const taker = list
      .slice(0, i)
      .find(
        (other) =>
          other.value.continue !== true && coversMatch(other.value.match ?? {}, route.value.match ?? {}),
      );
    if (!taker) continue;
    const { file, line } = taker.at();
    yield problemAt(route.at(), {
      code: 'route-unreachable',
      severity: 'warning',
      message: `\`${route.value.name}\` is never taken: \`${taker.value.name}\` in ${file}:${line} takes all of it`,
      hint: 'put it before, or add `continue: true` there',
    });
  }
  const hasChannel = sections.digest.length > 0 || sections.fallbackChannel.length > 0;
  const digests = [
    ...sections.routes
      .filter(({ value }) => value.to === 'digest')
      .map((item) => [item.value.name, item.at('to')] as const),
    ...sections.destinations
      .filter(({ value }) => value.digest !== undefined && value.channel === undefined)
      .map((item) => [item.value.name, item.at('digest')] as const),
  ];
  for (const [name, place] of hasChannel ? [] : digests) {
    yield problemAt(place, {
      code: 'digest-without-channel',
      severity: 'warning',
      message: `\`${name}\` sends to a digest, and no channel gets one`,
      hint: 'add `routing.digest`',
    });
  }
};

/** Whether whatever `b` matches is matched by `a`. */
function coversMatch(a: Match, b: Match): boolean {
  const severities = b.severity === undefined ? undefined : [b.severity].flat();
  return (
    (a.severity === undefined ||
      (severities?.every((severity) => [a.severity].flat().includes(severity)) ?? false)) &&
    (['owner', 'detector', 'namespace', 'project'] as const).every((key) => coversText(a[key], b[key]))
  );
}

function coversText(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || (b !== undefined && globCovers(a, b));
}
