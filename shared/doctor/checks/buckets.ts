import { command, flag } from '../../detectors/commands.ts';
import { type Check, type Diagnosis, diagnosed, type Examined, ok, wrong } from '../check.ts';
import { policyBucketOf } from '../places.ts';

export const buckets: Check = {
  id: 'buckets',
  title: 'Buckets',
  reads:
    'The buckets of reports: that they are kept from being made public, and what is in them from being deleted. The bucket of the policy: that it keeps versions.',
  async run(examined) {
    const ofPolicy = policyBucketOf(examined.deployment);
    return Promise.all([
      ...examined.deployment.reportBuckets.map((name) => judged(name, 'reports', examined)),
      ...(ofPolicy === undefined ? [] : [judged(ofPolicy, 'policy', examined)]),
    ]);
  },
};

async function judged(name: string, holds: 'reports' | 'policy', { cloud }: Examined): Promise<Diagnosis> {
  const about = `gs://${name}`;
  const update = (...how: readonly ReturnType<typeof flag>[]) =>
    command('gcloud', 'storage', 'buckets', 'update', about, ...how);
  return diagnosed(about, await cloud.bucket(name), (bucket) => {
    if (bucket.publicAccessPrevention !== 'enforced')
      return wrong(
        about,
        `public access prevention is ${bucket.publicAccessPrevention}`,
        'enforced',
        ...update(flag('public-access-prevention')),
      );
    if (holds === 'reports' && bucket.retentionSeconds === 0)
      return wrong(about, 'reports can be deleted', 'a retention', ...update(flag('retention-period', '1y')));
    if (holds === 'policy' && !bucket.hasVersions)
      return wrong(about, 'it keeps no versions', 'versions', ...update(flag('versioning')));
    return ok(about, holds === 'reports' ? 'kept, not public' : 'versions kept, not public');
  });
}
