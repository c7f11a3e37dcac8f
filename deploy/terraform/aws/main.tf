# A customer's own bucket for vaults: immutable by Object Lock, encrypted by a key of theirs, reached by Skyeworx through one role.
terraform {
  required_version = ">= 1.6"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.40"
    }
  }
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

resource "aws_kms_key" "vaults" {
  description             = "Opens Skyeworx vaults; revoking it makes them unreadable at once"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.key.json
}

resource "aws_kms_alias" "vaults" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.vaults.key_id
}

data "aws_iam_policy_document" "key" {
  statement {
    sid       = "OwnerManages"
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:root"]
    }
  }
}

resource "aws_s3_bucket" "vaults" {
  bucket              = var.bucket
  object_lock_enabled = true

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_versioning" "vaults" {
  bucket = aws_s3_bucket.vaults.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_object_lock_configuration" "vaults" {
  bucket = aws_s3_bucket.vaults.id
  rule {
    default_retention {
      mode = var.lock_mode
      days = var.lock_days
    }
  }
  depends_on = [aws_s3_bucket_versioning.vaults]
}

resource "aws_s3_bucket_server_side_encryption_configuration" "vaults" {
  bucket = aws_s3_bucket.vaults.id
  rule {
    bucket_key_enabled = true
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.vaults.arn
    }
  }
}

resource "aws_s3_bucket_public_access_block" "vaults" {
  bucket                  = aws_s3_bucket.vaults.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "vaults" {
  bucket = aws_s3_bucket.vaults.id
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "vaults" {
  bucket = aws_s3_bucket.vaults.id
  rule {
    id     = "unfinished-uploads"
    status = "Enabled"
    filter {}
    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}

resource "aws_s3_bucket_policy" "vaults" {
  bucket     = aws_s3_bucket.vaults.id
  policy     = data.aws_iam_policy_document.bucket.json
  depends_on = [aws_s3_bucket_public_access_block.vaults]
}

data "aws_iam_policy_document" "bucket" {
  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.vaults.arn, "${aws_s3_bucket.vaults.arn}/*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_iam_role" "skyeworx" {
  name                 = var.name
  description          = "Skyeworx reads and writes vaults in ${var.bucket}"
  max_session_duration = 3600
  assume_role_policy   = data.aws_iam_policy_document.trust.json
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = [var.skyeworx_principal]
    }
    condition {
      test     = "StringEquals"
      variable = "sts:ExternalId"
      values   = [var.external_id]
    }
  }
}

resource "aws_iam_role_policy" "skyeworx" {
  name   = "vaults"
  role   = aws_iam_role.skyeworx.id
  policy = data.aws_iam_policy_document.vaults.json
}

# Nobody with this role can shorten a lock, change the bucket, or get around governance.
data "aws_iam_policy_document" "vaults" {
  statement {
    sid       = "Bucket"
    actions   = ["s3:ListBucket", "s3:ListBucketVersions", "s3:GetBucketLocation", "s3:GetBucketVersioning", "s3:GetBucketObjectLockConfiguration", "s3:ListBucketMultipartUploads"]
    resources = [aws_s3_bucket.vaults.arn]
  }
  statement {
    sid       = "Objects"
    actions   = ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObjectRetention", "s3:PutObjectRetention", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
    resources = ["${aws_s3_bucket.vaults.arn}/${var.prefix}*"]
  }
  statement {
    sid       = "Key"
    actions   = ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey"]
    resources = [aws_kms_key.vaults.arn]
  }
}
