/** `SEC-1412`, as Jira, Linear and their like number tickets. Not a part of a longer word. */
const NUMBERED = /(?<![\w-])[A-Z][A-Z0-9]+-\d+(?![\w-])/;
/** An address: a forge's issue, a review, an incident's page. */
const ADDRESS = /\bhttps?:\/\/[^\s/]+\S*/;

/** Whether some free text names a ticket. Whether there is such a ticket, and whether it speaks of this, nobody looks up. */
export function namesTicket(text: string): boolean {
  return ticketIn(text) !== undefined;
}

/** The first ticket that some free text names: its number, or its address up to the next white space. */
export function ticketIn(text: string): string | undefined {
  return NUMBERED.exec(text)?.[0] ?? ADDRESS.exec(text)?.[0];
}
