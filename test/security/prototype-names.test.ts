/** Names that every object has something for: they are names like any other, and change no object. */
import { afterEach, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodePush } from '../../shared/decode/decode.ts';
import { asset, auditEntry, CONTEXT, news, policy } from '../decode/payloads.ts';
import { DELTA_ENTRY, EDITOR_ENTRY, EDITOR_FEED, pushed } from '../pipeline/bodies.ts';
import { Stage } from '../pipeline/stage.ts';
import { POLICY_YAML, policyOf, t } from '../world.ts';

const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];

let stage: Stage | undefined;
afterEach(() => stage?.close());

function polluted(): unknown {
  return [
    Reflect.get({}, 'polluted'),
    Reflect.ownKeys(Object.prototype).length,
    Reflect.ownKeys(Array.prototype).length,
  ];
}
const BEFORE = polluted();

/** A value in which one object has a key more, that is its own as JSON.parse makes it. */
function withKey(value: unknown, where: number, key: string): unknown {
  const places: object[] = [];
  const copy: unknown = JSON.parse(JSON.stringify(value), (_key, field: unknown) => {
    if (typeof field === 'object' && field !== null && !Array.isArray(field)) places.push(field);
    return field;
  });
  const place = places[where % places.length]!;
  Object.defineProperty(place, key, { value: { polluted: true }, enumerable: true });
  return copy;
}

it('as keys anywhere in a message', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(EDITOR_ENTRY, EDITOR_FEED, DELTA_ENTRY),
      fc.nat(100),
      fc.constantFrom(...NAMES),
      (message, where, key) => {
        decodePush(pushed(JSON.stringify(withKey(message, where, key))), CONTEXT);
        expect(polluted()).toEqual(BEFORE);
      },
    ),
  );
});

it.each(NAMES)('as a service: %s', (name) => {
  const entry = auditEntry({
    serviceName: name,
    methodName: 'SetIamPolicy',
    resourceName: 'projects/p/things/t',
    response: policy('a'),
  });
  expect(news(entry).observations[0]).toMatchObject({ asset: `//${name}/projects/p/things/t` });
});

it('as a namespace, counted in a roll-up', async () => {
  const here = await Stage.open();
  stage = here;
  here.now = t(60);
  here.policy = policyOf(
    POLICY_YAML.replace(
      'routing: {fallbackChannel: C0PLATSEC}',
      'routing: {fallbackChannel: C0PLATSEC, burst: {perChannel: 1, per: 10m}, groupBy: [namespace]}',
    ),
  );
  for (const [index, namespace] of [
    'constructor',
    'constructor',
    'payments',
    'prototype',
    'sandbox',
  ].entries()) {
    const message = {
      asset: asset('storage.googleapis.com/Bucket', `//storage.googleapis.com/bucket-${index}`, {
        ancestors: ['projects/111122223333', 'organizations/123456789012'],
        updateTime: '2026-11-21T09:00:10Z',
        iamPolicy: policy(`e${index}`, [
          'roles/editor',
          `serviceAccount:acme-prod.svc.id.goog[${namespace}/app]`,
        ]),
      }),
      window: { startTime: '2026-11-21T09:00:10Z' },
    };
    await here.receive(pushed(message, `${index}`));
  }
  for (let minute = 0; minute < 5; minute++) {
    await here.deliver();
    here.advance(60);
  }
  const [rollup] = await here.all('rollups');
  expect(Object.keys(rollup?.byGroup ?? {})).toContain('constructor');
  for (const count of Object.values(rollup?.byGroup ?? {})) expect(typeof count).toBe('number');
  expect(JSON.stringify(here.messages())).not.toContain('native code');
});
