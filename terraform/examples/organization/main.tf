# A whole organization, with Slack and a console. The two secrets come from the environment:
#   export TF_VAR_slack_bot_token=xoxb-… TF_VAR_slack_signing_secret=…

variable "slack_bot_token" {
  description = "The Slack app's bot token."
  type        = string
  ephemeral   = true
  sensitive   = true
}

variable "slack_signing_secret" {
  description = "The Slack app's signing secret."
  type        = string
  ephemeral   = true
  sensitive   = true
}

module "anchorwatch" {
  source = "../.."

  project_id = "acme-security"
  region     = "europe-west1"
  scope      = "organizations/123456789012"
  bundles    = "${path.module}/../../../dist/functions"

  policy_files = {
    for file in fileset("${path.module}/policy", "**/*.yaml") : file => "${path.module}/policy/${file}"
  }

  slack                = { teams = ["T0ACME001"], app_id = "A0ACME001" }
  slack_bot_token      = var.slack_bot_token
  slack_signing_secret = var.slack_signing_secret

  console_members       = ["group:security@acme.example"]
  notification_channels = ["projects/acme-security/notificationChannels/1234567890"]
  # Who mints tokens is seen in Data Access logs only, which are paid by volume.
  data_access_logs = "set"
}

output "deployment" {
  description = "For `anchorwatch doctor`: terraform output -json deployment > deployment.json"
  value       = module.anchorwatch.deployment
}

output "next_steps" {
  description = "What is left to do."
  value       = module.anchorwatch.next_steps
}
