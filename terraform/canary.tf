# An account that nobody uses and that may do nothing. The heartbeat writes a harmless change into its policy every quarter of an hour and waits for
# the sink and the feeds to show it: how the watch knows that it still sees.

locals {
  # In the scope, else neither would.
  canary_project = coalesce(var.canary_project, local.scope_kind == "projects" ? local.scope_id : var.project_id)
}

resource "google_service_account" "canary" {
  project      = local.canary_project
  account_id   = "${var.name}-canary"
  display_name = "Anchorwatch canary"
  description  = "Holds no permission. Anchorwatch flips a condition in its policy to see that it still notices."
  # Nobody can become it; its policy can be written nonetheless.
  disabled = true

  depends_on = [google_project_service.this]
}
