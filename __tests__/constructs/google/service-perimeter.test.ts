import {
  PerimeterMembership,
  ServicePerimeter,
  type ServicePerimeterProps,
} from "../../../constructs/google/service-perimeter";
import { Synthesized } from "../../support/constructs";

const SIGNER = "serviceAccount:platform@acme-data-plane.iam.gserviceaccount.com";
const DEPLOYER = "serviceAccount:deployer@acme-admin.iam.gserviceaccount.com";

function perimeter(props: Partial<ServicePerimeterProps> = {}) {
  const made = Synthesized.of((scope) => {
    new ServicePerimeter(scope, "perimeter", {
      name: "acme-prod",
      project: "acme-data-plane",
      accessPolicy: "123",
      deployers: [DEPLOYER],
      signer: SIGNER,
      foreignProjects: {},
      dependsOn: [],
      ...props,
    });
  });
  return made.one("google_access_context_manager_service_perimeter");
}

const OWN = expect.stringMatching(/^projects\/\$\{data\.google_project\.perimeter_project_\w+\.number\}$/);

test("a regular, enforced perimeter around the project, named after the deployment", () => {
  const made = perimeter();
  expect(made).toMatchObject({
    parent: "accessPolicies/123",
    name: "accessPolicies/123/servicePerimeters/union_acme_prod",
    perimeter_type: "PERIMETER_TYPE_REGULAR",
  });
  expect(made.status.resources).toEqual([OWN]);
  // A specification is what a dry run only logs.
  expect(made).not.toHaveProperty("spec");
});

test("the network may call guarded services only, and those that the data plane uses are guarded", () => {
  const { status } = perimeter();
  expect(status.vpc_accessible_services).toEqual({
    enable_restriction: true,
    allowed_services: ["RESTRICTED-SERVICES"],
  });
  expect(status.restricted_services).toEqual(
    expect.arrayContaining(
      ["artifactregistry", "container", "iamcredentials", "logging", "monitoring", "secretmanager", "storage"].map(
        (service) => `${service}.googleapis.com`,
      ),
    ),
  );
});

test("in from outside come deployers, and presigned URLs to single objects", () => {
  const [deployers, presigned, ...others] = perimeter().status.ingress_policies;
  expect(others).toEqual([]);
  expect(deployers).toMatchObject({
    ingress_from: { identities: [DEPLOYER], sources: [{ access_level: "*" }] },
    ingress_to: { resources: [OWN], operations: [{ service_name: "*" }] },
  });
  expect(presigned).toMatchObject({
    ingress_from: { identities: [SIGNER], sources: [{ access_level: "*" }] },
    ingress_to: {
      resources: [OWN],
      operations: [
        {
          service_name: "storage.googleapis.com",
          method_selectors: [{ method: "google.storage.objects.get" }, { method: "google.storage.objects.create" }],
        },
      ],
    },
  });
});

test("deployers' calls may have to come from where an access level says", () => {
  const accessLevel = "accessPolicies/123/accessLevels/office";
  const [deployers, presigned] = perimeter({ accessLevels: [accessLevel] }).status.ingress_policies;
  expect(deployers.ingress_from.sources).toEqual([{ access_level: accessLevel }]);
  expect(presigned.ingress_from.sources).toEqual([{ access_level: "*" }]);
});

test("out go calls about projects that the deployment names, by the API that it names them for", () => {
  expect(perimeter().status.egress_policies).toEqual([]);
  const { egress_policies: policies } = perimeter({
    foreignProjects: { artifactregistry: ["acme-images"], cloudkms: ["acme-keys"] },
  }).status;
  expect(policies).toMatchObject([
    {
      egress_from: { identity_type: "ANY_IDENTITY" },
      egress_to: {
        resources: [expect.stringContaining("artifactregistry-acme-images")],
        operations: [
          {
            service_name: "artifactregistry.googleapis.com",
            method_selectors: [{ method: "artifactregistry.googleapis.com/DockerRead" }],
          },
        ],
      },
    },
    {
      egress_to: {
        resources: [expect.stringContaining("cloudkms-acme-keys")],
        operations: [{ service_name: "cloudkms.googleapis.com", method_selectors: [{ method: "*" }] }],
      },
    },
  ]);
});

test("a project joins a given perimeter, and changes nothing else of it", () => {
  const made = Synthesized.of((scope) => {
    const perimeterName = "accessPolicies/123/servicePerimeters/acme";
    new PerimeterMembership(scope, "member", { project: "acme-data-plane", perimeter: perimeterName, dependsOn: [] });
  });
  expect(made.types).toEqual(["google_access_context_manager_service_perimeter_resource"]);
  expect(made.one("google_access_context_manager_service_perimeter_resource")).toMatchObject({
    perimeter_name: "accessPolicies/123/servicePerimeters/acme",
    resource: expect.stringMatching(/^projects\/\$\{data\.google_project\..*\.number\}$/),
  });
});
