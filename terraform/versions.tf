terraform {
  # Write-only arguments: the Slack secrets pass through Terraform without being kept in its state.
  required_version = ">= 1.11"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 6.50"
    }
    # Two things that `google` 6 does not have: service agents made on demand, and IAP on a Cloud Run service.
    google-beta = {
      source  = "hashicorp/google-beta"
      version = "~> 6.50"
    }
  }
}
