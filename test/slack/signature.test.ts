/** Slack's signature, of the bytes that came and no others. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SECOND } from '../../shared/model/time.ts';
import { type SignedRequest, verifySlackSignature } from '../../shared/slack/signature.ts';
import { signed } from '../slack-payloads.ts';

const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const PREVIOUS = '0123456789abcdef0123456789abcdef';
const SENT = 1_763_715_700n;
const BODY = 'payload=%7B%22type%22%3A%22block_actions%22%7D';

function request(body = BODY, more: Partial<SignedRequest> = {}, secret = SECRET): SignedRequest {
  const headers = signed(secret, SENT, body);
  return {
    rawBody: Buffer.from(body),
    signature: headers['x-slack-signature'],
    timestamp: headers['x-slack-request-timestamp'],
    secrets: [SECRET, PREVIOUS],
    now: SENT * SECOND,
    ...more,
  };
}

describe('a request of Slack', () => {
  // The example that docs.slack.dev/authentication/verifying-requests-from-slack works out.
  it('is genuine: the one of the documentation', () => {
    const rawBody = Buffer.from(
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
    );
    const check = verifySlackSignature({
      rawBody,
      signature: 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
      timestamp: '1531420618',
      secrets: [SECRET],
      now: 1_531_420_618n * SECOND,
    });
    expect(check).toEqual({ kind: 'genuine', by: 'current' });
  });

  it('says so when it is signed with the secret that is on its way out', () => {
    expect(verifySlackSignature(request(BODY, {}, PREVIOUS))).toEqual({ kind: 'genuine', by: 'previous' });
  });

  it.each([-300n, -1n, 0n, 1n, 300n])('is genuine %p seconds after it was signed', (seconds) => {
    const check = verifySlackSignature(request(BODY, { now: (SENT + seconds) * SECOND }));
    expect(check.kind).toBe('genuine');
  });
});

describe('refused, with the reason for the log', () => {
  it.each<[string, SignedRequest, string]>([
    ['old', request(BODY, { now: (SENT + 301n) * SECOND }), 'signed 301 s ago'],
    ['from the future', request(BODY, { now: (SENT - 301n) * SECOND }), 'signed 301 s in the future'],
    ['no signature', request(BODY, { signature: undefined }), 'no signature'],
    ['an empty one', request(BODY, { signature: '' }), 'the signature is not of the form v0=HEX'],
    [
      'another version',
      request(BODY, { signature: `v1=${'0'.repeat(64)}` }),
      'the signature is not of the form v0=HEX',
    ],
    ['two in one', request(BODY, { signature: `v0=${'0'.repeat(64)}, v0=${'0'.repeat(64)}` }), 'v0=HEX'],
    ['no timestamp', request(BODY, { timestamp: undefined }), 'no timestamp'],
    ['a timestamp that is no number', request(BODY, { timestamp: '0x69' }), 'not a number of seconds'],
    ['a timestamp below nothing', request(BODY, { timestamp: `-${SENT}` }), 'not a number of seconds'],
    ['a timestamp that was moved', request(BODY, { timestamp: `${SENT + 1n}` }), 'fits none of 2 secrets'],
    ['another secret', request(BODY, { secrets: ['other'] }), 'fits none of 1 secrets'],
    ['no secret at all', request(BODY, { secrets: [] }), 'fits none of 0 secrets'],
    [
      'the same form, encoded another way',
      request(BODY, { rawBody: Buffer.from(BODY.replaceAll('%3A', ':')) }),
      'fits none of 2 secrets',
    ],
  ])('%s', (_what, given, why) => {
    const check = verifySlackSignature(given);
    expect(check).toEqual({ kind: 'refused', why: expect.stringContaining(why) });
    expect(JSON.stringify(check)).not.toMatch(/8f742231|block_actions/);
  });

  it('a body with any one byte changed', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (bytes, at, by) => {
          const body = Buffer.from(bytes).toString('latin1');
          const genuine = request(body, { rawBody: Buffer.from(body) });
          expect(verifySlackSignature(genuine).kind).toBe('genuine');
          const rawBody = Buffer.from(genuine.rawBody);
          rawBody[at % rawBody.length] = rawBody[at % rawBody.length]! ^ by;
          expect(verifySlackSignature({ ...genuine, rawBody }).kind).toBe('refused');
        },
      ),
    );
  });
});
