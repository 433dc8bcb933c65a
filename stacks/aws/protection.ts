/** Types that hold data, addresses or everything else. */
export const PROTECTED: readonly string[] = [
  "aws_eks_cluster",
  "aws_vpc",
  "aws_subnet",
  "aws_eip",
  "aws_s3_bucket",
  "aws_kms_key",
  "aws_ecr_repository",
  "aws_cloudwatch_log_group",
  "aws_secretsmanager_secret",
];
