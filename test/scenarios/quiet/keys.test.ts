/** Keys that Google disables because they have leaked. */
import { key } from '../../world.ts';
import { API, API_ID, aboutAccount, at, by, fed, JANE, type Json, quiet, SFTP, SFTP_ID } from './quiet.ts';

const GOOGLE = by('gcp-compromised-key-response@system.gserviceaccount.com');
const KEY = 'c71e040fb4b71d798ce4baca14e15ab62115aaef';

/** The policy allows the one to have a key, and the other not. */
const ALLOWED = { email: SFTP, id: SFTP_ID, project: 'acme-data' };
const FORBIDDEN = { email: API, id: API_ID, project: 'acme-prod' };

const switched = (verb: 'Disable' | 'Enable', authentication: Json, timestamp = at(5), of = ALLOWED) =>
  aboutAccount(
    `google.iam.admin.v1.${verb}ServiceAccountKey`,
    {
      ...authentication,
      resourceName: `projects/-/serviceAccounts/${of.id}/keys/${KEY}`,
      request: { name: `projects/${of.project}/serviceAccounts/${of.email}/keys/${KEY}` },
    },
    { email: of.email, id: of.id, insertId: `${verb} ${timestamp}`, timestamp },
  );
const fedAs = (data: Json, updateTime = at(6), of = ALLOWED, id = KEY) =>
  fed(
    {
      name: `//iam.googleapis.com/projects/${of.project}/serviceAccounts/${of.id}/keys/${id}`,
      assetType: 'iam.googleapis.com/ServiceAccountKey',
      resource: {
        data: {
          name: `projects/${of.project}/serviceAccounts/${of.email}/keys/${id}`,
          keyType: 'USER_MANAGED',
          keyOrigin: 'GOOGLE_PROVIDED',
          validAfterTime: '2026-10-01T00:00:00Z',
          ...data,
        },
      },
    },
    updateTime,
  );
const DISABLED = { disabled: true };
const ANOTHER = '0f9e5d1b7a3c4e2f8d6b5a4938271605f4e3d2c1';

quiet(
  {
    name: 'a key that the policy allows has leaked, and Google disables it',
    before: [key(KEY, SFTP_ID)],
    messages: [switched('Disable', GOOGLE)],
    but: {
      detail: 'somebody enables it again',
      messages: [switched('Disable', GOOGLE), switched('Enable', JANE, at(40))],
      detectors: ['key-reenabled', 'out-of-band-change'],
    },
  },
  {
    name: 'the feed tells the same as the log',
    before: [key(KEY, SFTP_ID)],
    messages: [switched('Disable', GOOGLE), fedAs(DISABLED)],
    but: {
      detail: 'a person disables it: whoever is trusted would be no news',
      messages: [switched('Disable', JANE), fedAs(DISABLED)],
      detectors: ['out-of-band-change'],
    },
  },
  {
    name: 'a key that the policy does not allow has leaked: of that one everybody has heard',
    before: [key(KEY, API_ID)],
    messages: [switched('Disable', GOOGLE, at(5), FORBIDDEN), fedAs(DISABLED, at(6), FORBIDDEN)],
    but: {
      detail: 'another is made in its place',
      messages: [switched('Disable', GOOGLE, at(5), FORBIDDEN), fedAs({}, at(40), FORBIDDEN, ANOTHER)],
      detectors: ['key-not-allowed'],
    },
  },
  {
    name: 'Google turns the keys that it manages itself',
    messages: [fedAs({ keyType: 'SYSTEM_MANAGED' }, at(6), FORBIDDEN, ANOTHER)],
    but: {
      detail: 'a user made the key',
      messages: [fedAs({}, at(6), FORBIDDEN, ANOTHER)],
      detectors: ['key-not-allowed'],
    },
  },
);
