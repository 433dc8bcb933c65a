import type { Reference, Unknown, Value } from "../../../verification/model";
import { writtenObjects } from "../../../verification/readers/terraform-manifests";
import { unknown } from "../../../verification/values";
import { plainResource } from "../../support/plain-resource";

const written = (yaml: Value, more: Readonly<Record<string, Value>> = {}) =>
  writtenObjects(plainResource("kubectl_manifest", { yaml_body: yaml, ...more }));
const SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: d}\nspec: {type: LoadBalancer}\n";
const partly = (text: string, parts: (Reference | Unknown)[] = []): Value => ({
  ...unknown("later", ["aws_vpc.a"]),
  text,
  parts,
});
const REFERENCE: Reference = { kind: "reference", address: "aws_vpc.a", attribute: "id" };

test("a manifest is the object that it holds, at the resource's address", () => {
  expect(written(SERVICE)).toMatchObject([
    { type: "kubernetes:Service", address: "kubectl_manifest.x", values: { spec: { type: "LoadBalancer" } } },
  ]);
  expect(written(SERVICE)?.[0]?.terraform?.type).toBe("kubectl_manifest");
});

test("of another namespace where that is given", () => {
  expect(written(SERVICE, { override_namespace: "e" })?.[0]?.values["metadata"]).toEqual({ name: "s", namespace: "e" });
});

test("kustomize's is JSON", () => {
  const manifest = JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name: "a" } });
  const resource = plainResource("kustomization_resource", { manifest });
  expect(writtenObjects(resource)).toMatchObject([{ type: "kubernetes:Pod" }]);
});

test("parts that are not known make what holds them unknown, and nothing else", () => {
  const yaml =
    "apiVersion: v1\nkind: Service\nmetadata:\n  name: ${}\n  namespace: a-${}\nspec:\n  type: ${}\n  ports: [{port: 80}]\n";
  const [service] = written(partly(yaml, [REFERENCE, unknown("p"), unknown("q")])) ?? [];
  expect(service?.values).toEqual({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: REFERENCE, namespace: { ...unknown("later", ["aws_vpc.a"]), text: "a-${}" } },
    spec: { type: unknown("q"), ports: [{ port: 80 }] },
  });
});

test("a field whose name is not known makes its object unknown", () => {
  const [pod] = written(partly("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {${}: b}\n")) ?? [];
  expect(pod?.values["spec"]).toEqual(unknown("a name of a field is not known"));
});

test.each<[what: string, yaml: Value]>([
  ["nothing known", unknown("later")],
  ["a kind that is not known", partly("apiVersion: v1\nkind: ${}\nmetadata: {name: a}")],
  ["all of it from elsewhere", partly("${}")],
  ["what is no manifest", "just words"],
  ["what is no YAML", "a: [1"],
  ["nothing", ""],
])("%s stays what can't be told", (_, yaml) => {
  expect(written(yaml)).toBeUndefined();
});
