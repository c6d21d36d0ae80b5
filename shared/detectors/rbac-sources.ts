import { RBAC_METHODS } from './audit-methods.ts';
import type { Sources } from './detector.ts';
import { ROLE_METHODS } from './role-methods.ts';

/** Where the role bindings of clusters and what they bind are read: for the sources of detectors. */
export const RBAC_TYPES = [
  { type: 'rbac.authorization.k8s.io/Role', content: 'resource' },
  { type: 'rbac.authorization.k8s.io/ClusterRole', content: 'resource' },
  { type: 'rbac.authorization.k8s.io/RoleBinding', content: 'resource' },
  { type: 'rbac.authorization.k8s.io/ClusterRoleBinding', content: 'resource' },
] as const;

/** What tells who can become whom. */
export const EXPOSURE_SOURCES: Sources = {
  assetTypes: [
    { type: '*', content: 'policy' },
    { type: 'iam.googleapis.com/Role', content: 'resource' },
    { type: 'k8s.io/ServiceAccount', content: 'resource' },
    ...RBAC_TYPES,
  ],
  methods: ['*setIamPolicy', '*setIamPermissions', ...ROLE_METHODS, ...RBAC_METHODS],
};
