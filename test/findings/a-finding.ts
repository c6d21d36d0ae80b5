import type { Judgement } from '../../shared/detectors/detector.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { t } from '../world.ts';

/** A judgement of which a test says only what matters to it. */
export function judgement(more: Partial<Judgement> = {}): Judgement {
  return {
    state: 'open',
    title: 'api holds roles/editor',
    subject: 'gsa:api@acme-prod.iam.gserviceaccount.com',
    identity: 'api@acme-prod',
    resource: '//cloudresourcemanager.googleapis.com/projects/acme-prod',
    role: 'roles/editor',
    before: [],
    after: [],
    explanation: '',
    why: { file: 'policy.yaml', line: 1, column: 1, entry: 'spec', policyHash: 'h' },
    remediation: [],
    cause: { asset: '//cloudresourcemanager.googleapis.com/projects/acme-prod', time: t(0), source: 'feed' },
    ...more,
  };
}

/** A finding of which a test says only what matters to it. */
export function finding(more: Partial<Finding> = {}): Finding {
  const { cause: _cause, state: _state, ...words } = judgement();
  return {
    ...words,
    id: 'f1',
    detector: 'forbidden-role',
    class: 'attack',
    severity: 'high',
    verdict: 'open',
    actor: 'unknown',
    observedBy: 'feed',
    eventTime: t(0),
    path: [],
    controls: [],
    causes: ['at:x|0'],
    state: 'open',
    episode: 1,
    incident: '',
    confirming: false,
    flapping: false,
    exceptionPending: false,
    firstSeen: t(0),
    lastSeen: t(0),
    ...more,
  };
}
