import { globMatches } from '../policy/glob.ts';
import { ACCOUNT_MANAGEMENT, CHANGE_CONTROL } from './controls.ts';
import type { Detector } from './detector.ts';
import { ofTheWatch } from './watch-facts.ts';

export const selfExceptionSource = {
  id: 'self-exception-source',
  title: 'An exception stands in a file that exceptions may not come from',
  class: 'attack',
  severity: 'high',
  about:
    'The watch was deployed to take exceptions from some files only, those that need a review, and the policy holds one from another; or the policy that is read is not the generation it was pinned to. Exceptions agreed to in Slack are decisions with an approver of their own and not meant here.',
  subject: 'watch',
  sources: { assetTypes: [], methods: [] },
  controls: [CHANGE_CONTROL, ACCOUNT_MANAGEMENT],
  detect({ asset }, view, policy) {
    const fact = view.watchPart(asset);
    if (fact === undefined || fact.part !== 'policy' || fact.wanted === undefined) return [];
    const { wanted, since, source } = { wanted: fact.wanted, ...fact.troublesSince };
    const globs = wanted.filter(({ name }) => name === 'exceptionsFrom').map(({ value }) => value);
    const pinned = wanted.filter(({ name }) => name === 'generation').map(({ value }) => value);
    const strays =
      globs.length === 0
        ? []
        : policy.exceptions.filter(
            ({ at }) => !globs.some((glob) => globMatches(`**/${glob}`, `/${at.file}`)),
          );
    const found = fact.found?.settings.find(({ name }) => name === 'generation')?.value;
    const isAnother = found !== undefined && pinned.length > 0 && !pinned.includes(found);
    return [
      ...strays.map((exception) =>
        ofTheWatch(fact, policy, {
          about: `exception:${exception.name}`,
          title: `Exception ${exception.name} stands where exceptions may not`,
          explanation: `Exceptions are taken from ${globs.join(', ')}, and this one is in ${exception.at.file}. Remove it, or move it where it is reviewed.`,
          after: [`${exception.at.file}:${exception.at.line}`],
          why: exception.at,
          cause: { time: since, source },
        }),
      ),
      ...(isAnother
        ? [
            ofTheWatch(fact, policy, {
              about: 'generation',
              title: 'The policy that is read is not the generation that was deployed',
              explanation: 'Whoever can write there writes exceptions as well.',
              before: pinned,
              after: [found],
              cause: { time: fact.found?.since ?? since, source: fact.found?.source ?? source },
            }),
          ]
        : []),
    ];
  },
} satisfies Detector<'watch'>;
