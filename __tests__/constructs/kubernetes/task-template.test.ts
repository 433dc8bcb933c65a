import { all, workloads } from "../../support/workloads";

const templates = (fields: Record<string, unknown>) =>
  all(workloads(fields), "kubernetes_manifest")
    .map(({ manifest }) => manifest)
    .filter(({ kind }) => kind === "PodTemplate");

test.each<[string, Record<string, unknown>, string[]]>([
  ["in union", {}, ["union/task-template: union"]],
  [
    "in namespaces of their own",
    { taskNamespaces: ["a-development", "b-development"] },
    ["a-development/task-template: default", "b-development/task-template: default"],
  ],
])("tasks %s run as the account that has their identity", (_, fields, expected) => {
  const found = templates(fields).map(
    ({ metadata, template }) => `${metadata.namespace}/${metadata.name}: ${template.spec.serviceAccountName}`,
  );
  expect(found.sort()).toEqual(expected);
});

test("a task pod has no token of the Kubernetes API, and its placeholder's image is one that nodes can pull", () => {
  const [{ template }] = templates({});
  expect(template.spec).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false });
  expect(template.spec.containers).toEqual([
    {
      name: "default",
      image: "123456789012.dkr.ecr.us-east-2.amazonaws.com/acme-prod/ecr/docker/library/busybox:1.37.0",
    },
  ]);
});

test("where a task runs is the lease worker's to say: what a template says is added to it, not replaced", () => {
  const [{ template }] = templates({});
  for (const field of ["nodeSelector", "tolerations", "affinity"]) expect(template.spec).not.toHaveProperty(field);
});
