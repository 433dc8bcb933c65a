import { CLOUDFLARE } from "../../../config/control-plane";
import { diffOf, type Side } from "../../support/diff";
import type { Json } from "../../support/workloads";

const [BLOCK = ""] = CLOUDFLARE.ipv4;
const BUCKET = { bucket: "acme-data" };
const POLICY = { bucket: "${aws_s3_bucket.data.id}", policy: "{}" };
const MOVED_POLICY = { ...POLICY, bucket: "${aws_s3_bucket.objects.id}" };

const written = (resource: Json, blocks: Json = {}): Side => ({ files: { "main.tf.json": { resource, ...blocks } } });
const inHcl = (text: string): Side => ({ files: { "main.tf": text } });

async function said(base: Side, head: Side) {
  const { deployments } = await diffOf(base, head);
  return deployments.flatMap(({ resources }) => resources.map(({ text }) => text));
}

const STANDING = written({ aws_s3_bucket: { data: BUCKET }, aws_s3_bucket_policy: { data: POLICY } });

test("what is told to be moved is the same, and so is what refers to it", async () => {
  const head = written(
    { aws_s3_bucket: { objects: BUCKET }, aws_s3_bucket_policy: { data: MOVED_POLICY } },
    { moved: [{ from: "aws_s3_bucket.data", to: "aws_s3_bucket.objects" }] },
  );
  expect(await said(STANDING, head)).toEqual(["aws_s3_bucket.objects is moved: the same under another address"]);
  expect(await said(head, head)).toEqual([]);
});

test("moves follow one another, and a circle of them ends", async () => {
  const steps = [
    { from: "aws_s3_bucket.data", to: "aws_s3_bucket.first" },
    { from: "aws_s3_bucket.first", to: "aws_s3_bucket.objects" },
  ];
  const moved = (moves: Json[]) =>
    written({ aws_s3_bucket: { objects: BUCKET }, aws_s3_bucket_policy: { data: MOVED_POLICY } }, { moved: moves });
  expect(await said(STANDING, moved(steps))).toEqual([expect.stringMatching(/^aws_s3_bucket\.objects is moved/)]);
  const circle = [...steps, { from: "aws_s3_bucket.objects", to: "aws_s3_bucket.data" }];
  await expect(said(STANDING, moved(circle))).resolves.toBeDefined();
});

test("what is moved and has another name is made anew all the same", async () => {
  const head = written(
    { aws_s3_bucket: { objects: { bucket: "acme-others" } }, aws_s3_bucket_policy: { data: MOVED_POLICY } },
    { moved: [{ from: "aws_s3_bucket.data", to: "aws_s3_bucket.objects" }] },
  );
  expect(await said(STANDING, head)).toContainEqual(
    expect.stringMatching(/^DESTROYS A BUCKET: aws_s3_bucket\.objects is replaced \(bucket\)/),
  );
});

test("what is told to be forgotten stays, and what is not is destroyed", async () => {
  const removed = (destroy: boolean) =>
    written(
      { aws_s3_bucket_policy: { data: { ...POLICY, bucket: "acme-data" } } },
      {
        removed: [{ from: "aws_s3_bucket.data", lifecycle: { destroy } }],
      },
    );
  expect(await said(STANDING, removed(false))).toContainEqual(
    "aws_s3_bucket.data is forgotten: it stays as it is, and Terraform manages it no longer",
  );
  expect(await said(STANDING, removed(true))).toContainEqual("DESTROYS A BUCKET: aws_s3_bucket.data is removed");
});

test("blocks of HCL, and of instances, are read alike", async () => {
  const base = inHcl(`
    resource "aws_s3_bucket" "data" {
      for_each = toset(["a", "b"])
      bucket   = "acme-\${each.key}"
    }
    resource "aws_security_group" "open" {
      egress {
        from_port   = 443
        to_port     = 443
        protocol    = "tcp"
        cidr_blocks = ["${BLOCK}"]
      }
    }
  `);
  const head = inHcl(`
    resource "aws_security_group" "open" {
      egress {
        from_port   = 443
        to_port     = 443
        protocol    = "tcp"
        cidr_blocks = ["${BLOCK}"]
      }
    }
    resource "aws_s3_bucket" "first" {
      bucket = "acme-a"
    }
    moved {
      from = aws_s3_bucket.data["a"]
      to   = aws_s3_bucket.first
    }
    removed {
      from = aws_s3_bucket.data
      lifecycle {
        destroy = false
      }
    }
  `);
  expect(await said(base, head)).toEqual([
    'aws_s3_bucket.data["b"] is forgotten: it stays as it is, and Terraform manages it no longer',
    "aws_s3_bucket.first is moved: the same under another address",
  ]);
});

test("a block alone is nothing to judge", async () => {
  const alone = written({}, { moved: [{ from: "aws_s3_bucket.a", to: "aws_s3_bucket.b" }] });
  await expect(diffOf(alone, alone)).rejects.toThrow("nothing to judge");
});
