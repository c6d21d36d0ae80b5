# Topics, who may publish on each, and the subscriptions that push to the functions.

locals {
  # `alerts` is for whoever else should hear them: a policy may send to it, and what subscribes to it is yours.
  topics = toset(["asset-changes", "audit-log", "work", "deliver", "alerts", "dead-letter"])

  # By name and not by resource: what a function is told of the watch names the subscription that pushes to it.
  topic_names                   = { for key in local.topics : key => "projects/${var.project_id}/topics/${var.name}-${key}" }
  dead_letter_subscription_name = "projects/${var.project_id}/subscriptions/${var.name}-dead-letter"
  subscription_names            = { for key in keys(local.pushed) : key => "projects/${var.project_id}/subscriptions/${var.name}-${key}" }

  pushed = {
    asset-changes = "on-asset-change"
    audit-log     = "on-audit-log"
    work          = "work"
    deliver       = "deliver"
  }
  # As long as a push may be waited for, which is as long as a function may take.
  ack_deadline_seconds             = 600
  dead_letter_ack_deadline_seconds = 60
}

resource "google_pubsub_topic" "this" {
  for_each = local.topics

  project      = var.project_id
  name         = "${var.name}-${each.key}"
  kms_key_name = var.kms_key
  labels       = var.labels

  # Messages wait in this region and nowhere else.
  message_storage_policy {
    allowed_persistence_regions = [var.region]
  }

  depends_on = [google_project_service.this, google_kms_crypto_key_iam_member.agent]
}

# A message does not say who published it. Whoever may publish can feign anything, so that the list is decided here alone: a binding takes the role
# from everybody else. What is granted by other roles the watch tells (self-publisher).
resource "google_pubsub_topic_iam_binding" "agents" {
  for_each = {
    asset-changes = google_project_service_identity.agent["cloudasset.googleapis.com"].member
    audit-log     = local.sink_writer
    dead-letter   = google_project_service_identity.agent["pubsub.googleapis.com"].member
  }

  project = var.project_id
  topic   = google_pubsub_topic.this[each.key].name
  role    = "roles/pubsub.publisher"
  members = [each.value]
}

# Our own subscriptions and no event trigger: a trigger's keeps messages for a day and drops what its function fails on, unless told otherwise.
resource "google_pubsub_subscription" "push" {
  for_each = local.pushed

  project              = var.project_id
  name                 = "${var.name}-${each.key}"
  topic                = google_pubsub_topic.this[each.key].id
  ack_deadline_seconds = local.ack_deadline_seconds
  labels               = var.labels

  # A week: an outage over a long weekend loses nothing.
  message_retention_duration = "604800s"

  push_config {
    push_endpoint = local.urls[each.value]
    oidc_token {
      service_account_email = google_service_account.this["pusher"].email
      audience              = local.urls[each.value]
    }
  }

  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }

  # The most there is: at ten minutes apart some fifteen hours, so that an outage of the store is waited out and only what never succeeds ends there.
  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.this["dead-letter"].id
    max_delivery_attempts = 100
  }

  # Never, however quiet the scope is.
  expiration_policy {
    ttl = ""
  }

  depends_on = [google_cloudfunctions2_function.this, google_cloud_run_v2_service_iam_binding.caller]
}

# Without a subscription the dead-letter topic would lose what it is given. Nobody pulls it but whoever looks into it; for a month.
resource "google_pubsub_subscription" "dead_letter" {
  project                    = var.project_id
  name                       = "${var.name}-dead-letter"
  topic                      = google_pubsub_topic.this["dead-letter"].id
  ack_deadline_seconds       = local.dead_letter_ack_deadline_seconds
  message_retention_duration = "2678400s"
  labels                     = var.labels

  expiration_policy {
    ttl = ""
  }
}

# Pub/Sub moves a message to the dead letters as its agent: that takes it from the one and, by the binding above, publishes it on the other.
resource "google_pubsub_subscription_iam_member" "dead_letter" {
  for_each = google_pubsub_subscription.push

  project      = var.project_id
  subscription = each.value.name
  role         = "roles/pubsub.subscriber"
  member       = google_project_service_identity.agent["pubsub.googleapis.com"].member
}
