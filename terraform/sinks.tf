# The sink of audit logs: seconds late, and it names who did it. Everything below the scope, without exclusions; the filter is generated from what
# the detectors read.

locals {
  sink_name        = "${var.name}-audit-log"
  sink_destination = "pubsub.googleapis.com/${google_pubsub_topic.this["audit-log"].id}"
  # Exactly one of them.
  sink_writer = one(concat(
    google_logging_organization_sink.this[*].writer_identity,
    google_logging_folder_sink.this[*].writer_identity,
    google_logging_project_sink.this[*].writer_identity,
  ))
}

resource "google_logging_organization_sink" "this" {
  count = local.scope_kind == "organizations" ? 1 : 0

  name             = local.sink_name
  org_id           = local.scope_id
  destination      = local.sink_destination
  filter           = local.sink_filter
  include_children = true
}

resource "google_logging_folder_sink" "this" {
  count = local.scope_kind == "folders" ? 1 : 0

  name             = local.sink_name
  folder           = local.scope_id
  destination      = local.sink_destination
  filter           = local.sink_filter
  include_children = true
}

resource "google_logging_project_sink" "this" {
  count = local.scope_kind == "projects" ? 1 : 0

  name        = local.sink_name
  project     = local.scope_id
  destination = local.sink_destination
  filter      = local.sink_filter
  # An account of its own, so that no other sink of the project may publish to our topic.
  unique_writer_identity = true
}

# Tokens that are minted are seen in Data Access logs only. The permission type is ADMIN_READ, whatever blogs say
# (cloud.google.com/iam/docs/audit-logging/audit-logging-iamcreds). Each resource decides for its whole service: exemptions that others made go.

locals {
  audit_logs_set = { for log in local.audit_log_types : log.service => log.types if var.data_access_logs == "set" }
}

resource "google_organization_iam_audit_config" "this" {
  for_each = local.scope_kind == "organizations" ? local.audit_logs_set : {}

  org_id  = local.scope_id
  service = each.key

  dynamic "audit_log_config" {
    for_each = each.value
    content {
      log_type = audit_log_config.value
    }
  }
}

resource "google_folder_iam_audit_config" "this" {
  for_each = local.scope_kind == "folders" ? local.audit_logs_set : {}

  folder  = var.scope
  service = each.key

  dynamic "audit_log_config" {
    for_each = each.value
    content {
      log_type = audit_log_config.value
    }
  }
}

resource "google_project_iam_audit_config" "this" {
  for_each = local.scope_kind == "projects" ? local.audit_logs_set : {}

  project = local.scope_id
  service = each.key

  dynamic "audit_log_config" {
    for_each = each.value
    content {
      log_type = audit_log_config.value
    }
  }
}
