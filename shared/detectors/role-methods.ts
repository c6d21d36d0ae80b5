/** Audit-log methods that make, change, delete and restore custom roles (gcp-facts 3.2). */
export const ROLE_METHODS: readonly string[] = ['google.iam.admin.v1.(Create|Update|Delete|Undelete)Role'];
