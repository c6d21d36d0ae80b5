import type { HeartbeatPorts } from '../shared/pipeline/heartbeat.ts';
import type { ReceivePorts } from '../shared/pipeline/receive.ts';

/** What only the function has that looks at the watch itself. */
export type Own = Omit<HeartbeatPorts, keyof ReceivePorts>;

/** The ports of `heartbeat`. Throws where it was not given what it reads through. */
export function heartbeatPorts(ports: ReceivePorts & { readonly own?: Own | undefined }): HeartbeatPorts {
  if (ports.own === undefined) throw new Error('this process has nothing to look at the watch itself with');
  return { ...ports, ...ports.own };
}
