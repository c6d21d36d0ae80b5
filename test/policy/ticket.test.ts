import { expect, it } from '@jest/globals';
import { namesTicket, ticketIn } from '../../shared/policy/ticket.ts';

it('a ticket is a number or an address within any text', () => {
  expect(ticketIn('for PAY-7: let the api in')).toBe('PAY-7');
  expect(ticketIn('see https://forge.example/infra/pull/12 please')).toBe(
    'https://forge.example/infra/pull/12',
  );
  expect(namesTicket('PAY-7')).toBe(true);
});

it('what only looks like one is none', () => {
  for (const text of ['', 'a reason', 'pay-7', 'X-PAY-7', 'https:// nowhere', 'UTF8']) {
    expect(ticketIn(text)).toBeUndefined();
    expect(namesTicket(text)).toBe(false);
  }
});
