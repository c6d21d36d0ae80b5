import { readFile } from 'node:fs/promises';
import type { Dialogues } from '../shared/ports.ts';
import type { Admission } from '../shared/slack/admission.ts';

/** The app in Slack whose buttons people press. */
export interface SlackApp {
  /** The signing secrets that count: the current one, and while it is being rotated the previous one. Read whenever a request comes. */
  readonly secrets: () => Promise<readonly string[]>;
  readonly admission: Admission;
  readonly dialogues: Dialogues;
}

export interface SlackAppSettings {
  /** Files with a signing secret each, the current one first; or one file with two lines. */
  readonly secretFiles: readonly string[];
  /** Ids of the workspaces whose members may press. */
  readonly teams: readonly string[];
  /** The app's own id, to be looked at besides. */
  readonly app: string | undefined;
  readonly dialogues: Dialogues;
}

/** Throws where a setting cannot be meant; a file is looked at when it is used. */
export function slackApp({ secretFiles, teams, app, dialogues }: SlackAppSettings): SlackApp {
  if (teams.length === 0) throw new Error('no Slack workspace is named whose members may press buttons');
  for (const team of teams) {
    if (!/^[TE][A-Z0-9]{2,}$/.test(team))
      throw new Error(`\`${team}\` is not the id of a Slack workspace (T…) or organisation (E…)`);
  }
  if (app !== undefined && !/^A[A-Z0-9]{2,}$/.test(app))
    throw new Error(`\`${app}\` is not the id of a Slack app (A…)`);
  return { secrets: () => readSecrets(secretFiles), admission: { teams, app }, dialogues };
}

/** Before a Slack token is there to open any. */
export const NO_DIALOGUES: Dialogues = {
  open: async () => ({ kind: 'failed', why: 'there is no Slack token' }),
};

async function readSecrets(files: readonly string[]): Promise<readonly string[]> {
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  const secrets = texts.flatMap((text) => text.split('\n').map((line) => line.trim())).filter(Boolean);
  if (secrets.length > 0 && secrets.length <= 2) return secrets;
  throw new Error(
    `${files.join(', ')}: ${secrets.length} signing secrets where the current one is expected, and perhaps the previous one`,
  );
}
