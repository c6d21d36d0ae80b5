/** What a message told only in part is read from the cloud, which confirms the repairs that hang on it. */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { formatTime, HOUR, MINUTE, type Nanos } from '../../../shared/model/time.ts';
import { work } from '../../../shared/pipeline/work.ts';
import { OutsideUnavailable } from '../../../shared/ports.ts';
import type { ServedAsset } from '../../asset-server.ts';
import { auditEntry, delta } from '../../decode/payloads.ts';
import { pushed } from '../bodies.ts';
import { ACME, Sweeping, withBinding } from './sweeping.ts';

const ROLE = 'roles/storage.admin';
const CHECKOUT = 'serviceAccount:checkout@acme-prod.iam.gserviceaccount.com';
const GRANT = { role: ROLE, members: [CHECKOUT] };

/** Where a grant was taken away: as entries name it, as Asset Inventory does. */
interface Place {
  readonly service: string;
  readonly entry: string;
  readonly asset: string;
}
const LEDGER = ACME.find(({ resource }) =>
  JSON.stringify(resource ?? '').includes('"email":"ledger-writer@acme-prod.iam.gserviceaccount.com"'),
)!;
const BUCKET: Place = {
  service: 'storage.googleapis.com',
  entry: 'projects/_/buckets/acme-ledger',
  asset: '//storage.googleapis.com/acme-ledger',
};
const PROJECT: Place = {
  service: 'cloudresourcemanager.googleapis.com',
  entry: 'projects/acme-prod',
  asset: '//cloudresourcemanager.googleapis.com/projects/111122223333',
};
/** Holding the role on it is judged, because the policy declares it for a workload. */
const ACCOUNT: Place = {
  service: 'iam.googleapis.com',
  entry: `projects/-/serviceAccounts/${LEDGER.name.split('/').at(-1)}`,
  asset: LEDGER.name,
};
const METHODS: Readonly<Record<string, string>> = {
  'storage.googleapis.com': 'storage.setIamPermissions',
  'cloudresourcemanager.googleapis.com': 'SetIamPolicy',
  'iam.googleapis.com': 'google.iam.admin.v1.SetIAMPolicy',
};

jest.setTimeout(30_000);

let on: Sweeping;
beforeEach(async () => {
  on = await Sweeping.open();
});
afterEach(() => on.close());

/** The grant stands, and a sweep has found it. */
async function found({ asset }: Place): Promise<void> {
  on.serve(withBinding(ACME, asset, GRANT, on.now - HOUR));
  await on.sweep();
  expect(await states()).toEqual(['open']);
  on.now += HOUR;
}

function headOf({ service, entry }: Pick<Place, 'service' | 'entry'>) {
  return { serviceName: service, methodName: METHODS[service], resourceName: entry };
}

/** An entry that tells the change and not the policy. */
function takenAway({ service, entry }: Place, time: Nanos, action = 'REMOVE') {
  const protoPayload = {
    ...headOf({ service, entry }),
    serviceData: delta([action, ROLE, CHECKOUT]),
  };
  return pushed(auditEntry(protoPayload, { insertId: `${action}-${time}`, timestamp: formatTime(time) }));
}

/** An entry that tells the whole policy as it is then. */
function replaced({ service, entry, asset }: Place, time: Nanos) {
  const { bindings } = ACME.find((one) => one.name === asset && one.iamPolicy !== undefined)!.iamPolicy!;
  const response = {
    '@type': 'type.googleapis.com/google.iam.v1.Policy',
    etag: `e${time - MINUTE}`,
    bindings,
  };
  const protoPayload = { ...headOf({ service, entry }), response };
  return pushed(auditEntry(protoPayload, { insertId: `replaced-${time}`, timestamp: formatTime(time) }));
}

/** The organisation without the grant: its policy is a new one. */
function without({ asset }: Place, time: Nanos): readonly ServedAsset[] {
  return ACME.map((one) =>
    one.name === asset && one.iamPolicy !== undefined
      ? { ...one, iamPolicy: { ...one.iamPolicy, etag: `e${time}` }, updateTime: formatTime(time) }
      : one,
  );
}

/** How the findings about the grant stand. */
async function states(): Promise<readonly string[]> {
  const own = (await on.findings()).filter(
    ({ role, detector }) => role === ROLE && detector !== 'out-of-band-change',
  );
  return own.map(({ state, confirming }) => (confirming ? `${state} (confirming)` : state));
}

/** A verify job that came again and again since then. */
function verify(asset: string, askedAt: Nanos): Promise<void> {
  return work({ kind: 'verify', asset, why: '' }, askedAt, on.ports);
}

describe('a grant that was taken away', () => {
  it.each([
    ['from a bucket', BUCKET],
    ['from a project, which entries name by its id and Asset Inventory by its number', PROJECT],
    ['from an account, which entries name in no project', ACCOUNT],
  ])('%s: a delta closes nothing, the reading that it asks for does', async (_what, place) => {
    await found(place);
    await on.receive(takenAway(place, on.now));
    expect(await states()).toEqual(['open']);
    on.now += MINUTE;
    on.serve(without(place, on.now - MINUTE));
    await on.drain();
    expect(await states()).toEqual(['resolved']);
    expect(on.warnings).toEqual([]);
  });

  it.each([
    ['from a bucket', BUCKET],
    ['from a project', PROJECT],
    ['from an account', ACCOUNT],
  ])(
    '%s: a whole policy closes it until further notice, and the reading confirms that',
    async (_what, place) => {
      await found(place);
      await on.receive(replaced(place, on.now));
      expect(await states()).toEqual(['resolved (confirming)']);
      on.now += MINUTE;
      on.serve(without(place, on.now - MINUTE));
      await verify(place.asset, on.now);
      expect(await states()).toEqual(['resolved']);
    },
  );

  it('and is there all the same: the reading opens it again', async () => {
    await found(PROJECT);
    await on.receive(replaced(PROJECT, on.now));
    on.now += MINUTE;
    on.serve(withBinding(ACME, PROJECT.asset, GRANT, on.now));
    await verify(PROJECT.asset, on.now);
    expect(await states()).toEqual(['open']);
  });
});

describe('Asset Inventory behind the news', () => {
  it('confirms nothing: the job comes again, and is given up after an hour', async () => {
    await found(BUCKET);
    await on.receive(replaced(BUCKET, on.now));
    const askedAt = on.now;
    for (const minutes of [0n, 1n, 59n]) {
      on.now = askedAt + minutes * MINUTE;
      await expect(verify(BUCKET.asset, askedAt)).rejects.toThrow(OutsideUnavailable);
      expect(await states()).toEqual(['resolved (confirming)']);
    }
    expect(on.warnings).toEqual([]);
    on.now = askedAt + HOUR;
    await verify(BUCKET.asset, askedAt);
    expect(await states()).toEqual(['resolved (confirming)']);
    expect(on.warnings).toEqual([
      {
        message: 'Asset Inventory has not heard of a change: the next sweep settles it',
        fields: { asset: BUCKET.asset },
      },
    ]);
  });

  it('catches up: the same job confirms', async () => {
    await found(BUCKET);
    const changed = on.now;
    await on.receive(takenAway(BUCKET, changed));
    expect(await states()).toEqual(['open']);
    let waits = 0;
    const { assets } = on.ports;
    on.besides = {
      assets: {
        ...assets,
        latest: (...asked) => {
          if (++waits === 5) on.serve(without(BUCKET, changed));
          return assets.latest(...asked);
        },
      },
    };
    await on.drain();
    expect(waits).toBeGreaterThan(5);
    expect(await states()).toEqual(['resolved']);
  });

  it('confirms nothing in a sweep either, though it shows the bucket itself as it is', async () => {
    await found(BUCKET);
    await on.receive(replaced(BUCKET, on.now));
    const changed = on.now;
    on.now += HOUR;
    await on.sweep();
    expect(await states()).toEqual(['resolved (confirming)']);
    on.now += HOUR;
    on.serve(without(BUCKET, changed));
    await on.sweep();
    expect(await states()).toEqual(['resolved']);
  });

  it('may not be asked, or not now', async () => {
    await found(BUCKET);
    await on.receive(takenAway(BUCKET, on.now));
    on.server.fail('BatchGetAssetsHistory', { code: 'RESOURCE_EXHAUSTED' });
    await expect(verify(BUCKET.asset, on.now)).rejects.toThrow(OutsideUnavailable);
    on.server.fail('BatchGetAssetsHistory', { code: 'PERMISSION_DENIED', times: 2 });
    await verify(BUCKET.asset, on.now);
    expect(await states()).toEqual(['open']);
    expect(on.warnings).toEqual([
      {
        message: 'an asset cannot be read: the next sweep settles it',
        fields: { asset: BUCKET.asset, whys: [expect.any(String), expect.any(String)] },
      },
    ]);
  });
});

describe('a policy that lost its last binding', () => {
  const bare = () => ACME.filter(({ name, iamPolicy }) => name !== BUCKET.asset || iamPolicy === undefined);

  it('is an empty one where its history calls it deleted: the bucket stands', async () => {
    await found(BUCKET);
    await on.receive(takenAway(BUCKET, on.now));
    on.now += MINUTE;
    on.serve(bare());
    await on.drain();
    expect(await states()).toEqual(['resolved']);
    const kept = await on.store.transaction((tx) => tx.get('registers', `policy|${BUCKET.asset}`));
    if (kept?.content !== 'policy') throw new Error('no register of the policy');
    expect(kept.goneAt).toBeUndefined();
    expect(kept.versions[0]?.grants).toEqual([]);
    // What the policy declares there is missing now, which it would not be of a bucket that is gone.
    expect((await on.told('declared-grant-missing')).length).toBeGreaterThan(0);
  });

  it('is gone with its bucket', async () => {
    await found(BUCKET);
    await on.receive(takenAway(BUCKET, on.now));
    on.now += MINUTE;
    on.serve(ACME.filter(({ name }) => name !== BUCKET.asset));
    await on.drain();
    expect(await states()).toEqual(['resolved']);
    const kept = await on.store.transaction((tx) => tx.get('registers', `policy|${BUCKET.asset}`));
    expect(kept).toMatchObject({ goneAt: on.now });
  });
});
