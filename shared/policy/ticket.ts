/** `SEC-1412`, as Jira, Linear and their like number tickets. Not a part of a longer word. */
const NUMBERED = /(?<![\w-])[A-Z][A-Z0-9]+-\d+(?![\w-])/;
/** An address: a forge's issue, a review, an incident's page. */
const ADDRESS = /\bhttps?:\/\/[^\s/]+/;

/** Whether some free text names a ticket. Whether there is such a ticket, and whether it speaks of this, nobody looks up. */
export function namesTicket(text: string): boolean {
  return NUMBERED.test(text) || ADDRESS.test(text);
}
