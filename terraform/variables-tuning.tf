# What has a good default.

variable "kubernetes" {
  description = "Ask clusters for their service accounts at their DNS endpoints. Asset Inventory has them too, only later."
  type        = bool
  default     = false
}

variable "usage" {
  description = "Ask Activity Analyzer and Monitoring how keys and accounts are used. Without it what is unused is not known."
  type        = bool
  default     = true
}

variable "directory" {
  description = "Ask Cloud Identity who is in the groups that grants name. Besides, the account of `work` has to be made a groups reader in the Admin console."
  type        = bool
  default     = false
}

variable "data_access_logs" {
  description = "The audit logs that show tokens being minted (ADMIN_READ of IAM and STS, paid by volume). off: not there, and not watched; set: this module turns them on in the scope; expected: somebody else did, and the watch tells when they are off."
  type        = string
  default     = "off"

  validation {
    condition     = contains(["off", "set", "expected"], var.data_access_logs)
    error_message = "data_access_logs is off, set or expected."
  }
}

variable "exceptions_from" {
  description = "Globs of the files that exceptions may stand in (gs://BUCKET/policy/exceptions/*). Empty: in any file of the policy."
  type        = list(string)
  default     = []
}

variable "pin_policy" {
  description = "The policy in force has to be the one uploaded here: another generation, however it got there, is told as self-exception-source."
  type        = bool
  default     = false

  validation {
    condition     = !var.pin_policy || length(var.policy_files) > 0
    error_message = "pin_policy needs policy_files: what is not uploaded here has no generation to pin."
  }
}

variable "slack_open_by" {
  description = "How Slack, which has no Google account, gets to slack-actions. invoker-check-off: Cloud Run asks for no account there; all-users: allUsers may invoke it, which domain-restricted sharing forbids."
  type        = string
  default     = "invoker-check-off"

  validation {
    condition     = contains(["invoker-check-off", "all-users"], var.slack_open_by)
    error_message = "slack_open_by is invoker-check-off or all-users."
  }
}

variable "sizes" {
  description = "Other sizes of functions, by name: memory (Mi or Gi), cpu, concurrency (requests at a time), min and max (instances). See local.sizes in functions.tf."
  type = map(object({
    memory      = optional(string)
    cpu         = optional(string)
    concurrency = optional(number)
    min         = optional(number)
    max         = optional(number)
  }))
  default = {}

  validation {
    condition = alltrue([
      for name in keys(var.sizes) :
      contains(["on-asset-change", "on-audit-log", "work", "sweep", "deliver", "report", "slack-actions", "console", "heartbeat"], name)
    ])
    error_message = "sizes names a function that there is not."
  }
}

variable "canary_project" {
  description = "Where the canary account lives. It has to be in the scope, else no feed and no sink shows it. Default: the watched project, else project_id."
  type        = string
  default     = null
}

variable "scheduler_region" {
  description = "The region of the schedules, where Cloud Scheduler is not in `region`."
  type        = string
  default     = null
}

variable "kms_key" {
  description = "A key of Cloud KMS in `region` that everything stored is encrypted with. Whoever applies may set its policy: the service agents are let in."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key == null || can(regex("^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$", var.kms_key))
    error_message = "kms_key is projects/P/locations/REGION/keyRings/R/cryptoKeys/K."
  }
  validation {
    condition     = var.kms_key == null || try(split("/", var.kms_key)[3] == var.region, false)
    error_message = "kms_key has to be in the same region as everything else."
  }
}

variable "report_retention_days" {
  description = "For how long a report can be neither deleted nor replaced. They are evidence: auditors ask for a year."
  type        = number
  default     = 400

  validation {
    condition     = var.report_retention_days >= 1 && var.report_retention_days <= 3650
    error_message = "report_retention_days is between 1 and 3650."
  }
}

variable "lock_report_retention" {
  description = "Makes that retention final. Nobody can shorten it afterwards, and the bucket cannot be deleted before its last report is that old."
  type        = bool
  default     = false
}

variable "delete_protection" {
  description = "Keeps the database and the reports from being destroyed with the rest. Set it to false, and apply, before an uninstall."
  type        = bool
  default     = true
}

variable "labels" {
  description = "Labels for whatever takes them."
  type        = map(string)
  default     = {}
}
