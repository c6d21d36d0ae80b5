/** Incidents as the store has them once something was judged, for tests of what is told of many. */
import type { Finding } from '../../shared/model/finding.ts';
import { keepNews } from '../../shared/pipeline/route.ts';
import type { Incident } from '../../shared/ports.ts';
import { finding } from '../findings/a-finding.ts';
import { POOL, t } from '../world.ts';
import type { Stage } from './stage.ts';

/** That many incidents with news, one finding each; the first ones critical. */
export async function plant(stage: Stage, count: number, criticals: number, from = 0): Promise<void> {
  for (let start = from; start < count; start += 1_000) {
    await stage.memory.transaction(async (tx) => {
      for (let index = start; index < Math.min(count, start + 1_000); index++) {
        const id = index.toString(16).padStart(32, '0');
        const one = finding({
          id,
          incident: id,
          // No subject is judged here: what stands in the store is what is told.
          subject: `ksa:${POOL}[ns/${index}]`,
          title: `ns/${index} may act as somebody`,
          class: 'attack',
          severity: index < criticals ? 'critical' : 'high',
          firstSeen: stage.now,
        });
        const incident: Incident = {
          id,
          causes: [`at:${index}`],
          findings: [id],
          openedAt: t(0),
          revision: 1,
          sent: [],
          events: [],
          forgotten: 0,
        };
        tx.put('incidents', id, incident, { keys: incident.causes });
        tx.put(
          'findings',
          id,
          { subjectKey: one.subject, finding: one, head: '' },
          { keys: [`incident:${id}`] },
        );
        keepNews(tx, id, stage.now);
      }
    });
  }
}

/** As a change of hand would: the finding is repaired. */
export async function repair(stage: Stage, index: number): Promise<void> {
  const id = index.toString(16).padStart(32, '0');
  await stage.memory.transaction(async (tx) => {
    const row = (await tx.get('findings', id))!;
    const incident = (await tx.get('incidents', id))!;
    const resolved: Finding = {
      ...row.finding,
      state: 'resolved',
      resolution: 'repaired',
      resolvedAt: stage.now,
      confirming: false,
    };
    tx.put('findings', id, { ...row, finding: resolved }, { keys: [`incident:${id}`] });
    tx.put('incidents', id, { ...incident, revision: incident.revision + 1 }, { keys: incident.causes });
    keepNews(tx, id, stage.now);
  });
}
