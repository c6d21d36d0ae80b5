# Two organizations, each with a watch of its own in one project: another name, another database, other accounts, another policy. Neither sees the
# other's.

locals {
  organizations = {
    aw-acme   = { scope = "organizations/123456789012", folder = "acme" }
    aw-globex = { scope = "organizations/210987654321", folder = "globex" }
  }
}

module "anchorwatch" {
  source   = "../.."
  for_each = local.organizations

  name       = each.key
  project_id = "acme-security"
  region     = "europe-west1"
  scope      = each.value.scope
  bundles    = "${path.module}/../../../dist/functions"

  policy_files = {
    for file in fileset("${path.module}/${each.value.folder}", "**/*.yaml") : file => "${path.module}/${each.value.folder}/${file}"
  }

  # The canary has to live where its watch sees it.
  canary_project = each.key == "aw-globex" ? "globex-security" : null
}

output "deployments" {
  description = "For `anchorwatch doctor`, one at a time: terraform output -json deployments | jq '.[\"aw-acme\"]'"
  value       = { for name, watch in module.anchorwatch : name => watch.deployment }
}

output "next_steps" {
  description = "What is left to do."
  value       = { for name, watch in module.anchorwatch : name => watch.next_steps }
}
