/** One page of the console of each kind, drawn from the report that the other tests look at. */
import { DAY, HOUR, MINUTE } from '../../shared/model/time.ts';
import type { FindingStory } from '../../shared/report/html/finding-page.ts';
import { findingPage } from '../../shared/report/html/finding-page.ts';
import { identityPage, namesakesPage } from '../../shared/report/html/identity-page.ts';
import { Ways } from '../../shared/report/html/links.ts';
import { lostPage } from '../../shared/report/html/lost-page.ts';
import { ownerPage } from '../../shared/report/html/owner-page.ts';
import { Clock } from '../../shared/report/html/words.ts';
import { reportHtml } from '../../shared/report/html.ts';
import { AS_OF, aReport, FINDINGS } from './whole-report.ts';

/** A finding that somebody took, let go and took again, with another of the same change. */
export const STORY: FindingStory = {
  finding: { ...FINDINGS[0]!, state: 'acknowledged', assignee: 'ana@acme.example', confirming: true },
  owner: 'team-checkout',
  steps: (
    [
      ['open', 'acknowledged', 'ana@acme.example took it', HOUR],
      ['snoozed', 'open', 'the snooze ended', DAY],
      ['open', 'snoozed', 'ben@acme.example: snoozed for a day', 2n * DAY - 10n * MINUTE],
      ['none', 'open', 'judged anew', 2n * DAY],
    ] as const
  ).map(([from, to, why, ago], at) => ({
    at: AS_OF - ago,
    episode: 1,
    from,
    to,
    why,
    hash: `${at}8f3c2a9b7d6e5f40`,
  })),
  decisions: [
    {
      id: 'd1',
      at: AS_OF - HOUR,
      by: 'ana@acme.example',
      kind: 'acknowledge',
      reason: '',
      ticket: undefined,
      until: undefined,
      findings: [FINDINGS[0]!.id],
    },
    {
      id: 'd0',
      at: AS_OF - 2n * DAY + 10n * MINUTE,
      by: 'ben@acme.example',
      kind: 'snooze',
      reason: 'the release first',
      ticket: 'CHK-7',
      until: AS_OF - DAY,
      findings: [FINDINGS[0]!.id],
    },
  ],
  sameChange: FINDINGS.slice(1, 2),
};

export type Kind = 'report' | 'finding' | 'identity' | 'namesakes' | 'owner' | 'lost';

/** `spoil` changes whatever the pages are drawn from. */
export function consolePages(spoil: <T>(value: T) => T = (value) => value): Readonly<Record<Kind, string>> {
  const report = spoil(aReport());
  const story = spoil(STORY);
  const { tenant } = report.header;
  const place = { tenant, asOf: AS_OF, clock: new Clock('Europe/Berlin'), ways: Ways.inConsole(1) };
  const line = report.identities[2]!;
  return {
    report: reportHtml(report, Ways.inConsole(0)),
    finding: findingPage(story, place),
    identity: identityPage(line, report, place),
    namesakes: namesakesPage(report.findings[2]!.identity, report.identities.slice(0, 3), report, place),
    owner: ownerPage(report.owners.find(({ owner }) => owner === line.owner)!.owner, report, place) ?? '',
    lost: lostPage(
      spoil({
        asked: 'owner team-payment',
        why: 'Nobody of this name answers for anything.',
        words: 'team-payment',
        owners: ['team-payments'],
        identities: report.identities.slice(0, 2),
      }),
      place,
    ),
  };
}
