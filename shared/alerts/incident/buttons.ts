import type { Finding } from '../../model/finding.ts';
import type { Block, Incident } from '../../ports.ts';
import { ACTIONS, parsePressedValue, pressedValue, SNOOZES, snoozesFor, snoozeValue } from '../actions.ts';
import { button, buttonRow, linkButton, menu } from '../interactive.ts';
import { isLive, standing } from '../standing.ts';

/** What can be done about an incident as it stands. Once nothing is open there is only the question why, and the console. */
export function buttonsBlock(
  incident: Incident,
  lead: Finding,
  findings: readonly Finding[],
  consoleUrl: string | undefined,
): Block | undefined {
  const about = pressedValue(incident.id, lead.episode);
  const open = consoleUrl === undefined ? undefined : linkButton(ACTIONS.console, 'Console', consoleUrl);
  // A press that nobody could read back is not offered.
  if (parsePressedValue(about) === undefined) return buttonRow(open);
  const state = standing(findings);
  const decide =
    state === 'open' || state === 'acknowledged'
      ? [
          state === 'open'
            ? button(ACTIONS.acknowledge, 'Acknowledge', about, { style: 'primary' })
            : undefined,
          button(ACTIONS.except, 'Approve as exception…', about),
          button(ACTIONS.falsePositive, 'False positive…', about),
        ]
      : [];
  return buttonRow(
    ...decide,
    button(ACTIONS.explain, 'Explain', about),
    open,
    decide.length === 0 ? undefined : snoozeMenu(about, findings),
  );
}

/** What is critical may be put off for a day at most. */
function snoozeMenu(about: string, findings: readonly Finding[]) {
  const isCritical = findings.some((finding) => isLive(finding) && finding.severity === 'critical');
  return menu(
    ACTIONS.snooze,
    snoozesFor(isCritical).map((snooze) => ({
      text: `Snooze for ${SNOOZES[snooze].text}`,
      value: snoozeValue(about, snooze),
    })),
  );
}
