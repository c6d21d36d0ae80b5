/** After a sweep it is asked who is in the groups that grants name, of a Cloud Identity over HTTP. */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { googleDirectory } from '../../../shared/adapters/google-directory.ts';
import { HOUR, MINUTE } from '../../../shared/model/time.ts';
import { work } from '../../../shared/pipeline/work.ts';
import { OutsideUnavailable } from '../../../shared/ports.ts';
import { type DirectoryServer, startDirectoryServer } from '../../directory-server.ts';
import { ACME, Sweeping, withBinding } from './sweeping.ts';

const DEVS = 'devs@acme.example';
const OTHERS = 'on-call@acme.example';
/** Holding it on an account of ours is judged. */
const ROLE = 'roles/iam.serviceAccountTokenCreator';
const ACCOUNT = ACME.find(({ resource }) =>
  JSON.stringify(resource ?? '').includes('"email":"ledger-writer@acme-prod.iam.gserviceaccount.com"'),
)!.name;

jest.setTimeout(30_000);

let on: Sweeping;
let server: DirectoryServer;
beforeEach(async () => {
  on = await Sweeping.open();
  server = await startDirectoryServer();
  on.serve(
    withBinding(ACME, ACCOUNT, { role: ROLE, members: [`group:${DEVS}`, `group:${OTHERS}`] }, on.now - HOUR),
  );
  on.besides = { directory: googleDirectory({ origin: server.url, token: async () => 'our-token' }) };
});
afterEach(async () => {
  await on.close();
  await server.close();
});

const relation = (id: string) => ({
  member: 'users/1',
  preferredMemberKey: [{ id }],
  relationType: 'DIRECT',
});

/** What is said of who is in a group, as the end of what is said of its grant. */
async function saidOf(group: string): Promise<string | undefined> {
  const found = (await on.findings()).find(
    ({ detector, title, explanation, after }) =>
      detector === 'undeclared-grant' && [title, explanation, ...after].some((text) => text.includes(group)),
  );
  return /(?:Who is in the group|Nobody is in the group|In the group are).*$/.exec(
    found?.explanation ?? '',
  )?.[0];
}

/** Groups that were looked up. */
function lookedUp(): number {
  return server.requests.filter((request) => request.endsWith(':lookup')).length;
}

describe('after a sweep', () => {
  it('a grant to a group tells who is in it, and that of another that nobody knows', async () => {
    server.groups.set(DEVS, [relation('kim@acme.example'), relation('jane@acme.example')]);
    await on.sweep();
    expect(await saidOf(DEVS)).toBe('In the group are user:jane@acme.example, user:kim@acme.example.');
    expect(await saidOf(OTHERS)).toBe('Who is in the group is not known.');
    expect(on.warnings).toEqual([
      {
        message: 'who is in some groups is not known',
        fields: {
          groups: expect.any(Number),
          whys: expect.arrayContaining([
            `${OTHERS}: HTTP 403: Error(2028): Permission denied for resource groups/x`,
          ]),
        },
      },
    ]);
  });

  it('who left and came back is in it again', async () => {
    for (const [members, said] of [
      [['jane@acme.example'], 'In the group are user:jane@acme.example.'],
      [[], 'Nobody is in the group now.'],
      [['jane@acme.example'], 'In the group are user:jane@acme.example.'],
    ] as const) {
      on.now += HOUR;
      server.groups.set(DEVS, members.map(relation));
      await on.sweep();
      expect(await saidOf(DEVS)).toBe(said);
    }
  });

  it('a group of thousands is not taken in: who is in it is not known', async () => {
    const members = Array.from({ length: 2_001 }, (_, at) => relation(`p${at}@acme.example`));
    server.groups.set(DEVS, members);
    await on.sweep();
    expect(await saidOf(DEVS)).toBe('Who is in the group is not known.');
    expect(JSON.stringify(on.warnings)).toContain(`${DEVS}: more than 2000 members`);
    server.groups.set(DEVS, members.slice(1));
    on.now += HOUR;
    await on.sweep();
    expect(await saidOf(DEVS)).toMatch(/^In the group are user:p1000@.* and \d+ more\.$/);
  });

  it('nobody is asked without a directory', async () => {
    on.besides = {};
    await on.sweep();
    expect(server.requests).toEqual([]);
    expect(await saidOf(DEVS)).toBe('Who is in the group is not known.');
  });
});

describe('what takes its time', () => {
  it('is gone on with by the next call: each does a group, and none is asked about twice', async () => {
    await on.sweep();
    const all = lookedUp();
    expect(all).toBeGreaterThan(1);
    server.requests.length = 0;
    let ticks = 0n;
    on.besides = { ...on.besides, budget: 1n, clock: { now: () => on.now + ticks++ } };
    await work({ kind: 'groups' }, on.now, on.ports);
    expect(lookedUp()).toBe(1);
    await on.drain();
    expect(lookedUp()).toBe(all);
  });

  it('a directory that is down is asked again later', async () => {
    server.groups.set(DEVS, [relation('jane@acme.example')]);
    await on.sweep();
    on.now += MINUTE;
    server.instead.push({ status: 503, body: '' });
    await expect(work({ kind: 'groups' }, on.now, on.ports)).rejects.toThrow(OutsideUnavailable);
    expect(await saidOf(DEVS)).toBe('In the group are user:jane@acme.example.');
  });
});
