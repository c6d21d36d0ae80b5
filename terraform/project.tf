# The project it runs in, and what everything is called.

data "google_project" "this" {
  project_id = var.project_id
}

locals {
  project_number = data.google_project.this.number

  scope_kind = split("/", var.scope)[0]
  scope_id   = split("/", var.scope)[1]

  functions = ["on-asset-change", "on-audit-log", "work", "sweep", "deliver", "report", "slack-actions", "console", "heartbeat"]
  # Those that are deployed: nothing to press without Slack, nothing to open for nobody.
  deployed = toset([
    for name in local.functions : name
    if !(name == "slack-actions" && var.slack == null) && !(name == "console" && length(var.console_members) == 0)
  ])
  services = { for name in local.deployed : name => "${var.name}-${name}" }
  # Cloud Run's predictable address of a service (cloud.google.com/run/docs/triggering/https-request#deterministic): known before the service is
  # there, so that a function can be told what its own tokens are made out to.
  urls = { for name, service in local.services : name => "https://${service}-${local.project_number}.${var.region}.run.app" }

  apis = toset(concat(
    [
      "artifactregistry.googleapis.com",
      "cloudasset.googleapis.com",
      "cloudbuild.googleapis.com",
      "cloudfunctions.googleapis.com",
      "cloudresourcemanager.googleapis.com",
      "cloudscheduler.googleapis.com",
      "firestore.googleapis.com",
      "iam.googleapis.com",
      "logging.googleapis.com",
      "monitoring.googleapis.com",
      "pubsub.googleapis.com",
      "run.googleapis.com",
      "secretmanager.googleapis.com",
      "storage.googleapis.com",
    ],
    var.usage ? ["policyanalyzer.googleapis.com"] : [],
    var.directory ? ["cloudidentity.googleapis.com"] : [],
    var.kubernetes ? ["container.googleapis.com"] : [],
    var.kms_key == null ? [] : ["cloudkms.googleapis.com"],
    length(var.console_members) == 0 ? [] : ["iap.googleapis.com"],
  ))
}

resource "google_project_service" "this" {
  for_each = local.apis

  project = var.project_id
  service = each.key

  # Others in the project may use them too.
  disable_on_destroy = false
}

# Google makes an agent when its service needs it first. A grant to one that is not there yet fails, and a feed without its agent's grant is silent.
locals {
  agents = toset(concat(
    ["cloudasset.googleapis.com", "pubsub.googleapis.com"],
    length(var.console_members) == 0 ? [] : ["iap.googleapis.com"],
    var.kms_key == null ? [] : [
      "artifactregistry.googleapis.com",
      "cloudfunctions.googleapis.com",
      "firestore.googleapis.com",
      "run.googleapis.com",
      "secretmanager.googleapis.com",
    ],
  ))
}

resource "google_project_service_identity" "agent" {
  for_each = local.agents
  provider = google-beta

  project = var.project_id
  service = each.key

  depends_on = [google_project_service.this]
}
