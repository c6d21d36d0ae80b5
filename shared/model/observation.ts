import type { Setter } from './act.ts';
import type { AssetName } from './asset.ts';
import type { Grant, GrantChange } from './grant.ts';
import type { Nanos } from './time.ts';
import type { Use } from './usage.ts';
import type { PartKind } from './watch-part.ts';

/** Where news came from. `scan` is an export or file read offline; `sweep` the deployed reconcile scan. */
export type Source = 'audit-log' | 'feed' | 'sweep' | 'scan';

/** What is known of a resource itself. Every field is optional: a message may bring only some of them. */
export interface FactsByType {
  readonly 'service-account': {
    readonly uniqueId?: string;
    readonly email?: string;
    readonly projectId?: string;
    readonly disabled?: boolean;
    readonly displayName?: string;
    /** Of what Config Connector makes, `cnrm.cloud.google.com`: accounts have no labels that would say so. */
    readonly managedBy?: string;
  };
  readonly 'service-account-key': {
    readonly keyId?: string;
    /** Unique id or e-mail of the account, as the message spells it. */
    readonly account?: string;
    readonly managedBy?: 'user' | 'google';
    readonly origin?: 'created' | 'uploaded';
    readonly disabled?: boolean;
    /** RFC 3339, as `formatTime` writes it. */
    readonly validAfter?: string;
    readonly validBefore?: string;
  };
  readonly 'kubernetes-service-account': {
    /** `projects/P/locations/L/clusters/C`. */
    readonly cluster?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly uid?: string;
    /** The annotation `iam.gke.io/gcp-service-account`; empty when there is none. */
    readonly annotation?: string;
    /** When the API server made it: RFC 3339, as `formatTime` writes it. */
    readonly createdAt?: string;
    /** Who answers for it, from its labels (`team`, `owner`, `app.kubernetes.io/part-of`). */
    readonly owner?: string;
    /** The label or annotation by which it says that it is made as code: `argocd.argoproj.io/tracking-id`. */
    readonly managedBy?: string;
  };
  readonly cluster: {
    readonly cluster?: string;
    /** `PROJECT.svc.id.goog`; empty when Workload Identity is off. */
    readonly workloadPool?: string;
    readonly autopilot?: boolean;
    /** Host name of its DNS endpoint, as the asset spells it; empty where that may not be used from outside. */
    readonly dnsEndpoint?: string;
    /** `RUNNING`, `PROVISIONING`, …. */
    readonly status?: string;
    /** Names of its node pools, sorted, one a line; absent when the message lists none. */
    readonly nodePools?: string;
  };
  readonly project: {
    readonly projectId?: string;
    readonly number?: string;
    readonly displayName?: string;
    /** Who answers for it, from its labels. */
    readonly owner?: string;
    /** The label by which it says that it is made as code: `goog-terraform-provisioned`. */
    readonly managedBy?: string;
  };
  /** Buckets, topics and the like, on which roles are granted. */
  readonly labelled: {
    /** As a project's. */
    readonly managedBy?: string;
  };
  readonly namespace: {
    readonly cluster?: string;
    readonly name?: string;
    readonly uid?: string;
    readonly owner?: string;
  };
  readonly 'node-pool': {
    readonly cluster?: string;
    readonly name?: string;
    /** `GKE_METADATA`, `GCE_METADATA`; empty when the pool does not say. */
    readonly metadataMode?: string;
    /** The node's own account; `default` is the Compute Engine default account. */
    readonly serviceAccount?: string;
    /** OAuth scopes of its tokens, sorted, one a line. */
    readonly scopes?: string;
    /** The instance metadata `disable-legacy-endpoints`; empty when the pool does not say. */
    readonly noLegacyEndpoints?: string;
    /** Absent of nodes with Linux. */
    readonly isWindows?: true;
    /** Its pods run in GKE Sandbox; absent where they do not. */
    readonly isSandboxed?: true;
    /** Of GKE, on its nodes: `1.31.4-gke.1372000`. */
    readonly version?: string;
    /** As a cluster's. */
    readonly status?: string;
  };
  /** Whatever runs pods: Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, Job, CronJob. */
  readonly workload: {
    readonly cluster?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly kind?: string;
    /** The KSA its pods run as; `default` when it names none. */
    readonly serviceAccount?: string;
    readonly hostNetwork?: boolean;
    /** What made it, as `ReplicaSet/api-5d8f`; absent for what people make. */
    readonly controller?: string;
    /** Signs that its pods carry a key, as `credentialText` writes them; empty when there are none. */
    readonly credentials?: string;
  };
  /** A Secret or ConfigMap: what it is called, and never what it holds. */
  readonly 'data-object': {
    readonly cluster?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly kind?: 'Secret' | 'ConfigMap';
    /** Names of its entries that are called like key files, one a line; empty when there are none. */
    readonly keyFiles?: string;
    /** E-mail of the account that its labels and annotations name, and the key. */
    readonly account?: string;
    readonly keyId?: string;
  };
  /** A key to Cloud Storage in the manner of S3, of a service account. */
  readonly 'hmac-key': {
    readonly accessId?: string;
    /** E-mail of the account. */
    readonly account?: string;
    readonly active?: boolean;
    readonly createdAt?: string;
  };
  /** Whatever runs as an account outside of pods: a virtual machine, a Cloud Run service, a build trigger. */
  readonly attachment: {
    /** `Compute Engine instance`, `Cloud Run service`. */
    readonly what?: string;
    /** E-mails or unique ids, sorted, one a line; empty when it runs as none. */
    readonly accounts?: string;
    /** The node pool it says to be a node of, as `projects/P/locations/L/clusters/C/nodePools/N`. */
    readonly nodePool?: string;
    /** As a project's. */
    readonly managedBy?: string;
  };
  /** RoleBinding or, with an empty namespace, ClusterRoleBinding. */
  readonly 'role-binding': {
    readonly cluster?: string;
    readonly namespace?: string;
    readonly name?: string;
    /** `ClusterRole/edit`, `Role/deployer`. */
    readonly role?: string;
    /** Sorted, one a line: `User/jane@acme.example`, `Group/x`, `ServiceAccount/ns/name`. */
    readonly subjects?: string;
  };
  /** What a Role or, with an empty namespace, a ClusterRole permits. */
  readonly 'kubernetes-role': {
    readonly cluster?: string;
    readonly namespace?: string;
    readonly name?: string;
    /** Sorted, one a line, as `ruleText` writes them; empty when it permits nothing. */
    readonly rules?: string;
  };
  readonly 'fleet-membership': {
    readonly name?: string;
    /** The GKE cluster it registers, as `projects/P/locations/L/clusters/C`; empty for others. */
    readonly cluster?: string;
    readonly issuer?: string;
    readonly pool?: string;
  };
  readonly 'identity-provider': {
    /** `projects/N/locations/global/workloadIdentityPools/P`. */
    readonly pool?: string;
    readonly name?: string;
    /** Of OIDC its URI; `aws:ACCOUNT`; `saml` and `x509` have none, their keys tell them apart. */
    readonly issuer?: string;
    /** Empty when the provider takes whoever the issuer vouches for. */
    readonly condition?: string;
    /** Attribute mapping as JSON with sorted keys; empty when there is none. */
    readonly mapping?: string;
    /** SHA-256 of the signing keys the provider was given (JWKS, SAML metadata, trust store); empty when it fetches them from the issuer. */
    readonly keys?: string;
    readonly disabled?: boolean;
  };
  /** A custom role. */
  readonly role: {
    /** `projects/P/roles/R`, `organizations/O/roles/R`. */
    readonly name?: string;
    readonly title?: string;
    /** Sorted, one a line; empty when it permits nothing. */
    readonly permissions?: string;
    /** `GA`, `BETA`, …; `DISABLED`: whoever holds it has nothing of it. */
    readonly stage?: string;
    /** It stays for seven days and can be restored; until then whoever holds it has nothing of it. */
    readonly deleted?: boolean;
    /** Its permissions were changed, and the message does not say to what. */
    readonly unread?: boolean;
  };
  /** A group of people and accounts, as the directory tells it; of one that cannot be read nothing is told. */
  readonly group: {
    readonly email?: string;
    /** Whoever is in it or in groups of it, as grants name them, sorted, one a line; empty when that is nobody. */
    readonly members?: string;
  };
  readonly 'org-policy': {
    /** `projects/N`, `folders/N`, `organizations/N`. */
    readonly parent?: string;
    /** Without `constraints/`. */
    readonly constraint?: string;
    /** Whether a boolean constraint is enforced without exception; absent for list constraints, and where the default is restored. */
    readonly enforced?: boolean;
    /** The rules, and whether they add to the parent's or are reset, as JSON with sorted keys, to tell that they changed; empty when only a dry run is set. */
    readonly rules?: string;
  };
  /** A part of the watch itself. */
  readonly 'watch-part': {
    readonly part?: PartKind;
    /** Full resource name, of what is deployed. */
    readonly resource?: AssetName;
    /** What it was deployed as, and what it was found to be, as `settingsText` writes them. */
    readonly wanted?: string;
    readonly found?: string;
    /** Why it could not be read; empty when it was. */
    readonly unread?: string;
    /** When it last did its work: RFC 3339, as `formatTime` writes it. */
    readonly last?: string;
    /** What is wrong with it, one a line: what it is about, a tab, and words for people; empty when all is well. */
    readonly troubles?: string;
  };
}

export type FactType = keyof FactsByType;
export type Facts<T extends FactType = FactType> = { [K in T]: { readonly type: K } & FactsByType[K] }[T];

interface Seen {
  readonly asset: AssetName;
  readonly time: Nanos;
  readonly source: Source;
  /** `projects/…`, `folders/…`, `organizations/…`, nearest first; empty when the message does not say. */
  readonly ancestors: readonly string[];
}

/** One decoded message about the state of an asset. */
export type Observation =
  /** The whole IAM policy on one resource. `supersedes` is the etag of the version it replaced. */
  | (Seen & {
      readonly kind: 'policy';
      readonly grants: readonly Grant[];
      readonly etag?: string;
      readonly supersedes?: string;
    })
  /** Some grants added or removed, the rest unsaid. */
  | (Seen & {
      readonly kind: 'policy-delta';
      readonly changes: readonly GrantChange[];
      readonly etag?: string;
      readonly supersedes?: string;
    })
  /** The policy changed and the message does not say how: it must be read. */
  | (Seen & { readonly kind: 'policy-unknown'; readonly etag?: string; readonly supersedes?: string })
  /** The resource itself. `whole` says that a field which is absent here is absent in the resource. */
  | (Seen & {
      readonly kind: 'resource';
      readonly facts: Facts;
      readonly whole: boolean;
      /** Who set it so, of what is later asked who accepted it (identity providers). */
      readonly by?: Setter;
    })
  /** The resource is gone; `type` when its kind is one we keep. */
  | (Seen & { readonly kind: 'gone'; readonly type?: FactType })
  /** All things of a type below `asset` may be gone (deletecollection): unknown until they are seen again. */
  | (Seen & { readonly kind: 'unsure'; readonly type: FactType })
  /** A key was used, or an account, or a KSA by itself. `asset` is the key, the account, or `workloadName`. */
  | (Seen & { readonly kind: 'used'; readonly use: Use })
  /** Somebody called from a network, or called a service whose data access is logged: `asset` is that, `who` the account or `workloadName`. */
  | (Seen & { readonly kind: 'visited'; readonly who: AssetName })
  /** Somebody looked at every use of a key or an account in that time; `lastUse` is absent when there was none. */
  | (Seen & {
      readonly kind: 'watched';
      readonly from: Nanos;
      readonly until: Nanos;
      readonly lastUse?: Nanos;
    })
  /** Two names of one thing, learnt in passing. */
  | (Seen & { readonly kind: 'alias'; readonly alias: Alias });

/** Service accounts: unique id and e-mail. Projects: number and id. */
export interface Alias {
  readonly of: 'service-account' | 'project';
  readonly id: string;
  readonly name: string;
}
