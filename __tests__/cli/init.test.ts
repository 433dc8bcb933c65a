import { existsSync, readdirSync, readFileSync } from "node:fs";
import { run } from "../../cli/index";
import { CLOUDS, type Cloud } from "../../config/deployment";
import { loadDeployments } from "../../config/loader";
import { testEnvironment } from "../support/environment";
import { scratchFolder, writeFiles } from "../support/scratch";

const scratch = scratchFolder();
const deployments = scratch("deployments");
testEnvironment({ DATAPLANE_DEPLOYMENTS: deployments });
beforeAll(() => writeFiles({ [scratch("deployments/README")]: "" }));

/** What every deployment must say, and each cloud's. */
const REQUIRED: Readonly<Record<string, string>> = {
  organization: "acme",
  tenant: "acme",
  clientId: "issued-by-union",
  region: "us-east-2",
};
const OF_CLOUD: Readonly<Record<Cloud, Readonly<Record<string, string>>>> = {
  aws: { account: "000000000012", cloudRegion: "us-east-2" },
  google: { project: "acme-data-plane", cloudRegion: "us-east5" },
  azure: {
    subscription: "11111111-2222-3333-4444-555555555555",
    directory: "99999999-8888-7777-6666-555555555555",
    cloudRegion: "eastus2",
  },
};

const init = (fields: Readonly<Record<string, string>>) =>
  run(["init", ...Object.entries(fields).flatMap(([field, value]) => [`--${field}`, value])]);
const onCloud = (cloud: Cloud, name: string, further: Readonly<Record<string, string>> = {}) =>
  init({ name, cloud, ...REQUIRED, ...OF_CLOUD[cloud], ...further });
const textOf = (name: string) => readFileSync(`${deployments}/${name}.yaml`, "utf8");

test.each(CLOUDS)("%s: flags alone write a file that loads, verifies and says only what differs", async (cloud) => {
  const defaults = { workloads: "stack", taskNamespaces: "" };
  const { exitCode, stdout, stderr } = await onCloud(cloud, `acme-${cloud === "google" ? "gcp" : cloud}`, defaults);
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
  const [, file = ""] = /^pass: every invariant holds.*; written to (\S+)\n$/.exec(stdout) ?? [];
  const [{ deployment } = { deployment: undefined }] = loadDeployments([file]);
  expect(deployment).toMatchObject({ cloud, ...REQUIRED, ...OF_CLOUD[cloud] });
  const [first, ...lines] = readFileSync(file, "utf8").trimEnd().split("\n");
  expect(first).toMatch(/^# yaml-language-server: \$schema=\S+\/config\/deployment\.schema\.json$/);
  const fields = ["name", "cloud", ...Object.keys(REQUIRED), ...Object.keys(OF_CLOUD[cloud])];
  expect(lines.map((line) => line.split(":")[0]).sort()).toEqual(fields.sort());
});

test("lists, mappings and fields of fields are written as files have them", async () => {
  const { exitCode, stderr } = await onCloud("aws", "acme-lists", {
    "network.nat": "per-zone",
    "network.zones": "us-east-2a, us-east-2b",
    taskNamespaces: "[risk-development]",
    state: "{ backend: s3, bucket: acme-state }",
  });
  expect([stderr, exitCode]).toEqual(["", 0]);
  expect(textOf("acme-lists")).toContain(
    [
      "network:",
      "  zones:",
      "    - us-east-2a",
      "    - us-east-2b",
      "  nat: per-zone",
      "taskNamespaces:",
      "  - risk-development",
      "state:",
      "  backend: s3",
      "  bucket: acme-state",
    ].join("\n"),
  );
});

describe("nothing is written", () => {
  const REFUSED: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
    [
      "without what is required: one error names all of it, with what is allowed",
      { name: "acme-less", cloud: "azure", organization: "acme", region: "us-east-2" },
      /^init: .*--tenant \(Tenant: .*; --clientId \(.*; --subscription \(.*; --directory \(.*; --cloudRegion \(.*azure\/regions\.json.*\)\n$/,
    ],
    [
      "without a cloud",
      { name: "acme-less" },
      /--cloud \(allowed: aws, google, azure\).*--region \(allowed: us-east-2, /,
    ],
    [
      "for an answer that the loader refuses, in its words",
      { name: "acme-less", cloud: "aws", ...REQUIRED, ...OF_CLOUD.aws, account: "12" },
      /acme-less\.yaml:\d+: account: '12' is not an AWS account id/,
    ],
    [
      "for a field of another cloud",
      { name: "acme-less", cloud: "aws", ...REQUIRED, ...OF_CLOUD.aws, project: "acme-data-plane" },
      /acme-less\.yaml:\d+: project: is not a known field/,
    ],
    [
      "for a value that no YAML is",
      { name: "acme-less", cloud: "aws", ...REQUIRED, ...OF_CLOUD.aws, state: "{ backend: [" },
      /^--state: is no YAML: .*\n$/,
    ],
    [
      "for a cloud that there is not",
      { name: "acme-less", cloud: "ibm", ...REQUIRED, cloudRegion: "us-east-2" },
      /acme-less\.yaml:\d+: cloud: .*allowed: aws, google, azure/,
    ],
    [
      "for a name that leads elsewhere",
      { name: "../acme-less", cloud: "aws", ...REQUIRED, ...OF_CLOUD.aws },
      /name: '\.\.\/acme-less' is not a deployment name/,
    ],
  ];

  test.each(REFUSED)("%s", async (_, fields, message) => {
    const { exitCode, stdout, stderr } = await init(fields);
    expect(stderr).toMatch(message);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(readdirSync(deployments)).not.toContain("acme-less.yaml");
    expect(existsSync(scratch("acme-less.yaml"))).toBe(false);
  });

  test("where there is no folder", async () => {
    process.env["DATAPLANE_DEPLOYMENTS"] = scratch("nowhere");
    const { exitCode, stderr } = await onCloud("aws", "acme-less");
    expect(stderr).toMatch(/nowhere: is no folder to write a deployment into/);
    expect(exitCode).toBe(2);
  });

  test("over a file that is there", async () => {
    writeFiles({ [scratch("deployments/acme-taken.yaml")]: "# mine\n" });
    const { exitCode, stderr } = await onCloud("aws", "acme-taken");
    expect(stderr).toMatch(/acme-taken\.yaml: is there already/);
    expect(exitCode).toBe(2);
    expect(textOf("acme-taken")).toBe("# mine\n");
  });
});
