# How bundles become functions: Cloud Build makes an image of each, as an account of its own. Left alone it would do so as the Compute Engine default
# account, which in many projects is an editor.

resource "google_storage_bucket_object" "bundle" {
  for_each = local.deployed

  bucket = google_storage_bucket.this["bundles"].name
  # By its hash: another bundle is another object, and only that deploys a function anew.
  name   = "${each.key}/${filesha256("${var.bundles}/${each.key}.zip")}.zip"
  source = "${var.bundles}/${each.key}.zip"
}

resource "google_artifact_registry_repository" "images" {
  project       = var.project_id
  location      = var.region
  repository_id = var.name
  format        = "DOCKER"
  description   = "Images of Anchorwatch's functions, made by Cloud Build"
  kms_key_name  = var.kms_key
  labels        = var.labels

  # The last few, to go back to.
  cleanup_policies {
    id     = "keep-the-newest"
    action = "KEEP"
    most_recent_versions {
      keep_count = 3
    }
  }
  cleanup_policies {
    id     = "delete-the-rest"
    action = "DELETE"
    condition {
      older_than = "2592000s"
    }
  }

  depends_on = [google_project_service.this, google_kms_crypto_key_iam_member.agent]
}

resource "google_service_account" "builder" {
  project      = var.project_id
  account_id   = "${var.name}-builder"
  display_name = "Anchorwatch builder"
  description  = "Cloud Build makes the images of Anchorwatch's functions as this account."

  depends_on = [google_project_service.this]
}

resource "google_artifact_registry_repository_iam_member" "builder" {
  project    = var.project_id
  location   = var.region
  repository = google_artifact_registry_repository.images.name
  role       = "roles/artifactregistry.writer"
  member     = google_service_account.builder.member
}

resource "google_storage_bucket_iam_member" "builder" {
  bucket = google_storage_bucket.this["bundles"].name
  role   = "roles/storage.objectViewer"
  member = google_service_account.builder.member
}

# Cloud Functions copies a bundle into a bucket of its own before it is built.
resource "google_project_iam_member" "builder_sources" {
  project = var.project_id
  role    = "roles/storage.objectViewer"
  member  = google_service_account.builder.member

  condition {
    title      = "Sources of functions only"
    expression = "resource.name.startsWith(\"projects/_/buckets/gcf-v2-sources-${local.project_number}-\")"
  }
}

resource "google_project_iam_member" "builder_logs" {
  project = var.project_id
  role    = "roles/logging.logWriter"
  member  = google_service_account.builder.member
}
