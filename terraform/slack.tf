# Where Slack sends what people press. Slack has no Google account: whoever knows the address may call, and the function believes only what bears
# the signing secret's signature.
#
# Mostly that is done by granting allUsers roles/run.invoker, which an organization with domain-restricted sharing (iam.allowedPolicyMemberDomains)
# refuses. Cloud Run can leave out the check itself instead, for one service, without any grant (cloud.google.com/run/docs/securing/
# managing-access#invoker_check). A Cloud Function's resource cannot say so, a Cloud Run service's can: that is why this one is a service. An
# organization that enforces run.managed.requireInvokerIam has to let this service be an exception to it, or an exception to domain-restricted
# sharing: then slack_open_by = "all-users".

resource "google_cloud_run_v2_service" "slack_actions" {
  count = contains(local.deployed, "slack-actions") ? 1 : 0

  project              = var.project_id
  location             = var.region
  name                 = local.services["slack-actions"]
  description          = "Anchorwatch slack-actions"
  ingress              = "INGRESS_TRAFFIC_ALL"
  invoker_iam_disabled = var.slack_open_by == "invoker-check-off"
  deletion_protection  = false
  labels               = var.labels

  build_config {
    source_location          = "gs://${google_storage_bucket_object.bundle["slack-actions"].bucket}/${google_storage_bucket_object.bundle["slack-actions"].name}"
    function_target          = "slack-actions"
    image_uri                = local.images["slack-actions"]
    base_image               = local.base_image
    enable_automatic_updates = true
    service_account          = google_service_account.builder.name
  }

  template {
    service_account                  = google_service_account.this["slack-actions"].email
    encryption_key                   = var.kms_key
    timeout                          = "${local.sizes["slack-actions"].timeout}s"
    max_instance_request_concurrency = local.sizes["slack-actions"].concurrency

    scaling {
      min_instance_count = local.sizes["slack-actions"].min
      max_instance_count = local.sizes["slack-actions"].max
    }

    containers {
      image          = local.images["slack-actions"]
      base_image_uri = local.base_image

      resources {
        limits = {
          memory = local.sizes["slack-actions"].memory
          cpu    = local.sizes["slack-actions"].cpu
        }
        startup_cpu_boost = true
      }

      dynamic "env" {
        for_each = local.environment["slack-actions"]
        content {
          name  = env.key
          value = env.value
        }
      }

      dynamic "volume_mounts" {
        for_each = local.mounted["slack-actions"]
        content {
          name       = volume_mounts.value
          mount_path = local.secret_paths[volume_mounts.value]
        }
      }
    }

    dynamic "volumes" {
      for_each = local.mounted["slack-actions"]
      content {
        name = volumes.value
        secret {
          secret = google_secret_manager_secret.this[volumes.value].secret_id
          items {
            version = "latest"
            path    = local.secret_file
          }
        }
      }
    }
  }

  depends_on = [
    google_artifact_registry_repository_iam_member.builder,
    google_project_iam_member.builder_logs,
    google_secret_manager_secret_iam_binding.function,
    google_secret_manager_secret_version.signing_secret,
    google_secret_manager_secret_version.slack_token,
    google_storage_bucket_iam_member.builder,
  ]
}

resource "google_cloud_run_v2_service_iam_binding" "slack_actions" {
  count = var.slack_open_by == "all-users" ? length(google_cloud_run_v2_service.slack_actions) : 0

  project  = var.project_id
  location = var.region
  name     = google_cloud_run_v2_service.slack_actions[0].name
  role     = "roles/run.invoker"
  members  = ["allUsers"]
}

locals {
  # What the two services that we build ourselves are made of. The tag is the bundle's hash, so that another bundle is another image.
  base_image = "${var.region}-docker.pkg.dev/serverless-runtimes/google-24/runtimes/${local.runtime}"
  images = {
    for name, bundle in google_storage_bucket_object.bundle :
    name => "${var.region}-docker.pkg.dev/${var.project_id}/${google_artifact_registry_repository.images.repository_id}/${name}:${substr(filesha256("${var.bundles}/${name}.zip"), 0, 40)}"
  }
}
