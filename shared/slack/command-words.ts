/** What somebody asks for behind `/anchorwatch`. */
export type Asked =
  | { readonly kind: 'status' }
  | { readonly kind: 'list-findings'; readonly owner: string | undefined }
  | { readonly kind: 'explain-subject'; readonly words: string }
  /** `wrong`: what was not understood of it. */
  | { readonly kind: 'help'; readonly wrong: string | undefined };

/** As much as `explain` could ever make use of: a resource's full name and an account. */
const LONGEST = 500;

/** Reads the words behind the command. They are somebody's, and are not repeated in an answer. */
export function readCommandWords(text: string): Asked {
  const [, verb = '', rest = ''] = /^\s*(\S*)\s*([\s\S]*?)\s*$/.exec(text.toWellFormed()) ?? [];
  if (rest.length > LONGEST) return help(`more than ${LONGEST} characters`);
  switch (verb.toLowerCase()) {
    case 'status':
      return rest === '' ? { kind: 'status' } : help('`status` stands alone');
    case 'findings':
      return { kind: 'list-findings', owner: rest === '' ? undefined : rest };
    case 'explain':
      return rest === '' ? help('`explain` needs a subject') : { kind: 'explain-subject', words: rest };
    case 'help':
    case '':
      return help(undefined);
    default:
      return help('there is no such command');
  }
}

/** What there is to ask, as mrkdwn. `command` is what the workspace calls it. */
export function helpText(command: string, wrong: string | undefined): string {
  return [
    ...(wrong === undefined ? [] : [`That was not understood: ${wrong}.`]),
    `\`${command} status\`: what is open, and whether the watch sees everything`,
    `\`${command} findings [owner]\`: the open findings, of one owner or of all`,
    `\`${command} explain SUBJECT [RESOURCE]\`: why an identity can do what it can, such as \`payments/checkout-api\``,
  ].join('\n');
}

function help(wrong: string | undefined): Asked {
  return { kind: 'help', wrong };
}
