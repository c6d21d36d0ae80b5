import { command, flag } from '../detectors/commands.ts';
import type { Examined, Mend } from './check.ts';
import { located } from './places.ts';

/** What a function wrote that somebody should read. */
export function logsOf(name: string, { deployment }: Examined): readonly Mend[] {
  const service = deployment.functions.find((one) => one.name === name)?.service ?? '';
  const filter = `resource.type="cloud_run_revision" AND resource.labels.service_name="${located(service).id}" AND severity>=WARNING`;
  return command(
    'gcloud',
    'logging',
    'read',
    filter,
    flag('limit', '20'),
    flag('project', deployment.project),
  );
}
