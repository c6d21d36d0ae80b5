import { command, flag } from '../../detectors/commands.ts';
import type { Database } from '../../model/deployment.ts';
import { type Check, type Diagnosis, type Mend, ok, unknown, wrong } from '../check.ts';

export const database: Check = {
  id: 'database',
  title: 'Database',
  reads: 'The Firestore database: its mode, and the indexes and the time to live that the store needs.',
  async run({ deployment, cloud }) {
    const { project, database: id } = deployment.store;
    const found = await cloud.database(project, id);
    const where = [flag('database', id), flag('project', project)];
    if (found.kind === 'unknown') return [unknown(id, found)];
    if (found.kind === 'absent')
      return [
        wrong(
          id,
          'there is none',
          'a database in Native mode',
          ...command(
            'gcloud',
            'firestore',
            'databases',
            'create',
            flag('location', deployment.region),
            ...where,
          ),
        ),
      ];
    const { type, indexes, timeToLive } = found.value;
    const mode =
      type === 'FIRESTORE_NATIVE'
        ? ok(id, 'in Native mode')
        : wrong(id, `it is ${type}`, 'FIRESTORE_NATIVE', {
            kind: 'by-hand',
            text: 'name another database: the mode of one that holds something cannot be changed',
          });
    return [
      mode,
      ...indexes.map((index) =>
        standing(`index of ${index.collection}`, index.state, 'READY', [
          ...command(
            'gcloud',
            'firestore',
            'indexes',
            'composite',
            'create',
            flag('collection-group', index.collection),
            ...index.fields.map((field) => flag('field-config', `field-path=${field},order=ascending`)),
            ...where,
          ),
        ]),
      ),
      ...timeToLive.map((one) =>
        standing(`time to live of ${one.collection}`, one.state, 'ACTIVE', expiry(one, where)),
      ),
    ];
  },
};

function expiry(
  { collection, field }: Database['timeToLive'][number],
  where: readonly ReturnType<typeof flag>[],
): readonly Mend[] {
  return command(
    'gcloud',
    'firestore',
    'fields',
    'ttls',
    'update',
    field,
    flag('collection-group', collection),
    flag('enable-ttl'),
    ...where,
  );
}

function standing(about: string, state: string, wanted: string, mend: readonly Mend[]): Diagnosis {
  if (state === wanted) return ok(about, state);
  if (state === 'CREATING') return unknown(about, { why: 'it is still being made' });
  return wrong(about, state === 'absent' ? 'there is none' : state, wanted, ...mend);
}
