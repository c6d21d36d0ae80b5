# Asset Inventory's feeds: complete, but minutes late, and nobody is named. One content type each: a feed has no more.
#
# A feed publishes as the agent of its billing project, which therefore is the project we run in. No feed has a condition: one that touches a field
# that an asset lacks keeps the message back without a word.

resource "google_cloud_asset_organization_feed" "this" {
  for_each = local.scope_kind == "organizations" ? local.feeds : {}

  billing_project = var.project_id
  org_id          = local.scope_id
  feed_id         = "${var.name}-${replace(each.key, "_", "-")}"
  content_type    = each.value.content_type
  asset_types     = each.value.asset_types

  feed_output_config {
    pubsub_destination {
      topic = google_pubsub_topic.this["asset-changes"].id
    }
  }

  depends_on = [google_pubsub_topic_iam_binding.agents]
}

resource "google_cloud_asset_folder_feed" "this" {
  for_each = local.scope_kind == "folders" ? local.feeds : {}

  billing_project = var.project_id
  folder          = local.scope_id
  feed_id         = "${var.name}-${replace(each.key, "_", "-")}"
  content_type    = each.value.content_type
  asset_types     = each.value.asset_types

  feed_output_config {
    pubsub_destination {
      topic = google_pubsub_topic.this["asset-changes"].id
    }
  }

  depends_on = [google_pubsub_topic_iam_binding.agents]
}

resource "google_cloud_asset_project_feed" "this" {
  for_each = local.scope_kind == "projects" ? local.feeds : {}

  project         = local.scope_id
  billing_project = var.project_id
  feed_id         = "${var.name}-${replace(each.key, "_", "-")}"
  content_type    = each.value.content_type
  asset_types     = each.value.asset_types

  feed_output_config {
    pubsub_destination {
      topic = google_pubsub_topic.this["asset-changes"].id
    }
  }

  depends_on = [google_pubsub_topic_iam_binding.agents]
}

locals {
  # By Google's own name for them, with the scope's number.
  feed_names = merge(
    { for key, feed in google_cloud_asset_organization_feed.this : key => feed.name },
    { for key, feed in google_cloud_asset_folder_feed.this : key => feed.name },
    { for key, feed in google_cloud_asset_project_feed.this : key => feed.name },
  )
}
