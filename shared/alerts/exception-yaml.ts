import { exceptionName } from '../findings/decided.ts';
import { resourceLabel } from '../model/asset.ts';
import type { ExceptionRequest } from '../model/decision.ts';
import type { Finding } from '../model/finding.ts';
import { globMatches } from '../policy/glob.ts';
import { matchesResource } from '../policy/resource-pattern.ts';
import { exceptionItem } from '../policy/schema/exceptions.ts';
import * as words from '../policy/schema/words.ts';
import { API_VERSION } from '../policy/schema.ts';
import { lastDayBefore } from './days.ts';
import { plain } from './text.ts';

/** An exception that two people agreed to in Slack. */
export interface AgreedException {
  readonly request: ExceptionRequest;
  /** Ids of the decision that asked for it and of the one that agreed. */
  readonly requestId: string;
  readonly approvalId: string;
  readonly askedBy: string;
  readonly agreedBy: string;
}

/**
 * The `PolicyException` that puts such an exception into git, for exactly this finding and no day longer than was agreed: a document that the
 * policy's loader takes. `undefined` where the policy's language cannot name the finding so narrowly: then people have to write it.
 * `nth` tells the documents of one agreement apart.
 */
export function exceptionYaml(
  finding: Finding,
  agreed: AgreedException,
  timezone: string,
  nth = 1,
): string | undefined {
  const match = matchOf(finding);
  if (match === undefined) return undefined;
  const { request, requestId, approvalId, askedBy, agreedBy } = agreed;
  const item = exceptionItem.safeParse({
    name: `${exceptionName(requestId)}${nth === 1 ? '' : `-${nth}`}`,
    match,
    reason: prose(request.reason, 500),
    ...given({ ticket: prose(request.ticket, 300) }),
    requestedBy: prose(askedBy, 300),
    approvedBy: prose(agreedBy, 300),
    approval: approvalId,
    expires: lastDayBefore(request.expires, timezone),
  });
  if (!item.success) return undefined;
  const { name, match: narrow, ...rest } = item.data;
  return [
    `apiVersion: ${API_VERSION}`,
    'kind: PolicyException',
    `metadata: {name: ${scalar(name)}}`,
    'spec:',
    '  match:',
    ...entries(narrow).map((line) => `    ${line}`),
    ...entries(rest).map((line) => `  ${line}`),
    '',
  ].join('\n');
}

/** Every part must be sayable: leaving one out would except more than was agreed to. */
function matchOf({ detector, identity, role, resource }: Finding) {
  const parts = {
    identity: pattern(identity, words.identityPattern, (way) => globMatches(way, identity)),
    role: role === undefined ? undefined : pattern(role, words.rolePattern, (way) => globMatches(way, role)),
    on: pattern(resourceLabel(resource), words.resource, (way) => matchesResource(way, [resource])),
  };
  if (parts.identity === undefined || parts.on === undefined) return undefined;
  if (role !== undefined && parts.role === undefined) return undefined;
  return { detector, ...given(parts) };
}

/** As it is, else with a `?` for each character that a pattern cannot hold. A star would stand for more than itself. */
function pattern(
  text: string,
  word: { safeParse(value: string): { readonly success: boolean } },
  matches: (way: string) => boolean,
): string | undefined {
  const exact = text.replaceAll('*', '?');
  const ways = [exact, exact.replace(/[^\x21-\x7e]|[<>]/g, '?'), exact.replace(/[^a-z0-9@._/?-]/g, '?')];
  return ways.find((way) => /^[\x21-\x7e]+$/.test(way) && word.safeParse(way).success && matches(way));
}

/** The policy takes no addresses in its texts: of one its host and path are left. */
function prose(text: string, most: number): string {
  const named = plain(text, 4 * most)
    .replace(/[a-z][a-z0-9+.-]*:\/\//gi, '')
    .replaceAll('://', ':');
  return plain(named, most);
}

function given(parts: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(parts).flatMap(([key, value]) =>
      value === undefined || value === '' ? [] : [[key, value]],
    ),
  );
}

function entries(parts: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(given(parts)).map(([key, value]) => `${key}: ${scalar(value)}`);
}

/** Quoted unless it can be nothing but itself. Inside the quotes no shell finds anything to expand, should it be pasted there. */
function scalar(text: string): string {
  if (/^(?:roles\/[A-Za-z.]+|[a-z0-9]*[a-z]+(?:-[a-z0-9]+)+|\d{4}-\d\d-\d\d)$/.test(text)) return text;
  return `"${text.replaceAll(/[\\$`<]/g, escaped).replaceAll('"', '\\"')}"`;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
