locals {
  # The services behind the functions, as they are called; a function's own resource says the same of its service.
  deployment = {
    schemaVersion = 1
    project       = var.project_id
    projectNumber = local.project_number
    region        = var.region
    scopes        = [var.scope]
    policy        = local.policy
    store         = "firestore:${var.project_id}/${google_firestore_database.this.name}"
    reportBuckets = ["gs://${google_storage_bucket.reports.name}"]
    functions = {
      for name, service in local.services : name => {
        service = "projects/${var.project_id}/locations/${var.region}/services/${service}"
        uri     = local.urls[name]
        account = google_service_account.this[name].email
      }
    }
    secrets = var.slack == null ? {} : {
      slackToken         = google_secret_manager_secret.this["slack-token"].id
      slackSigningSecret = google_secret_manager_secret.this["signing-secret"].id
    }
    apis        = sort(local.apis)
    permissions = local.permissions
    auditLogs   = local.audit_log_types
    watch       = local.watch
  }
}

output "deployment" {
  description = "What was deployed, for `anchorwatch doctor --deployment FILE` (terraform output -json deployment > FILE). It holds no secret."
  value       = local.deployment
}

output "policy" {
  description = "Where the policy is read from: every .yaml below it."
  value       = local.policy
}

output "console_url" {
  description = "Where the console is; null without console_members."
  value       = lookup(local.urls, "console", null)
}

output "slack_request_url" {
  description = "The Request URL of the Slack app: Interactivity & Shortcuts, and each slash command. null without slack."
  value       = lookup(local.urls, "slack-actions", null)
}

output "alerts_topic" {
  description = "A topic that a policy may send alerts to, for other systems: subscribe to it."
  value       = google_pubsub_topic.this["alerts"].id
}

output "report_bucket" {
  description = "Where reports are kept: name it in the policy."
  value       = "gs://${google_storage_bucket.reports.name}"
}

output "accounts" {
  description = "The functions' accounts, for what is granted elsewhere: `work` as a groups reader, or in the clusters that it asks."
  value       = { for name, account in google_service_account.this : name => account.email }
}

output "next_steps" {
  description = "What is left to do."
  value = join("\n", concat(
    length(var.policy_files) > 0 ? [] : ["Upload a policy: gcloud storage cp policy.yaml ${local.policy}"],
    var.slack == null ? ["No Slack app: alerts are only in the log. Set `slack`, slack_bot_token and slack_signing_secret."] : [
      "In the Slack app set ${local.urls["slack-actions"]} as Request URL of Interactivity & Shortcuts and of its slash command.",
      "Invite the bot to the channels that the policy names.",
    ],
    length(var.notification_channels) > 0 ? [] : ["Nobody is told when the watch itself dies: set notification_channels."],
    var.data_access_logs == "off" ? ["Tokens that are minted are not seen: see data_access_logs."] : [],
    [
      "A feed takes up to ten minutes to begin. Then look at everything:",
      "  terraform output -json deployment > deployment.json && npx anchorwatch doctor --deployment deployment.json",
      "Begin the first sweep rather than wait for it:",
      "  gcloud scheduler jobs run ${var.name}-sweep --location=${local.schedule_region} --project=${var.project_id}",
    ],
  ))
}
