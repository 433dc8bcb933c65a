import { KubernetesObjects } from "../../../../verification/clouds/kubernetes/objects";
import { podImages } from "../../../../verification/clouds/kubernetes/pod-images";
import { manifests } from "../../../support/manifests";

/** Each image as `WHAT: IMAGE at PATH`. */
const said = (yaml: string) => {
  const resources = manifests(yaml);
  return podImages(KubernetesObjects.of(resources), resources).map(
    ({ what, image, path }) => `${what}: ${JSON.stringify(image)} at ${path.join(".")}`,
  );
};
const map = (data: object) =>
  JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "n" }, data });

test("every container of a workload", () => {
  const spec = { initContainers: [{ name: "i", image: "a" }], containers: [{ name: "c", image: "b" }, { name: "d" }] };
  const job = { spec: { template: { spec } } };
  const cronJob = { apiVersion: "batch/v1", kind: "CronJob", metadata: { name: "j" }, spec: { jobTemplate: job } };
  expect(said(JSON.stringify(cronJob))).toEqual([
    'container i of cronjob/default/j: "a" at spec.jobTemplate.spec.template.spec.initContainers.0.image',
    'container c of cronjob/default/j: "b" at spec.jobTemplate.spec.template.spec.containers.0.image',
    "container d of cronjob/default/j: undefined at spec.jobTemplate.spec.template.spec.containers.1.image",
  ]);
});

test("of a template of pods all but what stands for the task's own", () => {
  const containers = ["default", "primary", "beside"].map((name) => ({ name, image: name }));
  const template = { template: { spec: { containers } } };
  expect(said(JSON.stringify({ apiVersion: "v1", kind: "PodTemplate", metadata: { name: "t" }, ...template }))).toEqual(
    ['container beside of podtemplate/default/t: "beside" at template.spec.containers.2.image'],
  );
});

test.each<readonly [what: string, data: Readonly<Record<string, string>>, images: readonly string[]]>([
  [
    "co-pilot's",
    { "config.yaml": "plugins:\n  k8s:\n    co-pilot:\n      image: a/b:1\n" },
    ['co-pilot in task pods: "a/b:1" at data.config.yaml'],
  ],
  [
    "its default, in the configuration of what makes pods of tasks",
    { "config.yaml": "leaseworker:\n  cluster: a\n" },
    ['co-pilot in task pods: "cr.flyte.org/flyteorg/flytecopilot:v0.0.15" at data'],
  ],
  ["none where it is another program's", { "config.yaml": "plugins:\n  k8s:\n    default-cpus: 1\n" }, []],
  [
    "that of secrets as files, in a file of its own",
    {
      "config.yaml": "a: 1\n",
      "webhook.yaml": "webhook:\n  embeddedSecretManagerConfig:\n    fileMountInitContainer:\n      image: c/d\n",
    },
    ['files of secrets in task pods: "c/d" at data.webhook.yaml'],
  ],
  [
    "its default",
    { "config.yaml": "webhook:\n  embeddedSecretManagerConfig:\n    type: AWS\n" },
    ['files of secrets in task pods: "busybox:1.28" at data'],
  ],
  ["Knative's", { "queue-sidecar-image": "e/f" }, ['Knative beside each app: "e/f" at data.queue-sidecar-image']],
  ["of anything else", { "config.yaml": "image: g/h\n", image: "g/h" }, []],
])("images that programs are told of: %s", (_, data, images) => {
  expect(said(map(data))).toEqual(images);
});
