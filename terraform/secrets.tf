# Slack's two secrets. They stay in the region, they are mounted as files (which a new version replaces without a new deployment; an environment
# variable would not be), and their values are written once and never kept in the state.

locals {
  secrets = var.slack == null ? {} : {
    slack-token    = "Anchorwatch's bot token"
    signing-secret = "Signing secret of Anchorwatch's Slack app"
  }
}

resource "google_secret_manager_secret" "this" {
  for_each = local.secrets

  project   = var.project_id
  secret_id = "${var.name}-${each.key}"
  labels    = var.labels

  replication {
    user_managed {
      replicas {
        location = var.region

        dynamic "customer_managed_encryption" {
          for_each = var.kms_key[*]
          content {
            kms_key_name = customer_managed_encryption.value
          }
        }
      }
    }
  }

  depends_on = [google_project_service.this, google_kms_crypto_key_iam_member.agent]
}

resource "google_secret_manager_secret_version" "slack_token" {
  count = var.slack != null && var.slack_secrets_version > 0 ? 1 : 0

  secret                 = google_secret_manager_secret.this["slack-token"].id
  secret_data_wo         = var.slack_bot_token
  secret_data_wo_version = var.slack_secrets_version
  # What was there before is still good while instances run that have read it.
  deletion_policy = "DISABLE"
}

resource "google_secret_manager_secret_version" "signing_secret" {
  count = var.slack != null && var.slack_secrets_version > 0 ? 1 : 0

  secret                 = google_secret_manager_secret.this["signing-secret"].id
  secret_data_wo         = var.slack_signing_secret
  secret_data_wo_version = var.slack_secrets_version
  deletion_policy        = "DISABLE"
}
