import type { DeployedFunction, Reading, RunService } from '../../model/deployment.ts';
import type { DeclaredPart } from '../../model/watch-part.ts';
import { APPLY, type Check, type Diagnosis, diagnosed, type Examined, ok, unknown, wrong } from '../check.ts';
import { shortName } from '../places.ts';
import { asDeclared, partsOf, wantedOf } from '../settings.ts';

export const subscriptions: Check = {
  id: 'subscriptions',
  title: 'Subscriptions',
  reads:
    'Each subscription: topic, acknowledgement deadline, dead letter, endpoint, account, filter; whether it pushes to a function, with the audience that the function asks for.',
  async run(examined) {
    const parts = partsOf(examined, 'subscription');
    const [settings, pushes] = await Promise.all([
      Promise.all(parts.map((part) => asDeclared(part, examined))),
      Promise.all(
        parts.filter((part) => wantedOf(part, 'push') !== undefined).map((part) => arrives(part, examined)),
      ),
    ]);
    return [...settings, ...pushes];
  },
};

/** The function that an address is of. */
export function functionAt(address: string, { deployment }: Examined): DeployedFunction | undefined {
  const origin = URL.parse(address)?.origin;
  return deployment.functions.find(({ uri }) => origin !== undefined && URL.parse(uri)?.origin === origin);
}

async function arrives(part: DeclaredPart, examined: Examined): Promise<Diagnosis> {
  const about = `pushes of ${shortName(part.resource)}`;
  const endpoint = wantedOf(part, 'push') ?? '';
  const to = functionAt(endpoint, examined);
  if (to === undefined)
    return wrong(about, `they go to ${endpoint}`, 'they go to one of the functions', APPLY);
  const audience = await examined.cloud.audience(shortName(part.resource));
  // That there is no such subscription has been said.
  if (audience.kind === 'absent') return unknown(about, { why: 'there is no such subscription' });
  const service = await examined.cloud.service(to.service);
  return diagnosed(about, audience, (found = endpoint) => believed(about, found, to, service));
}

function believed(
  about: string,
  audience: string,
  to: DeployedFunction,
  service: Reading<RunService>,
): Diagnosis {
  const wanted = service.kind === 'found' ? wantedAudience(service.value) : undefined;
  if (wanted === undefined)
    return service.kind === 'unknown'
      ? unknown(about, service)
      : unknown(about, { why: `${to.name} does not say which audience it asks for` });
  return audience === wanted
    ? ok(about, `arrive at ${to.name}`)
    : wrong(about, `made out to ${audience}`, `made out to ${wanted}: ${to.name} takes no other`, APPLY);
}

function wantedAudience({ environment }: RunService): string | undefined {
  return environment.get('ANCHORWATCH_PUSH_AUDIENCE');
}
