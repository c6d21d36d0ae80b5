import type { ControlRef } from '../model/finding.ts';

/**
 * Controls whose evidence findings support (support, never satisfy). CIS numbers are those of the named version: 5.0 shifted them by one.
 * The NIST and OWASP mapping is this project's judgement.
 */
const nist = (id: string, title: string): ControlRef => ({
  framework: 'NIST 800-53',
  version: 'r5',
  id,
  title,
});
const cisGcp = (id: string, title: string): ControlRef => ({
  framework: 'CIS GCP',
  version: '5.0',
  id,
  title,
});

export const ACCOUNT_MANAGEMENT = nist('AC-2', 'Account Management');
export const LEAST_PRIVILEGE = nist('AC-6', 'Least Privilege');
export const EXTERNAL_SYSTEMS = nist('AC-20', 'Use of External Systems');
export const CHANGE_CONTROL = nist('CM-3', 'Configuration Change Control');
export const MONITORING = nist('SI-4', 'System Monitoring');
export const AUDIT_FAILURE = nist('AU-5', 'Response to Audit Logging Process Failures');
export const AUTHENTICATORS = nist('IA-5', 'Authenticator Management');
export const CIS_ONLY_MANAGED_KEYS = cisGcp(
  '1.5',
  'Only GCP-managed service account keys for each service account',
);
export const CIS_KEY_ROTATION = cisGcp(
  '1.8',
  'User-managed and external service account keys are rotated within 90 days',
);
export const CIS_NO_ADMIN = cisGcp('1.6', 'Service account has no admin privileges');
export const CIS_NO_PROJECT_IMPERSONATION = cisGcp(
  '1.7',
  'No Service Account User or Token Creator role at project level',
);
export const CIS_GKE_WORKLOAD_IDENTITY: ControlRef = {
  framework: 'CIS GKE',
  version: '1.9',
  id: '5.2.2',
  title: 'Prefer dedicated service accounts and Workload Identity',
};
export const OWASP_LATERAL: ControlRef = {
  framework: 'OWASP Kubernetes',
  version: '2025',
  id: 'K08',
  title: 'Cluster To Cloud Lateral Movement',
};
export const OWASP_SECRETS: ControlRef = {
  framework: 'OWASP Kubernetes',
  version: '2025',
  id: 'K03',
  title: 'Secrets Management Failures',
};
