# Made from what the detectors declare; do not edit. To write it anew:
#   node cli/bin.js sources --format terraform > terraform/sources.tf

locals {
  feeds = {
    resource = {
      content_type = "RESOURCE"
      asset_types = [
        "aiplatform.googleapis.com/CustomJob",
        "appengine.googleapis.com/Version",
        "apps.k8s.io/DaemonSet",
        "apps.k8s.io/Deployment",
        "apps.k8s.io/StatefulSet",
        "batch.k8s.io/CronJob",
        "batch.k8s.io/Job",
        "bigquery.googleapis.com/Dataset",
        "cloudbuild.googleapis.com/BuildTrigger",
        "cloudfunctions.googleapis.com/CloudFunction",
        "cloudfunctions.googleapis.com/Function",
        "cloudkms.googleapis.com/CryptoKey",
        "cloudresourcemanager.googleapis.com/Project",
        "composer.googleapis.com/Environment",
        "compute.googleapis.com/Instance",
        "compute.googleapis.com/InstanceTemplate",
        "container.googleapis.com/Cluster",
        "container.googleapis.com/NodePool",
        "dataflow.googleapis.com/Job",
        "dataproc.googleapis.com/Cluster",
        "gkehub.googleapis.com/Membership",
        "iam.googleapis.com/Role",
        "iam.googleapis.com/ServiceAccount",
        "iam.googleapis.com/ServiceAccountKey",
        "iam.googleapis.com/WorkloadIdentityPoolProvider",
        "k8s.io/Namespace",
        "k8s.io/Secret",
        "k8s.io/ServiceAccount",
        "notebooks.googleapis.com/Instance",
        "orgpolicy.googleapis.com/Policy",
        "pubsub.googleapis.com/Subscription",
        "pubsub.googleapis.com/Topic",
        "rbac.authorization.k8s.io/ClusterRole",
        "rbac.authorization.k8s.io/ClusterRoleBinding",
        "rbac.authorization.k8s.io/Role",
        "rbac.authorization.k8s.io/RoleBinding",
        "run.googleapis.com/Job",
        "run.googleapis.com/Service",
        "secretmanager.googleapis.com/Secret",
        "storage.googleapis.com/Bucket",
        "workflows.googleapis.com/Workflow",
      ]
    }
    iam_policy = {
      content_type = "IAM_POLICY"
      asset_types = [
        ".*",
      ]
    }
    org_policy = {
      content_type = "ORG_POLICY"
      asset_types = [
        "cloudresourcemanager.googleapis.com/Folder",
        "cloudresourcemanager.googleapis.com/Organization",
        "cloudresourcemanager.googleapis.com/Project",
      ]
    }
  }

  sink_filter = trimspace(<<-EOT
    (
      (log_id("cloudaudit.googleapis.com/activity") OR log_id("cloudaudit.googleapis.com/data_access"))
      AND (
        (
          NOT (protoPayload.status.code>=1 AND protoPayload.status.code<=99)
          AND (
            protoPayload.methodName=~"(?i)(Set|Clear)OrgPolicy(|V1)$"
            OR protoPayload.methodName=~"(?i)[.]compute[.](instances|instanceTemplates)[.](insert|delete)$"
            OR protoPayload.methodName=~"(?i)cnrm.*[.](iampolicymembers|iampartialpolicies|iampolicies)[.](create|update|patch|delete)$"
            OR protoPayload.methodName=~"(?i)setIamPermissions$"
            OR protoPayload.methodName=~"(?i)setIamPolicy$"
            OR protoPayload.methodName="GenerateAccessToken"
            OR protoPayload.methodName="GenerateIdToken"
            OR protoPayload.methodName="SignBlob"
            OR protoPayload.methodName="SignJwt"
            OR protoPayload.methodName=~"(?i)^google[.]cloud[.]asset[.]v1.*[.]AssetService[.](Create|Update|Delete|Replace|Patch|ModifyPushConfig|Detach|Seek|Pause|Resume|Set|Move|Undelete)"
            OR protoPayload.methodName=~"(?i)^google[.]cloud[.]functions[.]v.*[.](CloudFunctionsService|FunctionService)[.](Create|Update|Delete)Function$"
            OR protoPayload.methodName=~"(?i)^google[.]cloud[.]functions[.]v.*[.](CloudFunctionsService|FunctionService)[.](Create|Update|Delete|Replace|Patch|ModifyPushConfig|Detach|Seek|Pause|Resume|Set|Move|Undelete)"
            OR protoPayload.methodName=~"(?i)^google[.]cloud[.]gkehub[.]v1.*[.]GkeHub.*[.](Create|Update|Delete)Membership$"
            OR protoPayload.methodName=~"(?i)^google[.]cloud[.]orgpolicy[.]v2.*[.]OrgPolicy[.](Create|Update|Delete)Policy$"
            OR protoPayload.methodName=~"(?i)^google[.]cloud[.]privilegedaccessmanager[.].*[.]PrivilegedAccessManager[.](Create|Approve|Deny|Revoke|Withdraw)Grant$"
            OR protoPayload.methodName=~"(?i)^google[.]cloud[.]run[.]v.*[.]Jobs[.](Create|Replace|Update|Delete)Job$"
            OR protoPayload.methodName=~"(?i)^google[.]cloud[.]run[.]v.*[.]Services[.](Create|Replace|Update|Delete)Service$"
            OR protoPayload.methodName=~"(?i)^google[.]cloud[.]run[.]v.*[.]Services[.](Create|Update|Delete|Replace|Patch|ModifyPushConfig|Detach|Seek|Pause|Resume|Set|Move|Undelete)"
            OR protoPayload.methodName=~"(?i)^google[.]cloud[.]scheduler[.]v1.*[.]CloudScheduler[.](Create|Update|Delete|Replace|Patch|ModifyPushConfig|Detach|Seek|Pause|Resume|Set|Move|Undelete)"
            OR protoPayload.methodName=~"(?i)^google[.]container[.]v1.*[.]ClusterManager[.](Create|Update|Delete|Set|Start|Complete|Rollback)"
            OR protoPayload.methodName=~"(?i)^google[.]iam[.].*[.]WorkloadIdentityPools[.](Create|Update|Delete|Undelete)WorkloadIdentityPoolProvider$"
            OR protoPayload.methodName=~"(?i)^google[.]iam[.]admin[.]v1[.](Create|Patch|Update|Delete|Undelete|Disable|Enable)ServiceAccount$"
            OR protoPayload.methodName=~"(?i)^google[.]iam[.]admin[.]v1[.](Create|Update|Delete|Undelete)Role$"
            OR protoPayload.methodName=~"(?i)^google[.]iam[.]admin[.]v1[.](Create|Upload|Delete|Disable|Enable)ServiceAccountKey$"
            OR protoPayload.methodName="google.iam.admin.v1.SetIAMPolicy"
            OR protoPayload.methodName=~"(?i)^google[.]logging[.]v2[.]ConfigServiceV2[.](Create|Update|Delete|Replace|Patch|ModifyPushConfig|Detach|Seek|Pause|Resume|Set|Move|Undelete)"
            OR protoPayload.methodName=~"(?i)^google[.]pubsub[.]v1[.](Publisher|Subscriber)[.](Create|Update|Delete|Replace|Patch|ModifyPushConfig|Detach|Seek|Pause|Resume|Set|Move|Undelete)"
            OR protoPayload.methodName="iam.serviceAccounts.actAs"
            OR protoPayload.methodName=~"(?i)^io[.]k8s[.](apps|extensions)[.].*[.](deployments|statefulsets|daemonsets)[.](create|update|patch|delete|deletecollection)$"
            OR protoPayload.methodName=~"(?i)^io[.]k8s[.](authorization[.]rbac|rbac|rbac[.]authorization)[.].*[.](roles|clusterroles|rolebindings|clusterrolebindings)[.](create|update|patch|delete|deletecollection)$"
            OR protoPayload.methodName=~"(?i)^io[.]k8s[.]batch[.].*[.](jobs|cronjobs)[.](create|update|patch|delete|deletecollection)$"
            OR protoPayload.methodName=~"(?i)^io[.]k8s[.]core[.].*[.](serviceaccounts|namespaces)[.](create|update|patch|delete|deletecollection)$"
            OR protoPayload.methodName=~"(?i)^io[.]k8s[.]core[.].*[.]pods[.](exec|attach|portforward)[.](create|get)$"
            OR protoPayload.methodName=~"(?i)^io[.]k8s[.]core[.].*[.]pods[.]ephemeralcontainers[.](create|update|patch)$"
            OR protoPayload.methodName=~"(?i)^storage[.]hmacKeys[.](create|insert|update|delete)$"
          )
        )
        OR (
          NOT (protoPayload.status.code>=1 AND protoPayload.status.code<=99)
          AND NOT (
            protoPayload.authenticationInfo.principalEmail=~"(?i)^system:.*-"
            OR protoPayload.authenticationInfo.principalEmail=~"(?i)^system:.*:"
            OR protoPayload.authenticationInfo.principalEmail="system:apiserver"
          )
          AND (
            protoPayload.methodName=~"(?i)^io[.]k8s[.]core[.].*[.]serviceaccounts[.]token(|[.]create)$"
          )
        )
        OR protoPayload.authenticationInfo.serviceAccountKeyName:"/keys/"
        OR (
          protoPayload.authenticationInfo.principalEmail=~"[.]gserviceaccount[.]com$"
          AND NOT protoPayload.authenticationInfo.principalEmail=~"@(cloudservices|system)[.]gserviceaccount[.]com$|@gcp-sa-[^.]+[.]iam[.]gserviceaccount[.]com$|^service-(org-)?[0-9]+@(compute-system|container-engine-robot|containerregistry|container-analysis|cloud-filer|cloud-ml[.]google[.]com|cloud-redis|cloud-tpu|cloudcomposer-accounts|dataflow-service-producer-prod|dataproc-accounts|dlp-api|endpoints-portal|firebase-rules|gae-api-prod[.]google[.]com|gcf-admin-robot|gcp-gae-service|genomics-api[.]google[.]com|gs-project-accounts|remotebuildexecution|security-center-api|serverless-robot-prod|service-consumer-management|service-networking|sourcerepo-service-accounts)[.]iam[.]gserviceaccount[.]com$"
        )
        OR (
          NOT protoPayload.authenticationInfo.principalEmail=~"[.]gserviceaccount[.]com$"
          AND protoPayload.authenticationInfo.principalSubject=~"^serviceAccount:"
        )
        OR protoPayload.authenticationInfo.principalEmail=~"[.](svc|hub)[.]id[.]"
        OR protoPayload.authenticationInfo.principalSubject=~"[.](svc|hub)[.]id[.]"
        OR protoPayload.methodName="google.identity.sts.v1.SecurityTokenService.ExchangeToken"
      )
    )
  EOT
  )

  audit_log_types = [
    {
      service = "iam.googleapis.com"
      types = [
        "ADMIN_READ",
      ]
    },
    {
      service = "sts.googleapis.com"
      types = [
        "ADMIN_READ",
      ]
    },
  ]

  permissions = {
    "on-asset-change" = {
      "bucket:policy" = [
        "storage.objects.get",
        "storage.objects.list",
      ]
      "database" = [
        "datastore.databases.get",
        "datastore.entities.create",
        "datastore.entities.delete",
        "datastore.entities.get",
        "datastore.entities.list",
        "datastore.entities.update",
      ]
      "topic:deliver" = [
        "pubsub.topics.publish",
      ]
      "topic:work" = [
        "pubsub.topics.publish",
      ]
    }
    "on-audit-log" = {
      "bucket:policy" = [
        "storage.objects.get",
        "storage.objects.list",
      ]
      "database" = [
        "datastore.databases.get",
        "datastore.entities.create",
        "datastore.entities.delete",
        "datastore.entities.get",
        "datastore.entities.list",
        "datastore.entities.update",
      ]
      "topic:deliver" = [
        "pubsub.topics.publish",
      ]
      "topic:work" = [
        "pubsub.topics.publish",
      ]
    }
    "work" = {
      "bucket:exports" = [
        "storage.objects.get",
      ]
      "bucket:policy" = [
        "storage.objects.get",
        "storage.objects.list",
      ]
      "database" = [
        "datastore.databases.get",
        "datastore.entities.create",
        "datastore.entities.delete",
        "datastore.entities.get",
        "datastore.entities.list",
        "datastore.entities.update",
      ]
      "project" = [
        "serviceusage.services.use",
      ]
      "scope" = [
        "cloudasset.assets.exportIamPolicy",
        "cloudasset.assets.exportOrgPolicy",
        "cloudasset.assets.exportResource",
        "cloudasset.assets.listIamPolicy",
        "cloudasset.assets.listOrgPolicy",
        "cloudasset.assets.listResource",
        "container.clusters.connect",
        "container.serviceAccounts.list",
        "logging.logEntries.list",
        "monitoring.timeSeries.list",
        "policyanalyzer.serviceAccountKeyLastAuthenticationActivities.query",
        "policyanalyzer.serviceAccountLastAuthenticationActivities.query",
      ]
      "scope:organizations" = [
        "iam.roles.list",
      ]
      "scope:projects" = [
        "iam.roles.list",
      ]
      "topic:deliver" = [
        "pubsub.topics.publish",
      ]
      "topic:work" = [
        "pubsub.topics.publish",
      ]
    }
    "sweep" = {
      "bucket:policy" = [
        "storage.objects.get",
        "storage.objects.list",
      ]
      "database" = [
        "datastore.databases.get",
        "datastore.entities.create",
        "datastore.entities.delete",
        "datastore.entities.get",
        "datastore.entities.list",
        "datastore.entities.update",
      ]
      "scope:organizations" = [
        "iam.roles.list",
      ]
      "scope:projects" = [
        "iam.roles.list",
      ]
      "topic:deliver" = [
        "pubsub.topics.publish",
      ]
      "topic:work" = [
        "pubsub.topics.publish",
      ]
    }
    "deliver" = {
      "bucket:policy" = [
        "storage.objects.get",
        "storage.objects.list",
      ]
      "bucket:reports" = [
        "storage.objects.get",
      ]
      "database" = [
        "datastore.databases.get",
        "datastore.entities.create",
        "datastore.entities.delete",
        "datastore.entities.get",
        "datastore.entities.list",
        "datastore.entities.update",
      ]
      "secret:slack-token" = [
        "secretmanager.versions.access",
      ]
      "topic:alerts" = [
        "pubsub.topics.publish",
      ]
    }
    "report" = {
      "bucket:policy" = [
        "storage.objects.get",
        "storage.objects.list",
      ]
      "bucket:reports" = [
        "storage.objects.create",
      ]
      "database" = [
        "datastore.databases.get",
        "datastore.entities.create",
        "datastore.entities.delete",
        "datastore.entities.get",
        "datastore.entities.list",
        "datastore.entities.update",
      ]
      "topic:deliver" = [
        "pubsub.topics.publish",
      ]
    }
    "slack-actions" = {
      "bucket:policy" = [
        "storage.objects.get",
        "storage.objects.list",
      ]
      "database" = [
        "datastore.databases.get",
        "datastore.entities.create",
        "datastore.entities.delete",
        "datastore.entities.get",
        "datastore.entities.list",
        "datastore.entities.update",
      ]
      "secret:signing-secret" = [
        "secretmanager.versions.access",
      ]
      "secret:slack-token" = [
        "secretmanager.versions.access",
      ]
      "topic:deliver" = [
        "pubsub.topics.publish",
      ]
    }
    "console" = {
      "bucket:policy" = [
        "storage.objects.get",
        "storage.objects.list",
      ]
      "database" = [
        "datastore.databases.get",
        "datastore.entities.get",
        "datastore.entities.list",
      ]
    }
    "heartbeat" = {
      "bucket:policy" = [
        "storage.objects.get",
        "storage.objects.list",
      ]
      "canary-account" = [
        "iam.serviceAccounts.getIamPolicy",
        "iam.serviceAccounts.setIamPolicy",
      ]
      "database" = [
        "datastore.databases.get",
        "datastore.entities.create",
        "datastore.entities.delete",
        "datastore.entities.get",
        "datastore.entities.list",
        "datastore.entities.update",
      ]
      "project" = [
        "cloudscheduler.jobs.get",
        "pubsub.subscriptions.get",
        "pubsub.topics.get",
        "pubsub.topics.getIamPolicy",
        "serviceusage.services.use",
      ]
      "scope" = [
        "cloudasset.feeds.get",
        "logging.exclusions.list",
        "logging.sinks.get",
      ]
      "scope:folders" = [
        "resourcemanager.folders.getIamPolicy",
      ]
      "scope:organizations" = [
        "resourcemanager.organizations.getIamPolicy",
      ]
      "scope:projects" = [
        "resourcemanager.projects.getIamPolicy",
      ]
      "topic:deliver" = [
        "pubsub.topics.publish",
      ]
      "topic:work" = [
        "pubsub.topics.publish",
      ]
    }
    "pusher" = {
      "function:deliver" = [
        "run.routes.invoke",
      ]
      "function:on-asset-change" = [
        "run.routes.invoke",
      ]
      "function:on-audit-log" = [
        "run.routes.invoke",
      ]
      "function:work" = [
        "run.routes.invoke",
      ]
    }
    "scheduler" = {
      "function:deliver" = [
        "run.routes.invoke",
      ]
      "function:heartbeat" = [
        "run.routes.invoke",
      ]
      "function:report" = [
        "run.routes.invoke",
      ]
      "function:sweep" = [
        "run.routes.invoke",
      ]
    }
  }
}
