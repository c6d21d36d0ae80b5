terraform {
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 7.0"
    }
  }
}

provider "google" {
  project = "acme-prod"
  region  = "europe-west1"
}

resource "google_service_account" "batch" {
  account_id   = "batch"
  display_name = "Batch jobs of payments"
}

resource "google_service_account_iam_member" "settlement" {
  service_account_id = google_service_account.batch.name
  role               = "roles/iam.workloadIdentityUser"
  member             = "serviceAccount:acme-prod.svc.id.goog[payments/settlement-batch]"
}
