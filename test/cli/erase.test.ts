import { afterAll, describe, expect, it } from '@jest/globals';
import { openSqliteStore } from '../../shared/adapters/sqlite-store.ts';
import { cli, Folder } from './cli.ts';

const folder = new Folder();
afterAll(() => folder.remove());

async function storeOf(name: string): Promise<string> {
  const path = folder.in(name);
  const store = openSqliteStore({ path, onEphemeralDisk: false });
  const by = { id: 'U0SAM00001', team: 'T0ACME0001', email: 'sam@acme.example' };
  await store.transaction(async (tx) => {
    tx.put('decisions', 'd', { id: 'd', at: 1n, by, incident: 'i', about: [], kind: 'acknowledge' });
    tx.put('intents', 'i', {
      id: 'i',
      at: 1n,
      by: { id: by.id, team: by.team },
      answer: { kind: 'response-url', url: 'https://hooks.slack.example/x' },
      kind: 'status',
    });
    tx.put('meta', 'accepted', { value: 'owner: sam@acme.example' });
  });
  await store.close();
  return path;
}

const erase = (store: string, ...more: readonly string[]) =>
  cli(['erase', '--principal', 'sam@acme.example', '--store', store, ...more]);

describe('erase', () => {
  it('tells what it changed, what stays, and what it cannot reach', async () => {
    const store = await storeOf('told.sqlite');
    const dry = await erase(store, '--dry-run');
    expect(dry).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /^intents +1 to change\ndecisions +1 to change\nmeta +0 to change {2}1 still name them\n$/,
      ),
    });
    expect(dry.err).toMatch(/^nothing was written/);
    const ran = await erase(store);
    expect(ran.out).toMatch(
      /^intents +1 changed\ndecisions +1 changed\nmeta +0 changed {2}1 still name them\n$/,
    );
    expect(ran.err).toMatch(/^in their place now: erased-[0-9a-f]{8}\n1 documents still name them/);
    expect(ran.err).toMatch(
      /not reached from here: reports that were made \(in the bucket, and files of reports\), messages in Slack/,
    );
    expect((await erase(store, '--format', 'json')).out).toContain('"changed": 0');
  });

  it('takes other names, and gives another pseudonym each time', async () => {
    const one = await erase(await storeOf('one.sqlite'));
    const two = await erase(await storeOf('two.sqlite'), '--also', 'U0OTHER001');
    const [first, second] = [one, two].map(({ err }) => /erased-[0-9a-f]{8}/.exec(err)?.[0]);
    expect(first).toBeDefined();
    expect(first).not.toBe(second);
  });

  it.each<[string, readonly string[], number, RegExp]>([
    ['nobody', ['erase', '--principal', 'sam'], 3, /write an e-mail/],
    [
      'an account',
      ['erase', '--principal', 'api@acme-prod.iam.gserviceaccount.com'],
      3,
      /a service account is no person/,
    ],
    [
      'no such store',
      ['erase', '--principal', 'sam@acme.example', '--store', '/nowhere/x.sqlite'],
      4,
      /no such file/,
    ],
    [
      'no database',
      ['erase', '--principal', 'sam@acme.example', '--store', 'firestore:'],
      3,
      /neither firestore:PROJECT nor/,
    ],
  ])('refuses %s', async (_what, argv, code, words) => {
    expect(await cli(argv)).toMatchObject({ code, out: '', err: expect.stringMatching(words) });
  });
});
