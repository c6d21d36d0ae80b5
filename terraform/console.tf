# The report, live, for people. Identity-Aware Proxy stands in front: it lets in whom `console_members` names and tells the service who it is, in a
# header that the service checks against its audience. IAP then calls the service as its own agent, who alone may.
#
# IAP on the service itself needs no load balancer, domain or certificate. `google` 6 cannot say it, `google-beta` 6 can.

locals {
  # What IAP's headers are made out to (cloud.google.com/iap/docs/signed-headers-howto, Cloud Run).
  console_audience = "/projects/${local.project_number}/locations/${var.region}/services/${var.name}-console"
}

resource "google_cloud_run_v2_service" "console" {
  count    = contains(local.deployed, "console") ? 1 : 0
  provider = google-beta

  project             = var.project_id
  location            = var.region
  name                = local.services["console"]
  description         = "Anchorwatch console"
  ingress             = "INGRESS_TRAFFIC_ALL"
  launch_stage        = "BETA"
  iap_enabled         = true
  deletion_protection = false
  labels              = var.labels

  build_config {
    source_location          = "gs://${google_storage_bucket_object.bundle["console"].bucket}/${google_storage_bucket_object.bundle["console"].name}"
    function_target          = "console"
    image_uri                = local.images["console"]
    base_image               = local.base_image
    enable_automatic_updates = true
    service_account          = google_service_account.builder.name
  }

  template {
    service_account                  = google_service_account.this["console"].email
    encryption_key                   = var.kms_key
    timeout                          = "${local.sizes["console"].timeout}s"
    max_instance_request_concurrency = local.sizes["console"].concurrency

    scaling {
      min_instance_count = local.sizes["console"].min
      max_instance_count = local.sizes["console"].max
    }

    containers {
      image          = local.images["console"]
      base_image_uri = local.base_image

      resources {
        limits = {
          memory = local.sizes["console"].memory
          cpu    = local.sizes["console"].cpu
        }
      }

      dynamic "env" {
        for_each = local.environment["console"]
        content {
          name  = env.key
          value = env.value
        }
      }
    }
  }

  depends_on = [
    google_artifact_registry_repository_iam_member.builder,
    google_project_iam_member.builder_logs,
    google_storage_bucket_iam_member.builder,
  ]
}

resource "google_cloud_run_v2_service_iam_binding" "console" {
  count = length(google_cloud_run_v2_service.console)

  project  = var.project_id
  location = var.region
  name     = google_cloud_run_v2_service.console[0].name
  role     = "roles/run.invoker"
  members  = [google_project_service_identity.agent["iap.googleapis.com"].member]
}

resource "google_iap_web_cloud_run_service_iam_binding" "console" {
  count = length(google_cloud_run_v2_service.console)

  project                = var.project_id
  location               = var.region
  cloud_run_service_name = google_cloud_run_v2_service.console[0].name
  role                   = "roles/iap.httpsResourceAccessor"
  members                = var.console_members
}
