output "role_arn" {
  value       = aws_iam_role.skyeworx.arn
  description = "Give it to Skyeworx, with the external id."
}

output "bucket" {
  value       = aws_s3_bucket.vaults.bucket
  description = "Where vaults lie."
}

output "kms_key_arn" {
  value       = aws_kms_key.vaults.arn
  description = "Opens vaults; also usable as a key slot."
}
