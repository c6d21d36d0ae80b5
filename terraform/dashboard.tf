# One page: does it see, does it tell, does it keep up.

locals {
  # A log-based metric as PromQL knows it.
  prom = { for name in keys(local.metrics) : name => "logging_googleapis_com:user_${replace("${var.name}_${name}", "-", "_")}" }

  # What is told once in five minutes: its mean is its value.
  gauge = { for name, metric in local.prom : name => "increase(${metric}_sum{monitored_resource=\"cloud_run_revision\"}[10m]) / increase(${metric}_count{monitored_resource=\"cloud_run_revision\"}[10m])" }
  count = { for name, metric in local.prom : name => "increase(${metric}_sum{monitored_resource=\"cloud_run_revision\"}[5m])" }

  charts = [
    { title = "What came, by source", query = "sum by (source) (${local.count["events_total"]})" },
    { title = "What became of it", query = "sum by (outcome) (${local.count["events_total"]})" },
    { title = "Age of the canary, by stream (s)", query = "max by (stream) (${local.gauge["last_canary_age_seconds"]})" },
    { title = "How late the feed is (s)", query = "max(${local.gauge["feed_lag_seconds"]})" },
    { title = "Changes that only the sweep found", query = "sum(${local.count["missed_events_total"]})" },
    { title = "Age of the last sweep (s)", query = "max(${local.gauge["last_sweep_age_seconds"]})" },
    { title = "Share of the last sweep that was read", query = "min(${local.gauge["scan_coverage_ratio"]})" },
    { title = "The policy as it stands is in force (1) or not (0)", query = "min(${local.gauge["policy_last_load_ok"]})" },
    { title = "How Slack takes it", query = "sum by (result) (${local.count["notify_attempts_total"]})" },
    { title = "Oldest alert that waits (s)", query = "max(${local.gauge["outbox_oldest_seconds"]})" },
    { title = "Alerts that wait", query = "max(${local.gauge["outbox_depth"]})" },
    { title = "Messages put aside", query = "max(${local.gauge["quarantine_depth"]})" },
    { title = "Late news that was dropped", query = "sum(${local.count["stale_dropped_total"]})" },
    {
      title = "Oldest unacknowledged message, by subscription (s)"
      query = "max by (subscription_id) (pubsub_googleapis_com:subscription_oldest_unacked_message_age{monitored_resource=\"pubsub_subscription\", subscription_id=~\"${var.name}-.*\"})"
    },
    {
      title = "Dead letters, by subscription"
      query = "sum by (subscription_id) (increase(pubsub_googleapis_com:subscription_dead_letter_message_count{monitored_resource=\"pubsub_subscription\", subscription_id=~\"${var.name}-.*\"}[5m]))"
    },
    {
      title = "Policies that were in force"
      query = "sum by (hash) (${local.count["policy_hash_info"]})"
    },
  ]
}

resource "google_monitoring_dashboard" "this" {
  project = var.project_id
  dashboard_json = jsonencode({
    displayName = "Anchorwatch (${var.name})"
    mosaicLayout = {
      columns = 48
      tiles = [
        for index, chart in local.charts : {
          xPos   = (index % 2) * 24
          yPos   = floor(index / 2) * 16
          width  = 24
          height = 16
          widget = {
            title = chart.title
            xyChart = {
              dataSets = [{
                plotType        = "LINE"
                timeSeriesQuery = { prometheusQuery = chart.query }
              }]
            }
          }
        }
      ]
    }
  })

  depends_on = [google_project_service.this]
}
