/**
 * Imported by every script before all else: neither CDKTF's command line nor Terraform, which they start, tells anyone
 * that it runs, or asks anyone for newer versions.
 */
process.env["CHECKPOINT_DISABLE"] = "1";
