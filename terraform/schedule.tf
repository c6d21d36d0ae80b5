# What is called by the clock. `self-silent` goes by these times: a function that rests for three of them, or the sweep for two, is told.

locals {
  schedules = {
    # Sends what waits, judges what is due.
    deliver = { schedule = "* * * * *", deadline = "180s" }
    # Looks at the watch itself; flips the canary every third time.
    heartbeat = { schedule = "*/5 * * * *", deadline = "180s" }
    # Makes whichever report of the policy is due.
    report = { schedule = "*/15 * * * *", deadline = "600s" }
    # Reads everything there is, or goes on with it.
    sweep = { schedule = "0 */6 * * *", deadline = "600s" }
  }
  schedule_region = coalesce(var.scheduler_region, var.region)
  schedule_names  = { for name in keys(local.schedules) : name => "projects/${var.project_id}/locations/${local.schedule_region}/jobs/${var.name}-${name}" }
  # A slash at its end: Scheduler reads an address without a path back with one.
  schedule_targets = { for name in keys(local.schedules) : name => "${local.urls[name]}/" }
}

resource "google_cloud_scheduler_job" "this" {
  for_each = local.schedules

  project          = var.project_id
  region           = local.schedule_region
  name             = "${var.name}-${each.key}"
  schedule         = each.value.schedule
  time_zone        = "Etc/UTC"
  attempt_deadline = each.value.deadline

  http_target {
    http_method = "POST"
    uri         = local.schedule_targets[each.key]

    oidc_token {
      service_account_email = google_service_account.this["scheduler"].email
      audience              = local.urls[each.key]
    }
  }

  # The next call is the retry; a sweep's is six hours away.
  retry_config {
    retry_count = each.key == "sweep" ? 3 : 0
  }

  depends_on = [google_project_service.this, google_cloudfunctions2_function.this, google_cloud_run_v2_service_iam_binding.caller]
}
