import { enabledServices, GUARDED_SERVICES, serviceHost, serviceOf } from "../../../config/google/services";
import { Testing } from "../../../framework";
import { InfrastructureStack } from "../../../stacks/infrastructure";
import { WorkloadsStack } from "../../../stacks/workloads";
import { googleDeployment } from "../../support/deployments";

/** Everything that a deployment may make. */
const FULL = {
  network: { perimeter: { accessPolicy: "123", deployers: ["user:ada@acme.example"] } },
  components: { imageBuilder: true },
  images: {
    upstreams: ["docker", "nvcr"],
    credentials: { nvcr: { userName: "acme", passwordVersion: "projects/acme-data-plane/secrets/nvcr/versions/1" } },
  },
  privateManagement: { projects: ["union-management"], reason: "Union operates it", expires: "2099-12-31" },
};

test("every type that the stacks make or read has an API that is told to be on", () => {
  const deployment = googleDeployment(FULL);
  const stacks = [new InfrastructureStack(Testing.app(), deployment), new WorkloadsStack(Testing.app(), deployment)];
  const types = stacks.flatMap((stack) => {
    const { resource, data, ephemeral } = JSON.parse(Testing.synth(stack)) as Record<string, object | undefined>;
    return [resource, data, ephemeral].flatMap((kind) => Object.keys(kind ?? {}));
  });
  const google = [...new Set(types)].filter((type) => type.startsWith("google_"));
  expect(google.length).toBeGreaterThan(30);
  const enabled = enabledServices(deployment);
  expect(google.filter((type) => !enabled.some((service) => service === serviceOf(type)))).toEqual([]);
});

test.each([
  ["google_project_iam_custom_role", "iam"],
  ["google_project_iam_member", "cloudresourcemanager"],
  ["google_pubsub_topic", undefined],
])("%s is made by %s", (type, service) => expect(serviceOf(type)).toBe(service));

test("APIs that no resource is made by are on too: pods ask them for credentials", () => {
  expect(enabledServices(googleDeployment()).map(serviceHost)).toEqual(
    expect.arrayContaining(["cloudresourcemanager.googleapis.com", "iamcredentials.googleapis.com"]),
  );
});

test("the API of perimeters is on with a perimeter only, and no perimeter guards it", () => {
  expect(enabledServices(googleDeployment())).toEqual(GUARDED_SERVICES);
  expect(enabledServices(googleDeployment(FULL))).toContain("accesscontextmanager");
  expect(GUARDED_SERVICES).not.toContain("accesscontextmanager");
});
