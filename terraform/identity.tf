# Who runs what, and what they may do: one account for each function, and custom roles made of `local.permissions` (sources.tf, generated from what
# the program calls) and of nothing else. One role for each function and place, so that a role's name says whose it is and where it holds.

locals {
  # The functions that are deployed; and those that call them: Pub/Sub as the pusher, Cloud Scheduler as the scheduler.
  accounts = setunion(local.deployed, local.callers)
  callers  = setsubtract(keys(local.permissions), local.functions)
}

resource "google_service_account" "this" {
  for_each = local.accounts

  project      = var.project_id
  account_id   = "${var.name}-${each.key}"
  display_name = "Anchorwatch ${each.key}"

  depends_on = [google_project_service.this]
}

locals {
  members = { for name, account in google_service_account.this : name => account.member }

  # On the scope: what is asked of any scope, and what is asked of one of its kind.
  scope_grants = {
    for account in local.accounts : "${account}/scope" => {
      account = account
      permissions = concat(
        try(local.permissions[account]["scope"], []),
        try(local.permissions[account]["scope:${local.scope_kind}"], []),
      )
      role_id = replace("${var.name}_${account}_scope", "-", "_")
      title   = "Anchorwatch ${account} (scope)"
    }
    if contains(keys(local.permissions[account]), "scope") || contains(keys(local.permissions[account]), "scope:${local.scope_kind}")
  }

  # On what is ours, thing by thing: `topic:work` is of the kind topic and has the name work.
  own_grants = merge([
    for account in local.accounts : {
      for where, permissions in local.permissions[account] : "${account}/${where}" => {
        account     = account
        kind        = split(":", where)[0]
        name        = try(split(":", where)[1], "")
        permissions = permissions
        role_id     = replace("${var.name}_${account}_${where}", "/[-:]/", "_")
        title       = "Anchorwatch ${account} (${where})"
      }
      # Not for what there is not: secrets without Slack, exports under a key of yours.
      if split(":", where)[0] != "scope" && (var.slack != null || split(":", where)[0] != "secret") && (local.exports || where != "bucket:exports")
    }
  ]...)

  # Organizations and projects have custom roles; folders have none. A role for a folder is therefore the organization's, granted on the folder only.
  role_organization = (
    local.scope_kind == "organizations" ? local.scope_id :
    local.scope_kind == "folders" ? var.organization_id :
    null
  )
}

resource "google_organization_iam_custom_role" "scope" {
  for_each = { for key, grant in local.scope_grants : key => grant if local.role_organization != null }

  org_id      = local.role_organization
  role_id     = each.value.role_id
  title       = each.value.title
  permissions = each.value.permissions
}

resource "google_project_iam_custom_role" "scope" {
  for_each = { for key, grant in local.scope_grants : key => grant if local.role_organization == null }

  project     = local.scope_id
  role_id     = each.value.role_id
  title       = each.value.title
  permissions = each.value.permissions
}

resource "google_project_iam_custom_role" "own" {
  for_each = local.own_grants

  project     = each.value.kind == "canary-account" ? local.canary_project : var.project_id
  role_id     = each.value.role_id
  title       = each.value.title
  permissions = each.value.permissions
}

# On the scope: reads, and nothing but reads.

resource "google_organization_iam_member" "scope" {
  for_each = local.scope_kind == "organizations" ? local.scope_grants : {}

  org_id = local.scope_id
  role   = google_organization_iam_custom_role.scope[each.key].name
  member = local.members[each.value.account]
}

resource "google_folder_iam_member" "scope" {
  for_each = local.scope_kind == "folders" ? local.scope_grants : {}

  folder = var.scope
  role   = google_organization_iam_custom_role.scope[each.key].name
  member = local.members[each.value.account]
}

resource "google_project_iam_member" "scope" {
  for_each = local.scope_kind == "projects" ? local.scope_grants : {}

  project = local.scope_id
  role    = google_project_iam_custom_role.scope[each.key].name
  member  = local.members[each.value.account]
}

# On our own things, each by itself. Bindings, so that the role is nobody else's.

resource "google_project_iam_member" "project" {
  for_each = { for key, grant in local.own_grants : key => grant if grant.kind == "project" }

  project = var.project_id
  role    = google_project_iam_custom_role.own[each.key].name
  member  = local.members[each.value.account]
}

# A database has no policy of its own: a condition keeps the grant to ours (cloud.google.com/firestore/docs/manage-databases, conditional access).
resource "google_project_iam_member" "database" {
  for_each = { for key, grant in local.own_grants : key => grant if grant.kind == "database" }

  project = var.project_id
  role    = google_project_iam_custom_role.own[each.key].name
  member  = local.members[each.value.account]

  condition {
    title      = "${var.name} only"
    expression = "resource.name == \"${google_firestore_database.this.id}\""
  }
}

resource "google_pubsub_topic_iam_binding" "function" {
  for_each = { for key, grant in local.own_grants : key => grant if grant.kind == "topic" }

  project = var.project_id
  topic   = google_pubsub_topic.this[each.value.name].name
  role    = google_project_iam_custom_role.own[each.key].name
  members = [local.members[each.value.account]]
}

resource "google_secret_manager_secret_iam_binding" "function" {
  for_each = { for key, grant in local.own_grants : key => grant if grant.kind == "secret" }

  project   = var.project_id
  secret_id = google_secret_manager_secret.this[each.value.name].secret_id
  role      = google_project_iam_custom_role.own[each.key].name
  members   = [local.members[each.value.account]]
}

resource "google_storage_bucket_iam_binding" "function" {
  for_each = { for key, grant in local.own_grants : key => grant if grant.kind == "bucket" }

  bucket  = each.value.name == "reports" ? google_storage_bucket.reports.name : google_storage_bucket.this[each.value.name].name
  role    = google_project_iam_custom_role.own[each.key].name
  members = [local.members[each.value.account]]
}

# The only setIamPolicy there is, and it holds on one account that nobody uses.
resource "google_service_account_iam_binding" "canary" {
  for_each = { for key, grant in local.own_grants : key => grant if grant.kind == "canary-account" }

  service_account_id = google_service_account.canary.name
  role               = google_project_iam_custom_role.own[each.key].name
  members            = [local.members[each.value.account]]
}

# Who may call which function. Cloud Run checks it (ANCHORWATCH_PUSH_AUTH=iam), and the function looks at who called besides.
resource "google_cloud_run_v2_service_iam_binding" "caller" {
  for_each = { for key, grant in local.own_grants : key => grant if grant.kind == "function" }

  project  = var.project_id
  location = var.region
  name     = google_cloudfunctions2_function.this[each.value.name].name
  role     = google_project_iam_custom_role.own[each.key].name
  members  = [local.members[each.value.account]]
}
