# Where it runs and what it watches. What is tuned rather than chosen is in variables-tuning.tf.

variable "project_id" {
  description = "The project that Anchorwatch runs in. Best one of its own, inside the scope, so that whoever can change it is few, and watched."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "project_id is the id of a project (acme-security), not its number or its name."
  }
}

variable "region" {
  description = "The region of everything: functions, topics, secrets, buckets, the database. Nothing is stored outside it."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "region is one region (europe-west1), not a zone and not a multi-region."
  }
}

variable "name" {
  description = "What the names of all resources begin with, and the database's id. Another one for each watch in the same project."
  type        = string
  default     = "anchorwatch"

  # The longest account is NAME-on-asset-change, and an account's id has 30 characters at most; a database's id has four at least.
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,12}[a-z0-9]$", var.name))
    error_message = "name has 4 to 14 lower-case letters, digits and hyphens, a letter first and no hyphen last."
  }
}

variable "scope" {
  description = "What is watched: organizations/NUMBER, folders/NUMBER or projects/ID. For several, call the module several times."
  type        = string

  validation {
    condition     = can(regex("^(organizations/[0-9]+|folders/[0-9]+|projects/([a-z0-9.-]+:)?[a-z][a-z0-9-]+)$", var.scope))
    error_message = "scope is organizations/NUMBER, folders/NUMBER or projects/ID (a project by its id: feeds and sinks are compared by name)."
  }
}

variable "organization_id" {
  description = "The number of the organization that the folder is in. Needed for a folder, where the custom roles have to be the organization's."
  type        = string
  default     = null

  validation {
    condition     = var.organization_id == null || can(regex("^[0-9]+$", var.organization_id))
    error_message = "organization_id is the number alone: 123456789012."
  }
  validation {
    condition     = !startswith(var.scope, "folders/") || var.organization_id != null
    error_message = "a folder has no custom roles of its own: say in organization_id which organization it is in."
  }
}

variable "bundles" {
  description = "The folder that `npm run build` wrote the functions' zips to: dist/functions of this repository or of a release."
  type        = string

  # All of them, so that a folder of an older build is noticed before anything is made.
  validation {
    condition = alltrue([
      for name in ["on-asset-change", "on-audit-log", "work", "sweep", "deliver", "report", "slack-actions", "console", "heartbeat"] :
      fileexists("${var.bundles}/${name}.zip")
    ])
    error_message = "bundles has to hold the zip of every function: run `npm ci && npm run build` and give the path of dist/functions."
  }
}

variable "policy_files" {
  description = "The policy, to be uploaded: name of the object below policy/ => path of the file. Empty where a pipeline of yours uploads it."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.policy_files) : can(regex("^[^/.][^\\r\\n]*\\.ya?ml$", name))])
    error_message = "the names in policy_files end in .yaml or .yml and begin with neither a slash nor a dot: others are not read as policy."
  }
  validation {
    condition     = alltrue([for path in values(var.policy_files) : fileexists(path)])
    error_message = "a file named in policy_files is not there: paths are read from the folder that terraform runs in, so begin them with path.module."
  }
}

variable "slack" {
  description = "The Slack app. teams: ids of the workspaces whose members may press buttons (T…, E…); app_id: the app's (A…). null: alerts are only in the log."
  type = object({
    teams  = list(string)
    app_id = optional(string, "")
  })
  default = null

  validation {
    condition     = var.slack == null || try(length(var.slack.teams) > 0 && alltrue([for team in var.slack.teams : can(regex("^[TE][A-Z0-9]+$", team))]), false)
    error_message = "slack.teams names at least one workspace by its id (T… or E…, in the address of Slack in a browser)."
  }
  validation {
    condition     = var.slack == null || can(regex("^(A[A-Z0-9]+)?$", var.slack.app_id))
    error_message = "slack.app_id is the id of the app (A…, on its page Basic Information)."
  }
}

variable "slack_bot_token" {
  description = "The bot token (xoxb-…). Give it in TF_VAR_slack_bot_token: it is written to Secret Manager and kept nowhere else."
  type        = string
  default     = null
  sensitive   = true
  ephemeral   = true

  validation {
    condition     = var.slack_bot_token == null || can(regex("^xoxb-", var.slack_bot_token))
    error_message = "slack_bot_token is the bot token, which begins with xoxb-: not a user's token, and not the signing secret."
  }
}

variable "slack_signing_secret" {
  description = "The app's signing secret; while it is being rotated both, the new one first, on two lines. Give it in TF_VAR_slack_signing_secret."
  type        = string
  default     = null
  sensitive   = true
  ephemeral   = true

  validation {
    condition     = var.slack_signing_secret == null || can(regex("^[0-9a-f]{32}(\\n[0-9a-f]{32})?\\n?$", var.slack_signing_secret))
    error_message = "slack_signing_secret is 32 hexadecimal digits, or two such lines."
  }
}

variable "slack_secrets_version" {
  description = "Raise it to write the two secrets anew. 0: you add their versions yourself, before the functions are made (see the README)."
  type        = number
  default     = 1

  validation {
    condition     = var.slack_secrets_version >= 0 && floor(var.slack_secrets_version) == var.slack_secrets_version
    error_message = "slack_secrets_version is a whole number: 1 at first, one more whenever the secrets are to be written anew."
  }
}

variable "console_members" {
  description = "Who may open the console: user:…, group:…, domain:…. Nobody: there is no console."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for member in var.console_members : can(regex("^(user|group|domain|serviceAccount|principal|principalSet):.+$", member))])
    error_message = "console_members are members as IAM writes them (group:security@example.com). allUsers is none: the console shows who can become whom."
  }
}

variable "notification_channels" {
  description = "Channels of Cloud Monitoring that are told when the watch itself fails: projects/P/notificationChannels/N. Not the Slack that the watch writes to."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for channel in var.notification_channels : can(regex("^projects/[^/]+/notificationChannels/[0-9]+$", channel))])
    error_message = "notification_channels are names: projects/PROJECT/notificationChannels/NUMBER (gcloud beta monitoring channels list)."
  }
}
