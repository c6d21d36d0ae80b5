import { command, flag } from '../../detectors/commands.ts';
import { type Check, ok, unknown, wrong } from '../check.ts';

export const apis: Check = {
  id: 'apis',
  title: 'APIs',
  reads: 'The APIs that are on in the project.',
  async run({ deployment, cloud }) {
    const { project } = deployment;
    const on = await cloud.apis(project);
    if (on.kind !== 'found')
      return [unknown(project, on.kind === 'unknown' ? on : { why: 'there is no such project' })];
    return deployment.apis.map((api) =>
      on.value.has(api)
        ? ok(api, 'on')
        : wrong(api, 'off', 'on', ...command('gcloud', 'services', 'enable', api, flag('project', project))),
    );
  },
};
