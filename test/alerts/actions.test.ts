import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  ACTIONS,
  CRITICAL_SNOOZE_MOST,
  parsePressedValue,
  parseRequestValue,
  parseSnoozeValue,
  pressedValue,
  requestValue,
  SNOOZES,
  snoozesFor,
  snoozeValue,
} from '../../shared/alerts/actions.ts';
import { Incidents, incidentFor } from '../../shared/findings/incident.ts';
import { DAY, HOUR } from '../../shared/model/time.ts';
import { finding, INCIDENT } from './examples.ts';

const ABOUT = { incident: INCIDENT, episode: 12 };
const PRESSED = `${INCIDENT}|12`;

describe('what a button carries', () => {
  it('is read as it was written', () => {
    expect(pressedValue(INCIDENT, 12)).toBe(PRESSED);
    expect(parsePressedValue(PRESSED)).toEqual(ABOUT);
    expect(parseSnoozeValue(snoozeValue(PRESSED, '8h'))).toEqual({ about: ABOUT, length: 8n * HOUR });
    expect(parseRequestValue(requestValue(PRESSED, 'a1b2'))).toEqual({ about: ABOUT, request: 'a1b2' });
  });

  it('takes the ids that incidents really have', () => {
    const { id } = incidentFor(finding({ incident: '' }), 'acme', new Incidents());
    expect(parsePressedValue(pressedValue(id, 1))).toEqual({ incident: id, episode: 1 });
  });

  it.each([
    '',
    '|',
    INCIDENT,
    `${INCIDENT}|`,
    `${INCIDENT}|0`,
    `${INCIDENT}|-1`,
    `${INCIDENT}|1.5`,
    `${INCIDENT}|1e3`,
    `${INCIDENT}|01`,
    `${INCIDENT}|1 `,
    `${INCIDENT}|1|`,
    `${INCIDENT}|99999999999`,
    `${INCIDENT.toUpperCase()}|1`,
    `${INCIDENT}0|1`,
    'incident-1|1',
    `x${INCIDENT}|1`,
    `${INCIDENT}|1\n`,
  ])('%j is none of ours', (text) => {
    expect(parsePressedValue(text)).toBeUndefined();
    expect(parseSnoozeValue(`${text}|1h`)).toBeUndefined();
    expect(parseRequestValue(`${text}|a1b2`)).toBeUndefined();
  });

  it('has nothing to say for a time that no menu offers, or a request that is no id', () => {
    for (const length of ['', '2h', '1H', 'toString', '__proto__', '1h '])
      expect(parseSnoozeValue(`${PRESSED}|${length}`)).toBeUndefined();
    for (const request of ['', 'a b', '<!channel>', 'x'.repeat(101), '-x'])
      expect(parseRequestValue(`${PRESSED}|${request}`)).toBeUndefined();
  });

  it('never throws, whatever is sent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(parsePressedValue(text)).toBeUndefined();
        expect(parseSnoozeValue(text)).toBeUndefined();
        expect(parseRequestValue(text)).toBeUndefined();
      }),
    );
  });

  it('fits where Slack puts it: 75 characters in a menu', () => {
    expect(snoozeValue(pressedValue(INCIDENT, 999_999_999), '24h').length).toBeLessThanOrEqual(75);
  });
});

it('puts nothing critical off for longer than a day', () => {
  for (const snooze of snoozesFor(true))
    expect(SNOOZES[snooze].length).toBeLessThanOrEqual(CRITICAL_SNOOZE_MOST);
  expect(snoozesFor(false).map((snooze) => SNOOZES[snooze].length)).toEqual([HOUR, DAY, 7n * DAY]);
});

it('has an id of its own for each button', () => {
  const ids = Object.values(ACTIONS);
  expect(new Set(ids).size).toBe(ids.length);
});
