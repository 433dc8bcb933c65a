import { readFileSync } from "node:fs";
import { join } from "node:path";
import { destroyedBetween, namedSince, unnamed } from "../../../scripts/release/replaces";
import { bare, deploymentsOf, keptRelease, type Json } from "../../../scripts/release/stacks";
import { version } from "../../../package.json";
import { withSides } from "../../support/diff";
import { applicationOf } from "../../support/synthesized";

const ROOT = join(__dirname, "../../..");
const CHANGELOG = readFileSync(join(ROOT, "CHANGELOG.md"), "utf8");

type Files = Readonly<Record<string, Json>>;

const release = keptRelease();
const destroyed = (before: Files, after: Files) =>
  withSides([{ files: before }, { files: after }], ([was, is]) => destroyedBetween(was, is));

test("an upgrade from the last release destroys what the changelog names, and nothing else", async () => {
  const { manifest, files } = applicationOf(deploymentsOf(release));
  const today = Object.fromEntries(Object.entries(files).map(([path, stack]) => [path, bare(stack)]));
  const found = await destroyed(release.files, { "manifest.json": manifest, ...today });
  expect(unnamed(found, namedSince(CHANGELOG, release.version))).toEqual({ destroyed: [], names: [] });
});

test("the release that is kept is the package's version, or the one before a version that is being made", () => {
  expect(CHANGELOG).toMatch(new RegExp(`^## ${release.version.replaceAll(".", "\\.")} - `, "m"));
  expect(CHANGELOG).toMatch(new RegExp(`^## ${version.replaceAll(".", "\\.")} - `, "m"));
});

describe("faults planted in the stacks of the last release", () => {
  const [path = ""] = Object.keys(release.files).filter((name) => /acme-us-east-2\/|acme-eu-west-1\//.test(name));
  const stack = release.files[path] as { readonly resource: Record<string, Record<string, Json>> } & Json;
  const [bucket = ""] = Object.keys(stack.resource["aws_s3_bucket"] ?? {});
  /** What destroys the bucket, after its stack became another text. */
  const after = async (change: (text: string) => string, blocks: Json = {}) => {
    const changed = { ...(JSON.parse(change(JSON.stringify(stack))) as Json), ...blocks };
    const found = await destroyed({ [path]: stack }, { [path]: changed });
    return found.map(({ text }) => text.replace(/^[^:]+: /, ""));
  };
  const renamed = (text: string) => text.replaceAll(bucket, "renamed");

  test("a resource that has another address is removed", async () => {
    expect(await after(renamed)).toContain(`DESTROYS A BUCKET: aws_s3_bucket.${bucket} is removed`);
  });

  test("a `moved` block says that it is the same", async () => {
    const moved = Object.entries(stack.resource)
      .filter(([, named]) => bucket in named)
      .flatMap(([type, named]) =>
        Object.keys(named)
          .filter((name) => name.includes(bucket))
          .map((name) => ({ from: `${type}.${name}`, to: `${type}.${renamed(name)}` })),
      );
    expect(moved.length).toBeGreaterThan(0);
    expect(await after(renamed, { moved })).toEqual([]);
  });

  test("an argument that forces replacement is named", async () => {
    const { bucket: name } = stack.resource["aws_s3_bucket"]?.[bucket] as { bucket: string };
    const said = await after((text) => text.replaceAll(`"bucket":"${name}"`, `"bucket":"${name}-2"`));
    expect(said).toContain(`DESTROYS A BUCKET: aws_s3_bucket.${bucket} is replaced (bucket)`);
  });
});

describe("what the changelog names", () => {
  const changelog = `# Changelog

Under \`Replaces\` stands each resource.

## Unreleased

### Added

- \`aws_vpc.added\`

### Replaces

- \`aws_eip.nat-*\`: \`aws_nat_gateway.b\` goes with it
- \`aws_s3_bucket.data[0]\`: copy it before

## 0.2.0 - 2027-01-01

### Replaces

- \`aws_subnet.nodes\`

## 0.1.0 - 2026-11-30

### Replaces

- \`aws_vpc.old\`
`;

  test("is what stands under Replaces in all that is newer than the release", () => {
    expect(namedSince(changelog, "0.2.0")).toEqual(["aws_eip.nat-*", "aws_s3_bucket.data[0]"]);
    expect(namedSince(changelog, "0.1.0")).toEqual(["aws_eip.nat-*", "aws_s3_bucket.data[0]", "aws_subnet.nodes"]);
    expect(() => namedSince(changelog, "0.0.9")).toThrow("no section '## 0.0.9'");
  });

  test("a name covers its address and those that its stars stand for, and one that covers nothing is told of", () => {
    const found = ["aws_eip.nat-a", "aws_eip.nat-b", "aws_eip.nat", "aws_s3_bucket.data[0]", "aws_s3_bucketXdata[0]"];
    const destroyed = found.map((address) => ({ address, text: `acme: ${address} is removed` }));
    expect(unnamed(destroyed, ["aws_eip.nat-*", "aws_s3_bucket.data[0]", "aws_vpc.network"])).toEqual({
      destroyed: ["acme: aws_eip.nat is removed", "acme: aws_s3_bucketXdata[0] is removed"],
      names: ["aws_vpc.network"],
    });
  });
});
