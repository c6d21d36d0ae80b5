/** Grants of Privileged Access Manager, as its API has them. */
import { describe, expect, it } from '@jest/globals';
import { HOUR } from '../../shared/model/time.ts';
import { auditEntry, news, why } from './payloads.ts';

const SERVICE = 'privilegedaccessmanager.googleapis.com';
const ENTITLEMENT = 'projects/acme-prod/locations/global/entitlements/break-glass';
const GRANT = `${ENTITLEMENT}/grants/7d1f`;

const entry = (method: string, more: object = {}) =>
  auditEntry({
    serviceName: SERVICE,
    methodName: `google.cloud.privilegedaccessmanager.v1.PrivilegedAccessManager.${method}`,
    resourceName: GRANT,
    authenticationInfo: { principalEmail: 'jane@acme.example' },
    ...more,
  });
const asked = {
  resourceName: ENTITLEMENT,
  request: {
    grant: { requestedDuration: '3600s', justification: { unstructuredJustification: 'INC-7: ledger down' } },
  },
};

describe('a grant of Privileged Access Manager', () => {
  it('that was asked for: by whom, why, for how long', () => {
    expect(
      news(entry('CreateGrant', { ...asked, response: { name: GRANT, state: 'APPROVAL_AWAITED' } })).acts,
    ).toMatchObject([
      {
        kind: 'request-privilege',
        asset: `//${SERVICE}/${GRANT}`,
        actor: { principal: 'jane@acme.example', reason: 'INC-7: ledger down' },
        privilege: { lasts: HOUR, awaitsApproval: true },
      },
    ]);
  });

  it.each([
    ['ACTIVATING', false],
    ['SCHEDULED', false],
    ['APPROVAL_AWAITED', true],
    ['SOMETHING_NEW', true],
    [undefined, true],
  ])('whose state is %s', (state, awaitsApproval) => {
    const response = { name: GRANT, ...(state === undefined ? {} : { state }) };
    expect(news(entry('CreateGrant', { ...asked, response })).acts[0]?.privilege).toEqual({
      lasts: HOUR,
      awaitsApproval,
    });
  });

  it.each([
    ['ApproveGrant', 'approve-privilege'],
    ['DenyGrant', 'end-privilege'],
    ['RevokeGrant', 'end-privilege'],
    ['WithdrawGrant', 'end-privilege'],
  ])('%s', (method, kind) => {
    expect(news(entry(method, { request: { name: GRANT, reason: 'seen' } })).acts).toMatchObject([
      { kind, asset: `//${SERVICE}/${GRANT}`, actor: { reason: 'seen' } },
    ]);
  });

  it('that it does not name, or is only read, or is another service’s', () => {
    expect(why(entry('CreateGrant', { resourceName: ENTITLEMENT }))).toMatch(/^ignored: privilege/);
    expect(why(entry('GetGrant'))).toMatch(/^ignored/);
    expect(why(entry('ApproveGrant', { serviceName: 'other.googleapis.com' }))).toMatch(/^ignored/);
  });
});
