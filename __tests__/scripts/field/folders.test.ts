import { foldersToVerify, partsAmong, sampled } from "../../../scripts/field/folders";
import { scratchFolder, writeFiles } from "../../support/scratch";

const scratch = scratchFolder();

test("folders with Terraform or manifests, and none of tools", () => {
  const files = {
    "a/main.tf": "",
    "a/b/x.tofu": "",
    "c/pod.YAML": "kind: Pod\napiVersion: v1",
    "d/values.yaml": "a: 1",
    "e/readme.md": "apiVersion: v1",
    ".github/x.yaml": "apiVersion: v1",
    "a/.terraform/m/main.tf": "",
    ".deploy/main.tf": "",
    "chart/Chart.yaml": "apiVersion: v2",
    "chart/templates/pod.yaml": "apiVersion: v1",
    "chart/infra/main.tf": "",
    "templates/pod.yaml": "apiVersion: v1",
  };
  writeFiles(Object.fromEntries(Object.entries(files).map(([name, text]) => [scratch(name), text])));
  expect([...foldersToVerify(scratch())]).toEqual(
    [".deploy", "a", "a/b", "c", "chart", "chart/infra", "templates"].map(scratch),
  );
});

test("a module that another folder calls is a part of it where it lacks values", async () => {
  const call = (name: string) => `module "${name}" {\n  source = "../${name}"\n}\n`;
  const files = {
    "root/main.tf": call("lacking") + call("whole") + call("broken"),
    "lacking/main.tf": 'variable "a" {}',
    "whole/main.tf": 'variable "a" {\n  default = 1\n}',
    "broken/main.tf": "{",
    "alone/main.tf": 'variable "a" {}',
  };
  writeFiles(Object.fromEntries(Object.entries(files).map(([name, text]) => [scratch(`parts/${name}`), text])));
  const folders = ["alone", "broken", "lacking", "root", "whole"].map((name) => scratch(`parts/${name}`));
  expect([...(await partsAmong(folders))]).toEqual([scratch("parts/lacking")]);
});

test("a sample holds some folders of each repository, spread over its list", () => {
  const folders = ["a/1", "a/2", "a/3", "a/4", "a/5", "b/1"];
  const repositoryOf = (folder: string) => folder.slice(0, 1);
  expect(sampled(folders, { repositoryOf, most: 2 })).toEqual(["a/1", "a/3", "b/1"]);
  expect(sampled(folders, { repositoryOf, most: Infinity })).toEqual(folders);
});
