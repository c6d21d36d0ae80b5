import { expect, it } from '@jest/globals';
import { blipMessage } from '../../shared/alerts/blip-message.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { MINUTE, SECOND } from '../../shared/model/time.ts';
import { incident, NIGHT, resolved } from './examples.ts';
import { pushed, shown } from './shown.ts';

const lost = resolved({
  class: 'outage',
  severity: 'medium',
  title: 'checkout-api@acme-prod lost roles/cloudsql.client on project:acme-prod, which is declared',
  identity: 'payments/checkout-api',
  role: 'roles/cloudsql.client',
  before: ['roles/cloudsql.client on project:acme-prod'],
  after: [],
  resolvedAt: NIGHT + 42n * SECOND,
});

function told(findings: readonly Finding[]): readonly string[] {
  const message = blipMessage({ incident: incident(), findings, asOf: NIGHT + MINUTE });
  expect(message.blocks.map(({ type }) => type)).toEqual(['rich_text']);
  expect(pushed(message)).toBe(shown(message)[0]);
  return shown(message);
}

it('is one quiet line: who was without what, for how long, and since when it is back', () => {
  expect(told([lost])).toEqual([
    'payments/checkout-api was without roles/cloudsql.client on project:acme-prod for 42 s; back since {2026-03-01 02:14:49 UTC}.',
  ]);
});

it('names who put it back, and counts what else was gone', () => {
  const resolvedBy = 'tf@acme-iac.iam.gserviceaccount.com';
  expect(
    told([
      { ...lost, resolvedBy },
      { ...lost, id: 'b' },
    ]),
  ).toEqual([
    'payments/checkout-api was without roles/cloudsql.client on project:acme-prod for 42 s; back since {2026-03-01 02:14:49 UTC} (by tf@acme-iac.iam.gserviceaccount.com). So was 1 more.',
  ]);
});

it('goes by its title where nothing was lost by role', () => {
  const { role: _, ...unnamed } = lost;
  expect(told([{ ...unnamed, title: 'payments/checkout-api lost its binding' }])).toEqual([
    'payments/checkout-api lost its binding: for 42 s; back since {2026-03-01 02:14:49 UTC}.',
  ]);
});

it('says something even of nothing', () => {
  expect(told([])).toEqual(['Something was missing for a moment, and is back.']);
});
