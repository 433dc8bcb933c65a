import { ObjectStore, type ObjectStoreProps } from "../../../constructs/aws/object-store";
import { statement, statements, Synthesized, type Json } from "../../support/constructs";

const KEY = "arn:aws:kms:us-east-2:123456789012:key/own";

function synthesize(props: Partial<ObjectStoreProps> = {}) {
  return Synthesized.of((scope) => {
    new ObjectStore(scope, "object-store", {
      metadataName: "meta",
      fastRegistrationName: "fast",
      keyArn: KEY,
      noncurrentDays: 30,
      forceDestroy: false,
      ...props,
    });
  });
}

test("makes the two buckets, which keep their objects on destroy unless told otherwise", () => {
  const buckets = (made: Synthesized) =>
    made
      .all("aws_s3_bucket")
      .map(({ bucket, force_destroy }) => [bucket, force_destroy])
      .sort();
  expect(buckets(synthesize())).toEqual([
    ["fast", false],
    ["meta", false],
  ]);
  expect(buckets(synthesize({ forceDestroy: true })).map(([, force]) => force)).toEqual([true, true]);
});

test("no plan destroys a bucket, whose settings would go before it, unless told otherwise", () => {
  const prevented = (made: Synthesized) => made.all("aws_s3_bucket").map(({ lifecycle }) => lifecycle.prevent_destroy);
  expect(prevented(synthesize())).toEqual([true, true]);
  expect(prevented(synthesize({ forceDestroy: true }))).toEqual([false, false]);
});

describe.each(["meta", "fast"])("bucket '%s'", (name) => {
  const made = synthesize();
  const bucket = made.address("aws_s3_bucket", { bucket: name });
  const reference = `\${${bucket}.bucket}`;
  const arn = `\${${bucket}.arn}`;
  const of = (type: string): Json => made.one(type, { bucket: reference });

  test("is private: no public access, no ACLs", () => {
    expect(of("aws_s3_bucket_public_access_block")).toMatchObject({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    expect(of("aws_s3_bucket_ownership_controls").rule.object_ownership).toBe("BucketOwnerEnforced");
  });

  test("is encrypted with the key and versioned", () => {
    expect(of("aws_s3_bucket_server_side_encryption_configuration").rule).toEqual([
      {
        apply_server_side_encryption_by_default: { sse_algorithm: "aws:kms", kms_master_key_id: KEY },
        bucket_key_enabled: true,
      },
    ]);
    expect(of("aws_s3_bucket_versioning").versioning_configuration).toEqual({ status: "Enabled" });
  });

  test("denies whatever is not TLS 1.2 or newer", () => {
    const { policy } = of("aws_s3_bucket_policy");
    const everything = { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: [arn, `${arn}/*`] };
    expect(statement(policy, "TlsOnly")).toMatchObject({
      ...everything,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
    expect(statement(policy, "Tls12OrNewer")).toMatchObject({
      ...everything,
      Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } },
    });
  });

  test("denies uploads that ask for other encryption, never those that ask for none", () => {
    const { policy } = of("aws_s3_bucket_policy");
    for (const { Action, Condition } of ["NoOtherAlgorithm", "NoOtherKey"].map((sid) => statement(policy, sid))) {
      expect(Action).toBe("s3:PutObject");
      // A presigned upload has no such header; without this condition StringNotEquals would deny it.
      expect(Condition.Null).toEqual({ [Object.keys(Condition.StringNotEquals)[0] as string]: "false" });
    }
    expect(statement(policy, "NoOtherAlgorithm").Condition.StringNotEquals).toEqual({
      "s3:x-amz-server-side-encryption": "aws:kms",
    });
    expect(statement(policy, "NoOtherKey").Condition.StringNotEquals).toEqual({
      "s3:x-amz-server-side-encryption-aws-kms-key-id": KEY,
    });
  });

  test("allows nothing by its policy", () => {
    expect(statements(of("aws_s3_bucket_policy").policy).map(({ Effect }) => Effect)).not.toContain("Allow");
  });

  test("lets browsers of Union's tenants read through presigned URLs", () => {
    expect(of("aws_s3_bucket_cors_configuration").cors_rule).toEqual([
      {
        allowed_origins: ["https://*.unionai.cloud", "https://*.union.ai"],
        allowed_methods: ["GET", "HEAD"],
        allowed_headers: ["*"],
        expose_headers: ["ETag"],
        max_age_seconds: 3600,
      },
    ]);
  });

  test("ends uploads and old versions, once versioning is on", () => {
    const { rule, depends_on } = of("aws_s3_bucket_lifecycle_configuration");
    expect(rule).toMatchObject([
      { status: "Enabled", abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }] },
      { status: "Enabled", noncurrent_version_expiration: [{ noncurrent_days: 30 }] },
    ]);
    expect(depends_on).toEqual([made.address("aws_s3_bucket_versioning", { bucket: reference })]);
  });
});

test("logs expire in the metadata bucket, and nothing else does", () => {
  const made = synthesize({ expiring: { prefix: "persisted-logs/", days: 90 } });
  const expiring = made
    .all("aws_s3_bucket_lifecycle_configuration")
    .flatMap(({ bucket, rule }) =>
      rule.filter(({ id }: Json) => id === "expiring").map((one: Json) => [bucket, one.filter, one.expiration]),
    );
  const metadata = `\${${made.address("aws_s3_bucket", { bucket: "meta" })}.bucket}`;
  expect(expiring).toEqual([[metadata, [{ prefix: "persisted-logs/" }], [{ days: 90 }]]]);
});

test("tenants with an origin of their own are admitted instead", () => {
  const made = synthesize({ tenantOrigins: ["https://acme.example"] });
  for (const { cors_rule } of made.all("aws_s3_bucket_cors_configuration")) {
    expect(cors_rule[0].allowed_origins).toEqual(["https://acme.example"]);
  }
});
