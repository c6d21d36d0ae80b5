# One folder, without Slack: alerts are in the log, and on a topic if the policy says so. A folder has no custom roles; its organization's are granted
# on the folder.

module "anchorwatch" {
  source = "../.."

  project_id      = "acme-security"
  region          = "europe-west1"
  scope           = "folders/345678901234"
  organization_id = "123456789012"
  bundles         = "${path.module}/../../../dist/functions"

  # The policy is uploaded by the pipeline of the repository that it is reviewed in.
  policy_files    = {}
  exceptions_from = ["gs://acme-security-anchorwatch-policy/policy/exceptions/*"]
}

output "deployment" {
  description = "For `anchorwatch doctor`: terraform output -json deployment > deployment.json"
  value       = module.anchorwatch.deployment
}

output "next_steps" {
  description = "What is left to do."
  value       = module.anchorwatch.next_steps
}
