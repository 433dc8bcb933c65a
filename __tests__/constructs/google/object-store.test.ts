import { ObjectStore, type ObjectStoreProps } from "../../../constructs/google/object-store";
import { Synthesized } from "../../support/constructs";

function synthesize(props: Partial<ObjectStoreProps> = {}) {
  return Synthesized.of((scope) => {
    new ObjectStore(scope, "object-store", {
      metadataName: "meta",
      fastRegistrationName: "fast",
      region: "us-east5",
      keyId: "key",
      noncurrentDays: 30,
      softDeleteDays: 14,
      forceDestroy: false,
      tenantOrigin: "https://acme.example",
      ...props,
    });
  });
}

test("makes the two buckets, which keep their objects on destroy unless told otherwise", () => {
  const buckets = (made: Synthesized) =>
    made
      .all("google_storage_bucket")
      .map(({ name, force_destroy }) => [name, force_destroy])
      .sort();
  expect(buckets(synthesize())).toEqual([
    ["fast", false],
    ["meta", false],
  ]);
  expect(buckets(synthesize({ forceDestroy: true })).map(([, force]) => force)).toEqual([true, true]);
});

describe.each(["meta", "fast"])("bucket '%s'", (name) => {
  const bucket = synthesize().one("google_storage_bucket", { name });

  test("is private: IAM alone decides, and never for everybody", () => {
    expect(bucket).toMatchObject({ uniform_bucket_level_access: true, public_access_prevention: "enforced" });
  });

  test("is encrypted with the key, versioned, in the region", () => {
    expect(bucket).toMatchObject({
      location: "us-east5",
      encryption: { default_kms_key_name: "key" },
      versioning: { enabled: true },
    });
  });

  test("gives deleted objects back for 14 days", () => {
    expect(bucket.soft_delete_policy).toEqual({ retention_duration_seconds: 1_209_600 });
  });

  test("ends uploads and old versions, and never what is current", () => {
    expect(bucket.lifecycle_rule).toEqual([
      { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 7 } },
      { action: { type: "Delete" }, condition: { days_since_noncurrent_time: 30, with_state: "ARCHIVED" } },
    ]);
  });

  test("lets browsers of the tenant read through presigned URLs", () => {
    expect(bucket.cors).toEqual([
      { origin: ["https://acme.example"], method: ["GET", "HEAD"], response_header: ["ETag"], max_age_seconds: 3600 },
    ]);
  });
});
