# With a key of yours, whatever stores anything has to be let in to it: the agents of the services, not our functions.

data "google_storage_project_service_account" "this" {
  count = var.kms_key == null ? 0 : 1

  project    = var.project_id
  depends_on = [google_project_service.this]
}

locals {
  # By service, so that the keys are known before the agents are.
  encrypting = var.kms_key == null ? {} : merge(
    {
      for service in [
        "artifactregistry.googleapis.com",
        "cloudfunctions.googleapis.com",
        "firestore.googleapis.com",
        "pubsub.googleapis.com",
        "run.googleapis.com",
        "secretmanager.googleapis.com",
      ] : service => google_project_service_identity.agent[service].member
    },
    { "storage.googleapis.com" = data.google_storage_project_service_account.this[0].member },
  )
}

resource "google_kms_crypto_key_iam_member" "agent" {
  for_each = local.encrypting

  crypto_key_id = var.kms_key
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = each.value
}
