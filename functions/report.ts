import { makeDueReports, makeReportByHand } from '../shared/pipeline/report/due.ts';
import { duePorts } from './due-ports.ts';
import { onPush } from './on-push.ts';
import { reportAsked } from './report-asked.ts';

/** Makes the reports that are due, as Scheduler says; or the one that somebody asks for by name. */
onPush('report', async (request, ports) => {
  const name = reportAsked(request);
  if (name === undefined) await makeDueReports(duePorts(ports));
  else await makeReportByHand(name, duePorts(ports));
});
