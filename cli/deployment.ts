import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { storeSettings } from '../functions/settings.ts';
import { watchIn } from '../functions/watch-settings.ts';
import { plain } from '../shared/alerts/text.ts';
import type { Deployment } from '../shared/model/deployment.ts';
import { CommandFailed, EXIT, plainReason } from './exit.ts';

const text = z.string().min(1);
const named = (pattern: string, like: string) =>
  z.string().regex(new RegExp(`^${pattern}$`), `not like ${like}`);
const secret = named('projects/[^/]+/secrets/[^/]+', 'projects/PROJECT/secrets/SECRET');

/** What the output `deployment` of the Terraform module holds. */
const DEPLOYMENT = z.strictObject({
  schemaVersion: z.literal(1, 'this command reads version 1'),
  project: text,
  projectNumber: named('\\d+', '123456789012'),
  region: text,
  scopes: z
    .array(
      named('(?:organizations/\\d+|folders/\\d+|projects/[^/]+)', 'organizations/NUMBER or projects/PROJECT'),
    )
    .min(1),
  policy: text,
  store: named('firestore:.+', 'firestore:PROJECT/DATABASE'),
  reportBuckets: z.array(text.transform((name) => name.replace(/^gs:\/\//, ''))),
  functions: z.record(
    text,
    z.strictObject({
      service: named(
        'projects/[^/]+/locations/[^/]+/services/[^/]+',
        'projects/PROJECT/locations/LOCATION/services/SERVICE',
      ),
      uri: z.url('not an address'),
      account: named('[^@\\s]+@[^@\\s]+', 'NAME@PROJECT.iam.gserviceaccount.com'),
    }),
  ),
  secrets: z.strictObject({ slackToken: secret.optional(), slackSigningSecret: secret.optional() }),
  apis: z.array(text),
  permissions: z.record(text, z.record(text, z.array(text))),
  auditLogs: z.array(
    z.strictObject({
      service: text,
      types: z.array(z.enum(['ADMIN_READ', 'DATA_READ', 'DATA_WRITE'])).min(1),
    }),
  ),
  watch: z.unknown(),
});

/** The deployment that a file describes. Whatever is missing, unknown or not of its form ends the command, with every mistake and where it is. */
export async function deploymentIn(file: string): Promise<Deployment> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw refused(
      `cannot read ${file}: ${error instanceof SyntaxError ? 'it is not JSON' : plainReason(error)}`,
    );
  }
  const parsed = DEPLOYMENT.safeParse(json);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(
      ({ path, message }) =>
        `  ${path.length === 0 ? '' : `${path.join('.')}: `}${/received undefined$/.test(message) ? 'missing' : message}`,
    );
    throw refused(
      `${file} is not what \`terraform output -json deployment\` of the Anchorwatch module prints:\n${faults.map((fault) => plain(fault, 300)).join('\n')}\nMake it anew, with the module of this version: terraform output -json deployment > deployment.json`,
    );
  }
  const { schemaVersion: _, store, functions, permissions, watch, ...rest } = parsed.data;
  try {
    const { watch: declared, canaryAccount } = watchIn(watch, '`watch`');
    return {
      ...rest,
      store: storeIn(store),
      functions: Object.entries(functions).map(([name, one]) => ({ name, ...one })),
      permissions: Object.entries(permissions).flatMap(([name, places]) =>
        Object.entries(places).map(([where, needed]) => ({ function: name, where, permissions: needed })),
      ),
      watch: declared,
      canaryAccount,
    };
  } catch (error) {
    throw refused(`${file}: ${plain(plainReason(error), 2_000)}`);
  }
}

/** As the functions read it. */
function storeIn(store: string): Deployment['store'] {
  const settings = storeSettings({ ANCHORWATCH_STORE: store });
  if (settings.kind !== 'firestore') throw new Error(`\`store\` is ${store}: not firestore:PROJECT/DATABASE`);
  return { project: settings.projectId, database: settings.databaseId ?? '(default)' };
}

function refused(message: string): CommandFailed {
  return new CommandFailed(EXIT.usage, message);
}
