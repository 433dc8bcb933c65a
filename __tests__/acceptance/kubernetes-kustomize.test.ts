/** Kustomizations as kubectl itself builds them: patches, components and names. */
import { isOnPath } from "../../scripts/stand-in/tools";
import { verifyPaths } from "../../verification/verify";
import { testEnvironment } from "../support/environment";
import { scratchFolder, writeFiles } from "../support/scratch";

const at = scratchFolder();
testEnvironment({ KUSTOMIZE: "", KUBECTL: "kubectl" });

const SERVICE =
  "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {TYPEports: [{port: 80}], selector: {app: a}}\n";
const service = (type: string) => SERVICE.replace("TYPE", type && `type: ${type}, `);

/** An overlay of a service as it is written, with a component that makes it of another type. */
async function found(folder: string, written: string, type: string): Promise<string[]> {
  const patch = JSON.stringify([{ op: "add", path: "/spec/type", value: type }]);
  const files = {
    "pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {app: a}}\n",
    "base/kustomization.yaml": "resources: [s.yaml]",
    "base/s.yaml": service(written),
    "c/kustomization.yaml": `apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches: [{target: {kind: Service}, patch: '${patch}'}]\n`,
    "over/kustomization.yaml": "resources: [../base]\ncomponents: [../c]\nnamePrefix: a-\nnamespace: ns\n",
  };
  writeFiles(Object.fromEntries(Object.entries(files).map(([name, text]) => [at(`${folder}/${name}`), text])));
  const { findings } = await verifyPaths([at(folder)], { only: ["no-inbound"] });
  return findings.map(
    ({ status, resource, location: { file, line } }) =>
      `${status} ${resource} ${file.replace(at(`${folder}/`), "")}:${line}`,
  );
}

test("kubectl is on the machine", () => expect(isOnPath("kubectl")).toBe(true));

test("what a component opens is found, under its name and where it is written", async () => {
  expect(await found("opened", "", "LoadBalancer")).toEqual(["violated Service/ns/a-web base/s.yaml:4"]);
});

test("what a component closes is closed", async () => {
  expect(await found("closed", "LoadBalancer", "ClusterIP")).toEqual([]);
});
