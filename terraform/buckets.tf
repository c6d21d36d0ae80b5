# Buckets: bundles, the policy, reports, and exports of large listings. Uniform access, never public, in the region.

locals {
  # Asset Inventory exports into no bucket that has a key of yours (cloud.google.com/asset-inventory/docs/export-cloud-storage). With one, large
  # listings are read page by page: slower, and nothing is stored outside the key.
  exports = var.kms_key == null
  buckets = merge(
    {
      bundles = { versioning = false, days = null }
      # Each generation of the policy is kept: a report says under which it was made.
      policy = { versioning = true, days = null }
    },
    local.exports ? {
      # Read once, by the sweep that asked for them.
      exports = { versioning = false, days = 2 }
    } : {},
  )
}

resource "google_storage_bucket" "this" {
  for_each = local.buckets

  project  = var.project_id
  name     = "${var.project_id}-${var.name}-${each.key}"
  location = var.region
  labels   = var.labels

  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  # What is in them is made anew: bundles and exports by us, the policy from where it is reviewed.
  force_destroy = !var.delete_protection || each.key != "policy"

  versioning {
    enabled = each.value.versioning
  }

  dynamic "lifecycle_rule" {
    for_each = each.value.days[*]
    content {
      action {
        type = "Delete"
      }
      condition {
        age = lifecycle_rule.value
      }
    }
  }

  dynamic "encryption" {
    for_each = var.kms_key[*]
    content {
      default_kms_key_name = encryption.value
    }
  }

  depends_on = [google_project_service.this, google_kms_crypto_key_iam_member.agent]
}

# Exports are written by Asset Inventory's agent. It tries the bucket first, with an object that it deletes again.
resource "google_storage_bucket_iam_member" "exporter" {
  count = local.exports ? 1 : 0

  bucket = google_storage_bucket.this["exports"].name
  role   = "roles/storage.admin"
  member = google_project_service_identity.agent["cloudasset.googleapis.com"].member
}

# Evidence: what is in it can be neither deleted nor replaced, by nobody, until it is old enough; once the retention is locked not even by whoever
# owns the project.
resource "google_storage_bucket" "reports" {
  project  = var.project_id
  name     = "${var.project_id}-${var.name}-reports"
  location = var.region
  labels   = var.labels

  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = !var.delete_protection

  retention_policy {
    retention_period = var.report_retention_days * 86400
    is_locked        = var.lock_report_retention
  }

  dynamic "encryption" {
    for_each = var.kms_key[*]
    content {
      default_kms_key_name = encryption.value
    }
  }

  depends_on = [google_project_service.this, google_kms_crypto_key_iam_member.agent]
}

# Terraform cannot judge a policy: `anchorwatch validate` does, and belongs in the pipeline before this. What can be seen from here is looked at, so
# that not just any YAML takes the place of a policy. A bad one would not be in force anyhow: the last good one stays.
resource "google_storage_bucket_object" "policy" {
  for_each = var.policy_files

  bucket       = google_storage_bucket.this["policy"].name
  name         = "${local.policy_folder}${each.key}"
  source       = each.value
  content_type = "application/yaml"

  lifecycle {
    precondition {
      condition     = can(yamldecode(file(each.value)))
      error_message = "${each.value} is not YAML. `anchorwatch validate ${each.value}` shows where."
    }
    precondition {
      condition = (
        try(yamldecode(file(each.value)).apiVersion, "") == "anchorwatch.dev/v1" &&
        try(yamldecode(file(each.value)).kind, "") == "WorkloadIdentityPolicy"
      )
      error_message = "${each.value} is no policy: it begins with `apiVersion: anchorwatch.dev/v1` and `kind: WorkloadIdentityPolicy`."
    }
    precondition {
      condition     = can(yamldecode(file(each.value)).spec)
      error_message = "${each.value} has no `spec`: it would declare nothing. `anchorwatch init` writes one to begin with."
    }
  }
}

locals {
  policy_folder = "policy/"
  policy        = "gs://${google_storage_bucket.this["policy"].name}/${local.policy_folder}"
  # As the policy source reckons the generation of a folder: the hash of its objects' names and generations, in the order of their names.
  policy_generation = sha256(join("", [
    for name in sort(keys(google_storage_bucket_object.policy)) :
    "${local.policy_folder}${name}\n${google_storage_bucket_object.policy[name].generation}\n"
  ]))
}
