/** The script against an `aws` on this machine: AWS itself is not reached by tests. */
import { chmodSync, readFileSync } from "node:fs";
import { delimiter } from "node:path";
import { refresh } from "../../scripts/eks-versions";
import { scratchFolder, writeFiles } from "../support/scratch";

const scratch = scratchFolder();
const FILE = scratch("eks-versions.json");
const PATH = process.env["PATH"] ?? "";

/** An `aws` that answers `script`, after it has written what it was asked. */
function fakeAws(script: string): void {
  const program = scratch("bin/aws");
  writeFiles({ [program]: `#!/bin/sh\necho "$*" >> '${scratch("asked")}'\n${script}\n`, [scratch("asked")]: "" });
  chmodSync(program, 0o755);
}

const ANSWERS = `
case "$*" in
  *"--addon-name kube-proxy"*) echo v1.35.9-eksbuild.2 ;;
  *describe-addon-versions*) echo v1.2.3-eksbuild.4 ;;
  *x86_64/standard*) echo 1.35.9-20261101 ;;
  *get-parameter*) echo 1.35.8-20261020 ;;
esac`;

const OLD = {
  "1.34": { addons: { coredns: "v1.1.1-eksbuild.1" }, nodes: {} },
  "1.35": { addons: { coredns: "v1.2.3-eksbuild.4", "kube-proxy": "v1.35.0-eksbuild.1" }, nodes: {} },
};

beforeAll(() => void (process.env["PATH"] = `${scratch("bin")}${delimiter}${PATH}`));
afterAll(() => void (process.env["PATH"] = PATH));
beforeEach(() => {
  writeFiles({ [FILE]: OLD });
  fakeAws(ANSWERS);
});

const read = () => JSON.parse(readFileSync(FILE, "utf8")) as typeof OLD;

test("writes the default add-ons and newest images of the versions asked for, and leaves others", async () => {
  const changes = await refresh(FILE, "us-east-2", ["1.35"]);
  expect(read()["1.34"]).toEqual(OLD["1.34"]);
  expect(read()["1.35"]).toMatchObject({
    addons: { coredns: "v1.2.3-eksbuild.4", "kube-proxy": "v1.35.9-eksbuild.2", "metrics-server": "v1.2.3-eksbuild.4" },
    nodes: { AL2023_x86_64_STANDARD: "1.35.9-20261101", AL2023_ARM_64_NVIDIA: "1.35.8-20261020" },
  });
  expect(changes).toContain("1.35 kube-proxy: v1.35.0-eksbuild.1 -> v1.35.9-eksbuild.2");
  expect(changes).toContain("1.35 AL2023_x86_64_STANDARD: - -> 1.35.9-20261101");
  expect(changes.join()).not.toContain("coredns");
});

test("asks for defaults only, of one version of Kubernetes, in the region", async () => {
  await refresh(FILE, "eu-west-1", ["1.35"]);
  const asked = readFileSync(scratch("asked"), "utf8").trim().split("\n");
  expect(asked).toHaveLength(11);
  for (const line of asked) expect(line).toMatch(/1\.35.* --region eu-west-1 --output text$/);
  expect(asked).toContain(
    "eks describe-addon-versions --addon-name coredns --kubernetes-version 1.35 --query addons[].addonVersions[?compatibilities[?defaultVersion]].addonVersion[] --region eu-west-1 --output text",
  );
});

test("adds a version that the file has not", async () => {
  await refresh(FILE, "us-east-2", ["1.36"]);
  expect(Object.keys(read())).toEqual(["1.34", "1.35", "1.36"]);
});

test.each([
  [
    "a refusal",
    'echo "An error occurred (AccessDenied)" >&2; exit 254',
    /^aws .*: An error occurred \(AccessDenied\)$/,
  ],
  ["no answer", "echo None", /^[\w-]+ of Kubernetes 1\.34: AWS answers 'None'$/],
  ["two answers", 'printf "v1.2.3-eksbuild.4\\tv1.2.3-eksbuild.5\\n"', /AWS answers 'v1\.2\.3-eksbuild\.4\tv1/],
])("leaves the file as it is upon %s", async (_name, script, message) => {
  fakeAws(script);
  await expect(refresh(FILE, "us-east-2")).rejects.toThrow(message);
  expect(read()).toEqual(OLD);
});
