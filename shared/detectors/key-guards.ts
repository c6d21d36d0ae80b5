/** An organisation policy constraint that keeps keys away. */
export interface KeyGuard {
  /** The same guard under the other generation's name: either may be the one in force (gcp-facts 7.4). */
  readonly twin: string | undefined;
  /** What is possible without it. */
  readonly without: string;
  /** How strong it is by these rules; 0 is not at all, and larger is stronger. */
  strength(rules: readonly Rule[]): number;
}

/** A rule of an organisation policy (google.cloud.orgpolicy.v2), as far as guards of keys go by it. */
export interface Rule {
  readonly enforce?: boolean;
  readonly hasCondition: boolean;
  readonly allowed: readonly string[];
}

/** Demanded of everybody: no rule loosens it, and one has no condition. */
function enforced(rules: readonly Rule[]): number {
  const switches = rules.filter(({ enforce }) => enforce !== undefined);
  const all = switches.every(({ enforce }) => enforce === true);
  return all && switches.some(({ hasCondition }) => !hasCondition) ? 1 : 0;
}

/** The longest life that a key may get: `8h` to `2160h`. The shorter the stronger. */
function shortLife(rules: readonly Rule[]): number {
  const hours = allowedIn(rules).flatMap((value) => {
    const found = /^(?:is:)?(\d{1,6})h(?:ours)?$/i.exec(value)?.[1];
    return found === undefined ? [] : [Number(found)];
  });
  return hours.length === 0 ? 0 : 1 / Math.max(1, ...hours);
}

/** By default what has leaked is disabled; only this waits until it is abused (gcp-facts 7.4). */
function disablesLeaked(rules: readonly Rule[]): number {
  return allowedIn(rules).some((value) => /WAIT_FOR_ABUSE$/i.test(value)) ? 0 : 1;
}

function allowedIn(rules: readonly Rule[]): readonly string[] {
  return rules.flatMap(({ allowed }) => allowed);
}

const CREATION = 'keys can be created for service accounts';
const UPLOAD = 'public keys can be uploaded to service accounts';

/**
 * Constraints that guard keys (gcp-facts 7.4; docs: organization-policy/restrict-service-accounts). The managed one on creation keeps HMAC
 * keys away too.
 */
export const KEY_GUARDS: ReadonlyMap<string, KeyGuard> = new Map<string, KeyGuard>([
  ...twins('disableServiceAccountKeyCreation', CREATION),
  ...twins('disableServiceAccountKeyUpload', UPLOAD),
  [
    'iam.managed.disableServiceAccountApiKeyCreation',
    { twin: undefined, without: 'API keys can be bound to service accounts', strength: enforced },
  ],
  [
    'iam.serviceAccountKeyExpiryHours',
    { twin: undefined, without: 'new keys may live longer, or for ever', strength: shortLife },
  ],
  [
    'iam.serviceAccountKeyExposureResponse',
    {
      twin: undefined,
      without: 'keys that Google finds in public stay on until they are abused',
      strength: disablesLeaked,
    },
  ],
]);

function twins(name: string, without: string): readonly (readonly [string, KeyGuard])[] {
  const [legacy, managed] = [`iam.${name}`, `iam.managed.${name}`];
  return [
    [legacy, { twin: managed, without, strength: enforced }],
    [managed, { twin: legacy, without, strength: enforced }],
  ];
}

/** The rules in the text that facts hold. None in an empty one, and none where the default was restored. */
export function rulesIn(text: string): readonly Rule[] {
  if (text === '') return [];
  const { rules = [], reset = false } = JSON.parse(text) as RulesText;
  return reset
    ? []
    : rules.map(({ enforce, condition, values }) => ({
        // `null` is how proto3 writes that nothing is said.
        ...(typeof enforce === 'boolean' ? { enforce } : {}),
        hasCondition: condition !== undefined && condition !== null,
        allowed: values?.allowedValues ?? [],
      }));
}

/** As `decode/facts/org-policy` writes it. */
interface RulesText {
  readonly rules?: readonly {
    readonly enforce?: unknown;
    readonly condition?: unknown;
    readonly values?: { readonly allowedValues?: readonly string[] };
  }[];
  readonly reset?: boolean;
}
