variable "bucket" {
  type        = string
  description = "Name of the bucket that is made; its region is the provider's."
}

variable "name" {
  type        = string
  default     = "skyeworx-vaults"
  description = "Of the role and the key's alias."
}

variable "prefix" {
  type        = string
  default     = ""
  description = "Folder in the bucket that Skyeworx may use, with a slash at its end; empty for all of it."
}

variable "skyeworx_principal" {
  type        = string
  description = "ARN of the identity that Skyeworx runs as; nobody else can take the role."
}

variable "external_id" {
  type        = string
  sensitive   = true
  description = "The external id that Skyeworx shows for the organization; it keeps others from using the role through Skyeworx."

  validation {
    condition     = length(var.external_id) >= 16
    error_message = "An external id has at least 16 characters."
  }
}

variable "lock_mode" {
  type        = string
  default     = "GOVERNANCE"
  description = "COMPLIANCE: nobody can delete before the time is over, the account's owner included."

  validation {
    condition     = contains(["GOVERNANCE", "COMPLIANCE"], var.lock_mode)
    error_message = "The mode is GOVERNANCE or COMPLIANCE."
  }
}

variable "lock_days" {
  type        = number
  default     = 30
  description = "How long every object is locked after it was written."

  validation {
    condition     = var.lock_days >= 1 && var.lock_days <= 3650
    error_message = "A lock lasts from 1 to 3650 days."
  }
}
