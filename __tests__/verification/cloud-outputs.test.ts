import { renderManifests, manifestsOf } from "../../cli/workload-manifests/index";
import type { Cloud } from "../../config/deployment";
import { run } from "../../cli/index";
import { App } from "../../framework";
import { cloudOutputsOf } from "../../scripts/stand-in/cloud-outputs";
import { InfrastructureStack } from "../../stacks/infrastructure";
import { withCloudOutputs } from "../../verification/cloud-outputs";
import { readTerraformJson } from "../../verification/readers/cdktf-output";
import { JsonText } from "../../verification/readers/json-locations";
import type { Report } from "../../verification/verify";
import { deploymentOn } from "../support/deployments";
import { scratchFolder, writeFiles } from "../support/scratch";

const at = scratchFolder();

const infrastructure = (cloud: Cloud, fields = {}) => {
  const deployment = deploymentOn(cloud, fields);
  const stack = new InfrastructureStack(new App(), deployment);
  stack.prepareStack();
  return { deployment, text: JSON.stringify(stack.toTerraform()) };
};

test.each([
  ["aws", [["aws_vpc_endpoint", "cidr_blocks"]]],
  ["google", []],
  [
    "azure",
    [
      ["azurerm_network_service_tags", "ipv4_cidrs"],
      ["azurerm_user_assigned_identity", "client_id"],
      ["azurerm_user_assigned_identity", "client_id"],
      ["azurerm_user_assigned_identity", "client_id"],
    ],
  ],
] as const)(
  "%s: every output that manifests need is an attribute of the stack, and gets its value",
  (cloud, attributes) => {
    const { deployment, text } = infrastructure(cloud, cloud === "azure" ? { logCluster: {} } : {});
    const told = cloudOutputsOf(deployment);
    writeFiles({ [at("o.json")]: { "acme-prod": told } });
    const written = readTerraformJson(new JsonText("i.tf.json", text));
    const found = withCloudOutputs(written, at("o.json")).flatMap((resource, i) =>
      Object.keys(resource.values)
        .filter((name) => resource.values[name] !== written[i]?.values[name])
        .map((name) => ({ type: resource.type, name, value: resource.values[name] })),
    );
    expect(found.map(({ type, name }) => [type, name]).sort()).toEqual([...attributes].map((one) => [...one]).sort());
    expect(found.map(({ value }) => JSON.stringify(value)).sort()).toEqual(
      Object.values(told)
        .map((value) => JSON.stringify(value))
        .sort(),
    );
  },
);

test("a file without the deployment's outputs is refused with the command that writes them", () => {
  const { text } = infrastructure("aws");
  writeFiles({ [at("none.json")]: {} });
  const resources = readTerraformJson(new JsonText("i.tf.json", text));
  expect(() => withCloudOutputs(resources, at("none.json"))).toThrow(
    /none\.json: object_store_cidrs is missing \(aws /,
  );
});

describe("verify of manifests beside the infrastructure stack", () => {
  const { deployment, text } = infrastructure("aws");
  const outputs = cloudOutputsOf(deployment);
  const files = { i: at("v/i.tf.json"), m: at("v/m.yaml"), o: at("v/o.json") };
  writeFiles({
    [files.i]: text,
    [files.m]: renderManifests(manifestsOf(deployment, outputs)),
    [files.o]: { "acme-prod": outputs },
  });

  test("holds with the outputs", async () => {
    const { exitCode, stdout, stderr } = await run(["verify", files.i, files.m, "--outputs", files.o]);
    expect(stderr).toBe("");
    expect(stdout).toContain("pass: every invariant holds");
    expect(exitCode).toBe(0);
  });

  test("without them S3's blocks are addresses like others", async () => {
    const { exitCode, stdout } = await run(["verify", files.i, files.m]);
    expect(stdout).toMatch(/egress-allowlist.*(3\.5\.128|52\.219\.80|16\.12\.64)\./);
    expect(exitCode).toBe(1);
  });
});

describe("objects without the annotation", () => {
  const { deployment, text } = infrastructure("google");
  const service = (annotation: string) => `---
apiVersion: v1
kind: Service
metadata: {name: open, namespace: union${annotation}}
spec: {type: NodePort, selector: {"app.kubernetes.io/name": union-operator}, ports: [{port: 80}]}
`;
  const found = async (files: Record<string, string>) => {
    writeFiles(Object.fromEntries(Object.entries(files).map(([name, content]) => [at(name), content])));
    const { stdout } = await run(["verify", ...Object.keys(files).map(at), "--format", "json"]);
    return (JSON.parse(stdout) as Report).findings.map(({ status, invariant }) => `${status} ${invariant}`);
  };
  const manifests = renderManifests(manifestsOf(deployment, {}));

  test("belong to the deployment beside whose manifests they lie", async () => {
    // Read together they are one system; apart, whatever nodes there are open the port to everybody.
    const together = await found({ "t/i.tf.json": text, "t/m.yaml": manifests + service("") });
    const apart = await found({ "a/i.tf.json": text, "a/m.yaml": manifests, "a/s.yaml": service("") });
    const named = await found({
      "n/i.tf.json": text,
      "n/m.yaml": manifests,
      "n/s.yaml": service(', annotations: {"union.ai/deployment": acme-prod}'),
    });
    expect(together).toEqual(["violated cluster-ip-only"]);
    expect(apart).toEqual(["violated no-inbound", "violated cluster-ip-only"]);
    expect(named).toEqual(together);
  });
});
