import { describe, expect, it } from '@jest/globals';
import {
  assetApiSettings,
  consoleUrl,
  pushSettings,
  queueTopics,
  reportsFolder,
  storeSettings,
} from '../../functions/settings.ts';

describe('ANCHORWATCH_STORE', () => {
  it.each([
    ['firestore:acme-sec', { kind: 'firestore', projectId: 'acme-sec', databaseId: undefined }],
    ['firestore:acme-sec/watch', { kind: 'firestore', projectId: 'acme-sec', databaseId: 'watch' }],
    [
      'firestore:acme.example:sec/(default)',
      { kind: 'firestore', projectId: 'acme.example:sec', databaseId: '(default)' },
    ],
    ['/var/lib/anchorwatch.sqlite', { kind: 'sqlite', path: '/var/lib/anchorwatch.sqlite' }],
    ['./firestore:odd', { kind: 'sqlite', path: './firestore:odd' }],
  ])('%s', (value, settings) => {
    expect(storeSettings({ ANCHORWATCH_STORE: value })).toEqual(settings);
  });

  it.each([
    'firestore:',
    'firestore:/watch',
    'firestore:acme-sec/',
    'firestore:acme-sec/a/b',
    'firestore:Acme',
  ])('refuses %s', (value) => {
    expect(() => storeSettings({ ANCHORWATCH_STORE: value })).toThrow(
      `ANCHORWATCH_STORE is \`${value}\`: neither firestore:PROJECT nor firestore:PROJECT/DATABASE`,
    );
  });
});

describe('ANCHORWATCH_CONSOLE_URL', () => {
  it.each([
    ['https://anchorwatch.acme.example', 'https://anchorwatch.acme.example'],
    ['https://acme.example/anchorwatch/', 'https://acme.example/anchorwatch'],
    ['', undefined],
  ])('%j', (value, url) => {
    expect(consoleUrl({ ANCHORWATCH_CONSOLE_URL: value })).toBe(url);
  });

  it.each([
    'http://acme.example',
    'acme.example',
    'https://me@acme.example',
    'https://acme.example/?a=b',
    'javascript:x',
  ])('refuses %s', (value) => {
    expect(() => consoleUrl({ ANCHORWATCH_CONSOLE_URL: value })).toThrow('not the address of a console');
  });
});

describe('ANCHORWATCH_REPORTS', () => {
  it('is a folder of this machine, and no place for a cloud function', () => {
    expect(reportsFolder({ ANCHORWATCH_REPORTS: 'reports' })).toBe('reports');
    expect(reportsFolder({ K_SERVICE: 'report' })).toBeUndefined();
    expect(() => reportsFolder({ ANCHORWATCH_REPORTS: 'reports', K_SERVICE: 'report' })).toThrow(
      'would be gone with this instance',
    );
  });
});

describe('the topics', () => {
  const both = {
    ANCHORWATCH_WORK_TOPIC: 'projects/acme-sec/topics/work',
    ANCHORWATCH_DELIVER_TOPIC: 'projects/acme-sec/topics/deliver',
  };

  it('are taken together, or not at all', () => {
    expect(queueTopics(both)).toEqual({
      work: 'projects/acme-sec/topics/work',
      deliver: 'projects/acme-sec/topics/deliver',
    });
    expect(queueTopics({})).toBeUndefined();
    expect(queueTopics({ ANCHORWATCH_WORK_TOPIC: '', ANCHORWATCH_DELIVER_TOPIC: '' })).toBeUndefined();
  });

  it.each([
    [{ ANCHORWATCH_WORK_TOPIC: both.ANCHORWATCH_WORK_TOPIC }, 'ANCHORWATCH_DELIVER_TOPIC is not set'],
    [{ ANCHORWATCH_DELIVER_TOPIC: both.ANCHORWATCH_DELIVER_TOPIC }, 'ANCHORWATCH_WORK_TOPIC is not set'],
    [
      { ...both, ANCHORWATCH_WORK_TOPIC: 'work' },
      'ANCHORWATCH_WORK_TOPIC is `work`: not projects/PROJECT/topics/TOPIC',
    ],
    // In the cloud, a function that decodes has no Slack token: it must leave delivering to the one that has.
    [{ K_SERVICE: 'on-audit-log' }, 'ANCHORWATCH_WORK_TOPIC is not set'],
  ])('refuses %j', (env, why) => {
    expect(() => queueTopics(env)).toThrow(why);
  });
});

describe('how pushes are authenticated', () => {
  const good = {
    ANCHORWATCH_PUSH_AUTH: 'oidc',
    ANCHORWATCH_PUSH_AUDIENCE: 'https://anchorwatch.acme.example',
    ANCHORWATCH_PUSH_ACCOUNTS: 'pusher@p.iam.gserviceaccount.com, clock@p.iam.gserviceaccount.com',
  };

  it.each(['oidc', 'iam'] as const)('%s', (mode) => {
    expect(pushSettings({ ...good, ANCHORWATCH_PUSH_AUTH: mode })).toEqual({
      mode,
      audience: 'https://anchorwatch.acme.example',
      accounts: ['pusher@p.iam.gserviceaccount.com', 'clock@p.iam.gserviceaccount.com'],
    });
  });

  it.each([
    [{ ANCHORWATCH_PUSH_AUTH: undefined }, 'ANCHORWATCH_PUSH_AUTH is not set'],
    [{ ANCHORWATCH_PUSH_AUTH: 'none' }, 'ANCHORWATCH_PUSH_AUTH is `none`: neither iam'],
    [{ ANCHORWATCH_PUSH_AUTH: 'OIDC' }, 'ANCHORWATCH_PUSH_AUTH is `OIDC`: neither iam'],
    [{ ANCHORWATCH_PUSH_AUDIENCE: '' }, 'ANCHORWATCH_PUSH_AUDIENCE is not set'],
    [{ ANCHORWATCH_PUSH_ACCOUNTS: undefined }, 'ANCHORWATCH_PUSH_ACCOUNTS is not set'],
    [{ ANCHORWATCH_PUSH_ACCOUNTS: ' , ' }, 'ANCHORWATCH_PUSH_ACCOUNTS names no service account'],
    [{ ANCHORWATCH_PUSH_ACCOUNTS: 'pusher' }, '`pusher` is not an e-mail address'],
  ])('refuses %j', (changed, why) => {
    expect(() => pushSettings({ ...good, ...changed })).toThrow(why);
  });
});

describe('ANCHORWATCH_ASSET_API', () => {
  it.each(['127.0.0.1:8085', '127.1.2.3:1', 'localhost:65535', '[::1]:443'])('%s', (server) => {
    expect(assetApiSettings({ ANCHORWATCH_ASSET_API: server })).toEqual({ server });
  });

  it('is Google without it', () => {
    expect(assetApiSettings({})).toEqual({ server: undefined });
    expect(assetApiSettings({ ANCHORWATCH_ASSET_API: '' })).toEqual({ server: undefined });
  });

  it.each([
    'cloudasset.googleapis.com:443',
    '10.0.0.1:8085',
    '0.0.0.0:8085',
    '127.0.0.1.evil.example:8085',
    'localhost.evil.example:8085',
    'evil.example#localhost:8085',
    'user@127.0.0.1:8085',
    'http://127.0.0.1:8085',
    '127.0.0.1',
    '127.0.0.1:0',
    '127.0.0.1:65536',
    '127.0.0.1:8085/path',
    '127.0.0.1:8085\n',
  ])('refuses %j', (server) => {
    expect(() => assetApiSettings({ ANCHORWATCH_ASSET_API: server })).toThrow(
      `ANCHORWATCH_ASSET_API is \`${server}\`: not the host and port of a server on this machine`,
    );
  });
});
