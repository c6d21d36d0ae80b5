import type { DeclaredIdentity, Policy, SensitiveResource } from './policy.ts';
import { matchesResource } from './resource-pattern.ts';

/** The sensitive resources that a resource is among; `spellings` are its names. */
export function sensitiveAt(policy: Policy, spellings: readonly string[]): readonly SensitiveResource[] {
  return policy.sensitive.filter(({ on }) => matchesResource(on, spellings));
}

/**
 * Whether an ephemeral identity may reach a resource: `spellings` are its names, and may hold those of the project it lies in.
 * `undefined` when the entry is not ephemeral.
 */
export function ephemeralReaches(entry: DeclaredIdentity, spellings: readonly string[]): boolean | undefined {
  return entry.ephemeral?.within.some((pattern) => matchesResource(pattern, spellings));
}
