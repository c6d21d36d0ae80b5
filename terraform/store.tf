# The database. Collections, indexes and times to live are those of shared/adapters/firestore-layout.ts; a test holds the two together.

locals {
  store_prefix = "anchorwatch-"

  # Every collection there is.
  collections = [
    "registers", "aliases", "coverage", "subjects", "ripples", "findings", "transitions", "incidents", "news", "outbox", "rollups", "intents",
    "decisions", "seen", "acts", "changes", "quarantine", "meta", "catalogue", "runs", "shards", "sightings", "posture", "reports", "reviews",
    "rosters", "policies",
  ]
  # Those that are asked for what is due.
  due_collections = ["subjects", "ripples", "news", "outbox", "intents"]
  # Those whose documents expire. Nothing relies on it: what expired may be there a day longer.
  expiring_collections = ["acts", "changes", "seen", "quarantine", "runs", "shards", "sightings", "meta"]
}

resource "google_firestore_database" "this" {
  project     = var.project_id
  name        = var.name
  location_id = var.region
  type        = "FIRESTORE_NATIVE"
  # As the store's transactions expect it.
  concurrency_mode = "PESSIMISTIC"
  # A week of every minute's state, for the day when somebody has to ask what was known when.
  point_in_time_recovery_enablement = "POINT_IN_TIME_RECOVERY_ENABLED"
  delete_protection_state           = var.delete_protection ? "DELETE_PROTECTION_ENABLED" : "DELETE_PROTECTION_DISABLED"
  deletion_policy                   = var.delete_protection ? "ABANDON" : "DELETE"

  dynamic "cmek_config" {
    for_each = var.kms_key[*]
    content {
      kms_key_name = cmek_config.value
    }
  }

  depends_on = [google_project_service.this, google_kms_crypto_key_iam_member.agent]
}

resource "google_firestore_index" "due" {
  for_each = toset(local.due_collections)

  project    = var.project_id
  database   = google_firestore_database.this.name
  collection = "${local.store_prefix}${each.key}"

  fields {
    field_path = "dueAt"
    order      = "ASCENDING"
  }
  fields {
    field_path = "id"
    order      = "ASCENDING"
  }
}

# Left alone, Firestore indexes every field of every document, and bills each write for it. Of these only two are ever asked for.
resource "google_firestore_field" "unindexed" {
  for_each = toset(local.collections)

  project    = var.project_id
  database   = google_firestore_database.this.name
  collection = "${local.store_prefix}${each.key}"
  field      = "*"

  index_config {}
}

resource "google_firestore_field" "id" {
  for_each = toset(local.collections)

  project    = var.project_id
  database   = google_firestore_database.this.name
  collection = "${local.store_prefix}${each.key}"
  field      = "id"

  index_config {
    indexes {
      order = "ASCENDING"
    }
  }
}

resource "google_firestore_field" "keys" {
  for_each = toset(local.collections)

  project    = var.project_id
  database   = google_firestore_database.this.name
  collection = "${local.store_prefix}${each.key}"
  field      = "keys"

  index_config {
    indexes {
      array_config = "CONTAINS"
    }
  }
}

# Times that only grow would all be written at the end of an index: none.
resource "google_firestore_field" "time_to_live" {
  for_each = toset(local.expiring_collections)

  project    = var.project_id
  database   = google_firestore_database.this.name
  collection = "${local.store_prefix}${each.key}"
  field      = "expiresAt"

  index_config {}
  ttl_config {}
}
