# What speaks when our own code does not. Anchorwatch tells of itself in lines of the log (docs/operate.md): here they become metrics, and what must
# not last becomes an alarm. Alarms go to `notification_channels`, which should not end in the Slack that the watch itself writes to.

locals {
  log_of_ours = "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=(${join(" OR ", [for service in values(local.services) : "\"${service}\""])})"

  # Each metric that is told, with its labels.
  metrics = {
    events_total            = { unit = "1", labels = ["source", "outcome"] }
    stale_dropped_total     = { unit = "1", labels = [] }
    feed_lag_seconds        = { unit = "s", labels = [] }
    missed_events_total     = { unit = "1", labels = [] }
    notify_attempts_total   = { unit = "1", labels = ["result"] }
    quarantine_depth        = { unit = "1", labels = [] }
    outbox_depth            = { unit = "1", labels = [] }
    outbox_oldest_seconds   = { unit = "s", labels = [] }
    policy_last_load_ok     = { unit = "1", labels = [] }
    policy_hash_info        = { unit = "1", labels = ["hash"] }
    last_sweep_age_seconds  = { unit = "s", labels = [] }
    scan_coverage_ratio     = { unit = "1", labels = [] }
    last_canary_age_seconds = { unit = "s", labels = ["stream"] }
  }

  # A line that says how bad it is needs no metric: its value is compared as it stands, and not by the bucket that it fell into.
  told = {
    policy-bad = {
      title  = "The policy is bad or cannot be read"
      metric = "policy_last_load_ok", when = "jsonPayload.value=0", severity = "CRITICAL"
      help   = "The last good one judges on. Runbook: self-policy-invalid."
    }
    outbox-old = {
      title  = "Alerts have waited for ten minutes"
      metric = "outbox_oldest_seconds", when = "jsonPayload.value>600", severity = "CRITICAL"
      help   = "Slack takes nothing, or the token is refused: so Slack cannot tell you. Runbook: self-route."
    }
    sweep-old = {
      title  = "No sweep has ended for thirteen hours"
      metric = "last_sweep_age_seconds", when = "jsonPayload.value>46800", severity = "ERROR"
      help   = "What feeds and the sink missed stays unseen. Look at the log of sweep and work. Runbook: self-silent."
    }
    canary-unseen-by-sink = {
      title  = "The sink has not shown the canary for half an hour"
      metric = "last_canary_age_seconds", when = "jsonPayload.labels.stream=\"audit-log\" AND jsonPayload.value>1800", severity = "CRITICAL"
      help   = "Changes may pass unseen. Runbook: self-silent, self-sink-tampered."
    }
    canary-unseen-by-feed = {
      title  = "The feed has not shown the canary for two hours"
      metric = "last_canary_age_seconds", when = "jsonPayload.labels.stream=\"feed\" AND jsonPayload.value>7200", severity = "WARNING"
      help   = "It may be Google's delay, of up to 36 hours. Runbook: self-silent, self-feed-tampered."
    }
    slack-token-refused = {
      title  = "Slack refuses the token"
      metric = "notify_attempts_total", when = "jsonPayload.labels.result=\"credential\"", severity = "CRITICAL"
      help   = "Put a new version of the secret in place: what waits is sent by itself. Runbook: self-route."
    }
  }

  lines_worth_an_alarm = [
    "not taken in, to be redelivered",
    "press not taken in",
    "detector failed",
    "message cannot be sent",
    "the canary could not be flipped",
  ]

  # Pub/Sub's own, which it keeps telling when none of our code runs.
  subscription_alarms = {
    unacked = {
      title    = "Messages have waited for ten minutes"
      metric   = "subscription/oldest_unacked_message_age"
      over     = 600
      severity = "CRITICAL"
      aligner  = "ALIGN_MAX"
      filter   = join(" OR ", [for name in keys(local.pushed) : "resource.labels.subscription_id=\"${var.name}-${name}\""])
      help     = "A function fails or does not run: look at its log."
    }
    dead = {
      title    = "A message was given up"
      metric   = "subscription/num_undelivered_messages"
      over     = 0
      severity = "ERROR"
      aligner  = "ALIGN_MAX"
      filter   = "resource.labels.subscription_id=\"${var.name}-dead-letter\""
      help     = "It failed a hundred times. Pull it from the dead-letter subscription, mend what it failed on, begin a sweep."
    }
    dead-lettered = {
      title    = "Messages go to the dead letters"
      metric   = "subscription/dead_letter_message_count"
      over     = 0
      severity = "ERROR"
      aligner  = "ALIGN_DELTA"
      filter   = join(" OR ", [for name in keys(local.pushed) : "resource.labels.subscription_id=\"${var.name}-${name}\""])
      help     = "Look at the log of the function that the subscription pushes to."
    }
  }
}

resource "google_logging_metric" "this" {
  for_each = local.metrics

  project         = var.project_id
  name            = "${var.name}/${each.key}"
  description     = "Told by Anchorwatch: docs/operate.md"
  filter          = "${local.log_of_ours} AND jsonPayload.metric=\"${each.key}\""
  value_extractor = "EXTRACT(jsonPayload.value)"
  label_extractors = {
    for label in each.value.labels : label => "EXTRACT(jsonPayload.labels.${label})"
  }

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "DISTRIBUTION"
    unit        = each.value.unit

    dynamic "labels" {
      for_each = each.value.labels
      content {
        key        = labels.value
        value_type = "STRING"
      }
    }
  }

  depends_on = [google_project_service.this]
}

# Silence. With every heartbeat comes policy_last_load_ok, whatever else is wrong: without it, the heartbeat is dead.
resource "google_monitoring_alert_policy" "silent" {
  project               = var.project_id
  display_name          = "${var.name}: the watch is silent"
  combiner              = "OR"
  severity              = "CRITICAL"
  notification_channels = var.notification_channels
  user_labels           = var.labels

  conditions {
    display_name = "No heartbeat for fifteen minutes"
    condition_absent {
      filter   = "resource.type=\"cloud_run_revision\" AND metric.type=\"logging.googleapis.com/user/${google_logging_metric.this["policy_last_load_ok"].name}\""
      duration = "900s"
      aggregations {
        alignment_period     = "300s"
        per_series_aligner   = "ALIGN_DELTA"
        cross_series_reducer = "REDUCE_SUM"
      }
    }
  }

  # The canary's own entries come through the sink four times an hour, however quiet the scope is.
  conditions {
    display_name = "Nothing has been taken in for an hour"
    condition_absent {
      filter   = "resource.type=\"cloud_run_revision\" AND metric.type=\"logging.googleapis.com/user/${google_logging_metric.this["events_total"].name}\""
      duration = "3600s"
      aggregations {
        alignment_period     = "300s"
        per_series_aligner   = "ALIGN_DELTA"
        cross_series_reducer = "REDUCE_SUM"
      }
    }
  }

  documentation {
    content = "Nothing of what happens is seen, or nobody would be told. Is the schedule on, may Scheduler call the function, what does its log say? Runbook: self-silent."
  }
}

resource "google_monitoring_alert_policy" "told" {
  for_each = local.told

  project               = var.project_id
  display_name          = "${var.name}: ${each.value.title}"
  combiner              = "OR"
  severity              = each.value.severity
  notification_channels = var.notification_channels
  user_labels           = var.labels

  conditions {
    display_name = each.value.title
    condition_matched_log {
      filter = "${local.log_of_ours} AND jsonPayload.metric=\"${each.value.metric}\" AND ${each.value.when}"
    }
  }

  alert_strategy {
    # It is told every five minutes while it lasts, and is over when it has not been for half an hour.
    auto_close = "1800s"
    notification_rate_limit {
      period = "3600s"
    }
  }

  documentation {
    content = each.value.help
  }
}

resource "google_monitoring_alert_policy" "lines" {
  project               = var.project_id
  display_name          = "${var.name}: something failed"
  combiner              = "OR"
  severity              = "ERROR"
  notification_channels = var.notification_channels
  user_labels           = var.labels

  conditions {
    display_name = "A line that should not be there"
    condition_matched_log {
      filter = "${local.log_of_ours} AND jsonPayload.message=(${join(" OR ", [for line in local.lines_worth_an_alarm : "\"${line}\""])})"
      label_extractors = {
        message = "EXTRACT(jsonPayload.message)"
      }
    }
  }

  alert_strategy {
    auto_close = "1800s"
    notification_rate_limit {
      period = "3600s"
    }
  }

  documentation {
    content = "The line says what. Runbook: docs/operate.md."
  }
}

resource "google_monitoring_alert_policy" "subscriptions" {
  for_each = local.subscription_alarms

  project               = var.project_id
  display_name          = "${var.name}: ${each.value.title}"
  combiner              = "OR"
  severity              = each.value.severity
  notification_channels = var.notification_channels
  user_labels           = var.labels

  conditions {
    display_name = each.value.title
    condition_threshold {
      filter          = "resource.type=\"pubsub_subscription\" AND metric.type=\"pubsub.googleapis.com/${each.value.metric}\" AND (${each.value.filter})"
      comparison      = "COMPARISON_GT"
      threshold_value = each.value.over
      duration        = "0s"
      aggregations {
        alignment_period   = "300s"
        per_series_aligner = each.value.aligner
      }
    }
  }

  documentation {
    content = each.value.help
  }
}
