# The watch as it is deployed, for ANCHORWATCH_WATCH: what the heartbeat compares the cloud with, so that nobody blinds it unnoticed. It is told what
# Terraform wants, not what it found: a part that somebody changed meanwhile is not what was declared.

locals {
  watch = {
    for key, value in {
      feeds = [
        for name, feed in local.feeds : {
          name       = local.feed_names[name]
          assetTypes = feed.asset_types
          content    = feed.content_type
          topic      = local.topic_names["asset-changes"]
        }
      ]
      sinks = [
        {
          name        = "${var.scope}/sinks/${local.sink_name}"
          destination = local.sink_destination
          # Its hash: the filter is longer than the rest.
          filterSha256    = sha256(local.sink_filter)
          writer          = local.sink_writer
          includeChildren = local.scope_kind != "projects"
        }
      ]
      topics = [
        for name in local.topics : {
          name       = local.topic_names[name]
          publishers = local.publishers[name]
        }
      ]
      subscriptions = concat(
        [
          for name, function in local.pushed : {
            name               = local.subscription_names[name]
            topic              = local.topic_names[name]
            ackDeadlineSeconds = local.ack_deadline_seconds
            deadLetterTopic    = local.topic_names["dead-letter"]
            push               = local.urls[function]
            pushAccount        = google_service_account.this["pusher"].email
          }
        ],
        [
          {
            name               = local.dead_letter_subscription_name
            topic              = local.topic_names["dead-letter"]
            ackDeadlineSeconds = local.dead_letter_ack_deadline_seconds
          }
        ],
      )
      schedules = [
        for name, job in local.schedules : {
          name     = local.schedule_names[name]
          schedule = job.schedule
          target   = local.schedule_targets[name]
        }
      ]
      functions = [for service in values(local.services) : "projects/${var.project_id}/locations/${var.region}/services/${service}"]
      auditConfig = var.data_access_logs == "off" ? null : {
        scope = var.scope
        logs  = local.audit_log_types
      }
      canary = {
        account  = google_service_account.canary.name
        uniqueId = google_service_account.canary.unique_id
      }
      exceptionsFrom   = var.exceptions_from
      policyGeneration = var.pin_policy ? local.policy_generation : null
    } :
    key => value if value != null
  }

  # Everybody who may publish on a topic, by whichever role.
  publishers = {
    for name in local.topics : name => concat(
      name == "asset-changes" ? [google_project_service_identity.agent["cloudasset.googleapis.com"].member] : [],
      name == "audit-log" ? [local.sink_writer] : [],
      name == "dead-letter" ? [google_project_service_identity.agent["pubsub.googleapis.com"].member] : [],
      [for grant in local.own_grants : local.members[grant.account] if grant.kind == "topic" && grant.name == name],
    )
  }
}
