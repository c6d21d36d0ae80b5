import { createHash } from 'node:crypto';
import type { Judgement } from '../detectors/detector.ts';

/**
 * A finding's id: what it is about and nothing that changes while it stays about that. Never time, wording, severity or policy version, so
 * that a rephrased title reopens nothing.
 */
export function fingerprint(tenant: string, detector: string, judgement: Judgement): string {
  const parts = [
    'v1',
    tenant,
    detector,
    judgement.subject,
    judgement.resource,
    judgement.role ?? '',
    judgement.key ?? '',
    judgement.condition ?? '',
  ];
  return hashOf(parts);
}

/** 32 hex digits of SHA-256 over the parts, each set apart so that no two lists run together. */
export function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
