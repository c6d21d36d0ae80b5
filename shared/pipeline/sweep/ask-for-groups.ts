import { hashOf } from '../../findings/fingerprint.ts';
import type { PolicyRegister } from '../../inventory/register.ts';
import { groupName } from '../../model/asset.ts';
import type { Grant } from '../../model/grant.ts';
import { formatTime } from '../../model/time.ts';
import { type Directory, OutsideUnavailable } from '../../ports.ts';
import { takeIn } from '../receive.ts';
import { allRegisters } from './all-registers.ts';
import type { SweepPorts } from './ports.ts';

/** The members of a larger group do not fit a document, nor does anybody read them: who is in it is not known. */
const MOST_MEMBERS = 2_000;
const MOST_SHOWN = 10;

/**
 * Asks who is in the groups that grants name, once after each sweep, in the order of their addresses. Each call does one group at least; what
 * the time does not suffice for is asked of the queue again, `after` the last group. Of a group that may not be read nothing is told, which is
 * logged. Throws `OutsideUnavailable` when the directory cannot be asked now.
 */
export async function askForGroups(after: string | undefined, ports: SweepPorts): Promise<void> {
  const { directory, clock, log, queue } = ports;
  if (directory === undefined) return;
  const deadline = clock.now() + ports.budget;
  const groups = (await groupsInGrants(ports)).filter((one) => after === undefined || one > after);
  const unread: string[] = [];
  let done = after;
  for (const group of groups) {
    if (done !== after && clock.now() >= deadline) break;
    const told = await membersOf(group, directory);
    if (told.kind === 'wait') {
      if (done === after) throw new OutsideUnavailable(`${group}: ${told.why}`);
      break;
    }
    if (told.kind === 'members') await takeMembers(group, told.members, ports);
    else unread.push(`${group}: ${told.why}`);
    done = group;
  }
  if (unread.length > 0)
    log.warn('who is in some groups is not known', {
      groups: unread.length,
      whys: unread.slice(0, MOST_SHOWN),
    });
  if (done !== undefined && done !== groups.at(-1) && groups.length > 0)
    await queue.work({ kind: 'groups', after: done });
}

async function membersOf(group: string, directory: Directory): ReturnType<Directory['membersOf']> {
  const told = await directory.membersOf(group);
  return told.kind === 'members' && told.members.length > MOST_MEMBERS
    ? { kind: 'refused', why: `more than ${MOST_MEMBERS} members` }
    : told;
}

async function takeMembers(group: string, members: readonly string[], ports: SweepPorts): Promise<void> {
  const time = ports.clock.now();
  const facts = { type: 'group', email: group, members: members.toSorted().join('\n') } as const;
  const asset = groupName(group);
  const observation = {
    kind: 'resource',
    asset,
    time,
    source: 'sweep',
    ancestors: [],
    facts,
    whole: true,
  } as const;
  // Who was in it before may be in it again: each look is news of its own.
  const id = hashOf(['group', group, formatTime(time)]);
  await takeIn({ kind: 'news', id, time, observations: [observation], acts: [] }, ports, {
    offline: true,
    now: time,
    judge: 'few',
  });
}

/** Addresses of the groups that hold something by what is known, sorted. */
async function groupsInGrants({ store }: SweepPorts): Promise<readonly string[]> {
  const groups = new Set<string>();
  for await (const register of allRegisters(store)) {
    if (register.content !== 'policy') continue;
    for (const { principal } of grantsIn(register))
      if (principal.kind === 'group') groups.add(principal.email);
  }
  return [...groups].sort();
}

/** What the newest policy holds, and what was added to it since. */
function grantsIn({ versions, deltas, goneAt }: PolicyRegister): readonly Grant[] {
  const [newest] = versions;
  const isGone = goneAt !== undefined && goneAt > (newest?.time ?? 0n);
  return [
    ...(isGone ? [] : (newest?.grants ?? [])),
    ...deltas.flatMap(({ action, grant }) => (action === 'add' ? [grant] : [])),
  ];
}
