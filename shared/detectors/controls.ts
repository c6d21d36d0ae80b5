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
export const CIS_GKE_NODE_ACCOUNT: ControlRef = {
  framework: 'CIS GKE',
  version: '1.9',
  id: '5.2.1',
  title: 'Not using the Compute Engine default service account',
};
export const CIS_GKE_METADATA_SERVER: ControlRef = {
  framework: 'CIS GKE',
  version: '1.9',
  id: '5.4.1',
  title: 'GKE Metadata Server enabled',
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

/** A catalogue of controls, in the version that the numbers are of. */
export interface Framework {
  /** As the policy names it in `reports.frameworks`. */
  readonly id: string;
  readonly framework: string;
  readonly version: string;
  /** Whose judgement it is that a finding speaks to a control. */
  readonly mapping: string;
}

const BY_THEME =
  "This project's judgement, theme by theme; titles are shortened. Have it read by somebody who knows the framework.";

/** Every framework that findings are mapped to, in the order in which reports show them. */
export const FRAMEWORKS: readonly Framework[] = [
  {
    id: 'cis-gcp-5.0',
    framework: 'CIS GCP',
    version: '5.0',
    mapping:
      'Numbers and titles of the benchmark; which detector speaks to which control is this project’s judgement.',
  },
  {
    id: 'cis-gke-1.9',
    framework: 'CIS GKE',
    version: '1.9',
    mapping:
      'Numbers and titles of the benchmark; which detector speaks to which control is this project’s judgement.',
  },
  { id: 'nist-800-53r5', framework: 'NIST 800-53', version: 'r5', mapping: "This project's judgement." },
  { id: 'pci-dss-4.0', framework: 'PCI DSS', version: '4.0', mapping: BY_THEME },
  { id: 'soc2-2017', framework: 'SOC 2', version: '2017', mapping: BY_THEME },
  { id: 'iso-27001-2022', framework: 'ISO 27001', version: '2022', mapping: BY_THEME },
  {
    id: 'owasp-k8s-2025',
    framework: 'OWASP Kubernetes',
    version: '2025',
    mapping: "This project's judgement.",
  },
];

const pci = (id: string, title: string): ControlRef => ({ framework: 'PCI DSS', version: '4.0', id, title });
const soc2 = (id: string, title: string): ControlRef => ({ framework: 'SOC 2', version: '2017', id, title });
const iso = (id: string, title: string): ControlRef => ({
  framework: 'ISO 27001',
  version: '2022',
  id,
  title,
});

const CC61 = soc2('CC6.1', 'Logical access security');
const CC63 = soc2('CC6.3', 'Role-based access and least privilege');
const CC72 = soc2('CC7.2', 'Monitoring for anomalies');
const CC73 = soc2('CC7.3', 'Evaluation of security events');

/**
 * What other frameworks ask on the theme of a NIST control. Themes: least privilege, account lifecycle, static keys, baseline and drift,
 * audit records, monitoring, trust in third parties.
 */
const SAME_THEME: ReadonlyMap<ControlRef, readonly ControlRef[]> = new Map([
  [
    LEAST_PRIVILEGE,
    [
      pci('7.2.1', 'An access control model is defined'),
      pci('7.2.2', 'Access is by job function and least privilege'),
      pci('7.2.5', 'Application and system accounts have least privilege'),
      CC61,
      CC63,
      iso('A.5.15', 'Access control'),
      iso('A.8.2', 'Privileged access rights'),
      iso('A.8.3', 'Information access restriction'),
    ],
  ],
  [
    ACCOUNT_MANAGEMENT,
    [
      pci('7.2.4', 'Accounts and their access are reviewed'),
      pci('7.2.5.1', 'Access of application and system accounts is reviewed'),
      pci('8.2.6', 'Inactive accounts are removed or disabled'),
      soc2('CC6.2', 'Registration and authorisation'),
      CC63,
      iso('A.5.16', 'Identity management'),
      iso('A.5.18', 'Access rights'),
    ],
  ],
  [
    AUTHENTICATORS,
    [
      pci('8.3.9', 'Credentials are changed, or access is analysed all the time'),
      pci('8.6.1', 'Interactive use of system and application accounts is managed'),
      pci('8.6.2', 'Credentials of such accounts are not in code or files'),
      pci('8.6.3', 'Credentials of such accounts are protected against misuse'),
      CC61,
      iso('A.5.17', 'Authentication information'),
      iso('A.8.5', 'Secure authentication'),
      iso('A.8.24', 'Use of cryptography'),
    ],
  ],
  [
    CHANGE_CONTROL,
    [
      pci('2.2.1', 'Configuration standards'),
      pci('6.5.1', 'Changes follow procedures'),
      pci('11.5.2', 'A change-detection mechanism'),
      soc2('CC7.1', 'Detection of changes to configuration'),
      soc2('CC8.1', 'Change management'),
      iso('A.8.9', 'Configuration management'),
      iso('A.8.32', 'Change management'),
    ],
  ],
  [
    AUDIT_FAILURE,
    [
      pci('10.2.1', 'Audit logs are enabled'),
      pci('10.3.2', 'Audit logs are protected from changes'),
      pci('10.4.1', 'Audit logs are reviewed'),
      pci('10.7.2', 'Failures of security controls are detected and answered'),
      CC72,
      CC73,
      iso('A.8.15', 'Logging'),
      iso('A.8.16', 'Monitoring activities'),
    ],
  ],
  [
    MONITORING,
    [
      pci('12.10.5', 'Alerts of security systems are part of incident response'),
      CC72,
      CC73,
      soc2('CC7.4', 'Response to security incidents'),
      iso('A.5.24', 'Incident management: planning and preparation'),
      iso('A.5.25', 'Assessment of security events'),
      iso('A.5.26', 'Response to security incidents'),
    ],
  ],
  [
    EXTERNAL_SYSTEMS,
    [
      pci('8.2.7', 'Access of third parties is managed'),
      pci('12.8', 'Third-party service providers'),
      soc2('CC9.2', 'Risk of vendors and partners'),
      iso('A.5.19', 'Security in supplier relationships'),
      iso('A.5.23', 'Use of cloud services'),
    ],
  ],
]);

/** The controls that a detector's evidence supports: those it names, and those of other frameworks on the same theme. Each once. */
export function controlsOnTheme(controls: readonly ControlRef[]): readonly ControlRef[] {
  return [...new Set(controls.flatMap((control) => [control, ...(SAME_THEME.get(control) ?? [])]))];
}
