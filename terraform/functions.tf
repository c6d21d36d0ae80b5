# The functions that take pushes. All are plain HTTPS functions, called by our own subscriptions and schedules.
# The two that people come to are Cloud Run services of their own, made of the same bundles: slack.tf and console.tf.

locals {
  runtime = "nodejs24"

  sizes = {
    for name, size in {
      on-asset-change = { memory = "512Mi", cpu = "1", concurrency = 20, min = 0, max = 10, timeout = local.ack_deadline_seconds }
      on-audit-log    = { memory = "512Mi", cpu = "1", concurrency = 20, min = 0, max = 20, timeout = local.ack_deadline_seconds }
      # Each request may hold a page of a thousand assets and what they touch.
      work = { memory = "2Gi", cpu = "1", concurrency = 4, min = 0, max = 10, timeout = local.ack_deadline_seconds }
      # One at a time, and what comes meanwhile waits.
      sweep     = { memory = "512Mi", cpu = "1", concurrency = 1, min = 0, max = 1, timeout = 600 }
      heartbeat = { memory = "512Mi", cpu = "1", concurrency = 1, min = 0, max = 1, timeout = 180 }
      report    = { memory = "2Gi", cpu = "1", concurrency = 1, min = 0, max = 1, timeout = 600 }
      # Slack sets the pace, not we.
      deliver = { memory = "512Mi", cpu = "1", concurrency = 4, min = 0, max = 2, timeout = local.ack_deadline_seconds }
      # Slack waits for three seconds: no time to start.
      slack-actions = { memory = "512Mi", cpu = "1", concurrency = 20, min = 1, max = 3, timeout = 30 }
      console       = { memory = "1Gi", cpu = "1", concurrency = 10, min = 0, max = 2, timeout = 120 }
    } :
    name => merge(size, { for key, value in try(var.sizes[name], {}) : key => value if value != null })
  }

  # docs/operate.md says what each means; a test holds the two together.
  environment_of_all = {
    ANCHORWATCH_POLICY        = local.policy
    ANCHORWATCH_STORE         = "firestore:${var.project_id}/${google_firestore_database.this.name}"
    ANCHORWATCH_WORK_TOPIC    = local.topic_names["work"]
    ANCHORWATCH_DELIVER_TOPIC = local.topic_names["deliver"]
    GOOGLE_CLOUD_PROJECT      = var.project_id
    # The bundles bring their source maps.
    NODE_OPTIONS = "--enable-source-maps"
  }
  # Whoever may call a function is whom it believes, and no one else.
  environment_of_called = {
    for name in local.deployed : name => {
      ANCHORWATCH_PUSH_AUTH     = "iam"
      ANCHORWATCH_PUSH_AUDIENCE = local.urls[name]
      ANCHORWATCH_PUSH_ACCOUNTS = join(",", [
        for caller in local.callers : google_service_account.this[caller].email
        if contains(keys(local.permissions[caller]), "function:${name}")
      ])
    }
  }
  environment_of_watchers = {
    ANCHORWATCH_WATCH = jsonencode(local.watch)
  }
  # Messages link to it.
  environment_of_console = length(var.console_members) == 0 ? {} : {
    ANCHORWATCH_CONSOLE_URL = local.urls["console"]
  }
  # `deliver` draws buttons where there is a signing secret; only `slack-actions` can read it.
  environment_of_slack = var.slack == null ? {} : {
    ANCHORWATCH_SLACK_TOKEN_FILE          = "${local.secret_paths["slack-token"]}/${local.secret_file}"
    ANCHORWATCH_SLACK_SIGNING_SECRET_FILE = "${local.secret_paths["signing-secret"]}/${local.secret_file}"
    ANCHORWATCH_SLACK_TEAMS               = join(",", var.slack.teams)
    ANCHORWATCH_SLACK_APP_ID              = var.slack.app_id
  }
  environment_of_own = {
    on-asset-change = local.environment_of_watchers
    on-audit-log    = local.environment_of_watchers
    heartbeat       = local.environment_of_watchers
    work = {
      ANCHORWATCH_SCOPES     = var.scope
      ANCHORWATCH_EXPORTS    = local.exports ? "gs://${google_storage_bucket.this["exports"].name}/sweeps" : ""
      ANCHORWATCH_KUBERNETES = var.kubernetes ? "on" : "off"
      ANCHORWATCH_USAGE      = var.usage ? "on" : "off"
      ANCHORWATCH_DIRECTORY  = var.directory ? "on" : "off"
    }
    sweep         = { ANCHORWATCH_SCOPES = var.scope }
    deliver       = merge(local.environment_of_slack, local.environment_of_console)
    report        = {}
    slack-actions = local.environment_of_slack
    console       = { ANCHORWATCH_CONSOLE_AUDIENCE = local.console_audience }
  }
  environment = { for name in local.functions : name => merge(local.environment_of_all, local.environment_of_own[name]) }

  # A secret is mounted where its permission is.
  secret_file  = "value"
  secret_paths = { for name in keys(local.secrets) : name => "/secrets/${name}" }
  mounted = {
    for function in local.deployed : function => [
      for secret in keys(local.secrets) : secret if contains(keys(local.permissions[function]), "secret:${secret}")
    ]
  }
}

resource "google_cloudfunctions2_function" "this" {
  for_each = setsubtract(local.deployed, ["slack-actions", "console"])

  project      = var.project_id
  location     = var.region
  name         = local.services[each.key]
  description  = "Anchorwatch ${each.key}"
  kms_key_name = var.kms_key
  labels       = var.labels

  build_config {
    runtime           = local.runtime
    entry_point       = each.key
    docker_repository = google_artifact_registry_repository.images.id
    service_account   = google_service_account.builder.name

    source {
      storage_source {
        bucket = google_storage_bucket_object.bundle[each.key].bucket
        object = google_storage_bucket_object.bundle[each.key].name
      }
    }
  }

  service_config {
    service_account_email            = google_service_account.this[each.key].email
    available_memory                 = local.sizes[each.key].memory
    available_cpu                    = local.sizes[each.key].cpu
    max_instance_request_concurrency = local.sizes[each.key].concurrency
    min_instance_count               = local.sizes[each.key].min
    max_instance_count               = local.sizes[each.key].max
    timeout_seconds                  = local.sizes[each.key].timeout
    all_traffic_on_latest_revision   = true
    # Pub/Sub and Scheduler of the same project are inside.
    ingress_settings = "ALLOW_INTERNAL_ONLY"

    environment_variables = merge(local.environment[each.key], local.environment_of_called[each.key])

    dynamic "secret_volumes" {
      for_each = local.mounted[each.key]
      content {
        project_id = var.project_id
        secret     = google_secret_manager_secret.this[secret_volumes.value].secret_id
        mount_path = local.secret_paths[secret_volumes.value]
        versions {
          version = "latest"
          path    = local.secret_file
        }
      }
    }
  }

  depends_on = [
    google_artifact_registry_repository_iam_member.builder,
    google_project_iam_member.builder_logs,
    google_project_iam_member.builder_sources,
    google_secret_manager_secret_iam_binding.function,
    google_secret_manager_secret_version.signing_secret,
    google_secret_manager_secret_version.slack_token,
    google_storage_bucket_iam_member.builder,
  ]
}
