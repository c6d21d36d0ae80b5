# One project that watches itself: the smallest there is, to try it with. Nothing above the project is seen, grants inherited from a folder neither.

variable "project_id" {
  description = "The project to watch, and to run in."
  type        = string
}

module "anchorwatch" {
  source = "../.."

  project_id   = var.project_id
  region       = "europe-west1"
  scope        = "projects/${var.project_id}"
  bundles      = "${path.module}/../../../dist/functions"
  policy_files = { "policy.yaml" = "${path.module}/policy.yaml" }

  # To be rid of it again without a second thought.
  delete_protection     = false
  report_retention_days = 1
}

output "deployment" {
  description = "For `anchorwatch doctor`: terraform output -json deployment > deployment.json"
  value       = module.anchorwatch.deployment
}

output "next_steps" {
  description = "What is left to do."
  value       = module.anchorwatch.next_steps
}
