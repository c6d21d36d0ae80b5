/** `anchorwatch doctor` from end to end, against servers that speak for Google and Slack. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { doctorOf, type Outside } from '../../cli/commands/doctor.ts';
import { ownParts } from '../../shared/adapters/own-parts.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { StoreUnavailable } from '../../shared/ports.ts';
import { DEPLOYMENT, Deployed } from '../doctor/deployed.ts';
import { type OwnPartsServer, startOwnPartsServer } from '../own-parts-server.ts';
import { cli, Folder } from './cli.ts';
import { run } from './command.ts';

const folder = new Folder();
const FILE = folder.file('deployment.json', JSON.stringify(DEPLOYMENT));

let server: OwnPartsServer;
let deployed: Deployed;
beforeAll(async () => {
  server = await startOwnPartsServer();
});
afterAll(async () => {
  await server.close();
  folder.remove();
});
beforeEach(async () => {
  deployed = await Deployed.open(systemClock.now(), server);
});
afterEach(() => deployed.close());

function outside(changed: Partial<Outside> = {}): Outside {
  return {
    google: async () => ({
      token: async () => deployed.google.token,
      quotaProject: 'acme-quota',
      root: deployed.google.url,
      parts: ownParts({ rootUrl: server.url, longestWaitMillis: 1 }),
    }),
    storage: { apiEndpoint: deployed.storage.url, retries: 0 },
    slackApiUrl: deployed.slack.url,
    // The command closes what it was given.
    store: () => ({ transaction: deployed.store.transaction.bind(deployed.store), close: async () => {} }),
    ...changed,
  };
}

function doctor(argv: readonly string[] = [], changed: Partial<Outside> = {}, color = false) {
  return run(doctorOf(outside(changed)), ['doctor', '--deployment', FILE, ...argv], { color });
}

describe('anchorwatch doctor', () => {
  it('says of a healthy deployment that all is well, and shows no token', async () => {
    const { out, err, code } = await doctor();
    expect(out).not.toMatch(/[✗?] (wrong|unknown)/);
    expect(out).toMatch(/\n✓ all is well: \d+ ok, 0 wrong, 0 unknown\n$/);
    expect([code, err]).toEqual([0, '']);
    expect(out).not.toContain(deployed.slack.token);
    expect(out).not.toContain(deployed.google.token);
    expect([...deployed.google.quota]).toEqual(['acme-quota']);
  });

  it('says what is wrong, what would be right and what mends it, and exits 1', async () => {
    const path = 'serviceusage.googleapis.com/v1/projects/acme-sec/services';
    deployed.google.lists.set(path, { field: 'services', items: [] });
    const { out, code } = await doctor();
    expect(out).toContain(
      [
        '  ✗ wrong   run.googleapis.com',
        '            seen      off',
        '            expected  on',
        '            mend      gcloud services enable run.googleapis.com --project=acme-sec',
      ].join('\n'),
    );
    expect(out).toMatch(/✗ something is wrong: \d+ ok, 3 wrong, 0 unknown\n$/);
    expect(code).toBe(1);
  });

  it('says what it could not look at and what that takes, and exits 4', async () => {
    deployed.google.refused.add('serviceusage.googleapis.com/v1/projects/acme-sec/services');
    const { out, code } = await doctor();
    expect(out).toContain(
      [
        '  ? unknown acme-sec',
        '            seen      HTTP 403: The caller does not have permission on v1/projects/acme-sec/services',
        '            you need  serviceusage.services.list',
      ].join('\n'),
    );
    expect(out).toMatch(
      /\? nothing is wrong, and not everything could be looked at: \d+ ok, 0 wrong, 1 unknown\n$/,
    );
    expect(code).toBe(4);
  });

  it('tells verdicts by mark and word, and by colour besides', async () => {
    const { out } = await doctor([], {}, true);
    expect(out).toContain('\u001b[32m✓ ok     \u001b[39m');
  });

  it('prints JSON for machines', async () => {
    await deployed.swept({ complete: 39 });
    const { out, code } = await doctor(['--format', 'json']);
    const json = JSON.parse(out);
    expect(json).toMatchObject({
      schemaVersion: 1,
      project: 'acme-sec',
      scopes: ['organizations/123456789012'],
      verdict: 'wrong',
      counts: { wrong: 1, unknown: 0 },
    });
    expect(json.checks.find(({ id }: { id: string }) => id === 'coverage')).toMatchObject({
      title: 'Coverage',
      verdict: 'wrong',
      diagnoses: expect.arrayContaining([
        {
          about: 'last sweep',
          verdict: 'wrong',
          seen: '1 part of 40 could not be read',
          expected: 'all of them',
          remedies: [{ kind: 'gcloud', text: expect.stringContaining('gcloud logging read') }],
        },
      ]),
    });
    expect(code).toBe(1);
  });

  it('takes another policy and another token than the deployment names', async () => {
    const policy = folder.file('bad.yaml', 'kind: 7\n');
    const token = folder.file('token', 'xoxb-other\n');
    const { out, code } = await doctor(['--policy', policy, '--slack-token-file', token]);
    expect(out).toMatch(/Policy\n {2}✗ wrong .*\n.*bad\.yaml:1:/);
    expect(out).toMatch(/Slack token\n {2}✗ wrong {3}token\n.*Slack does not take it/);
    expect(out).not.toContain('xoxb-other');
    expect(code).toBe(1);
  });

  it('goes on where the store cannot be reached', async () => {
    const store = {
      transaction: async () => {
        throw new StoreUnavailable('cannot reach Firestore: UNAVAILABLE');
      },
      close: async () => {},
    };
    const { out, code } = await doctor([], { store: () => store });
    expect(out).toContain('  ? unknown store\n            seen      cannot reach Firestore: UNAVAILABLE');
    expect(code).toBe(4);
  });

  it('ends at once without credentials', async () => {
    const google = async () => {
      throw new Error('Could not load the default credentials');
    };
    const { out, err, code } = await doctor([], { google });
    expect(err).toBe(
      'no credentials of Google: Could not load the default credentials\nrun: gcloud auth application-default login',
    );
    expect([out, code]).toEqual(['', 2]);
  });
});

describe('a file that is no deployment', () => {
  it.each<[string, string, string]>([
    ['no JSON', '{', 'it is not JSON'],
    [
      'of another version',
      JSON.stringify({ ...DEPLOYMENT, schemaVersion: 2 }),
      'schemaVersion: this command reads version 1',
    ],
    ['with a field too much', JSON.stringify({ ...DEPLOYMENT, token: 'x' }), 'Unrecognized key: "token"'],
    ['without its scopes', JSON.stringify({ ...DEPLOYMENT, scopes: [] }), 'scopes: '],
    [
      'with another store',
      JSON.stringify({ ...DEPLOYMENT, store: 'watch.sqlite' }),
      'store: not like firestore:PROJECT/DATABASE',
    ],
    [
      'with a function that is none',
      JSON.stringify({ ...DEPLOYMENT, functions: { work: { service: 'work', uri: 'x', account: 'y' } } }),
      'functions.work.service: not like projects/PROJECT/locations/LOCATION/services/SERVICE',
    ],
    [
      'with a watch that is none',
      JSON.stringify({ ...DEPLOYMENT, watch: { feeds: [{ name: 'f' }] } }),
      '`watch` does not say what the watch is made of: feeds[0].name: not like organizations/NUMBER/feeds/FEED',
    ],
  ])('%s is refused, with what is wrong where', async (_what, text, words) => {
    const file = folder.file('broken.json', text);
    const { out, err, code } = await cli(['doctor', '--deployment', file]);
    expect(err).toContain(file);
    expect(err).toContain(words);
    expect([out, code]).toEqual(['', 3]);
  });

  it('is asked for', async () => {
    const { err, code } = await cli(['doctor']);
    expect(err).toContain("required option '-d, --deployment <file>' not specified");
    expect(code).toBe(3);
  });
});
