import { foldersToVerify } from "../../../scripts/field/folders";
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
  };
  writeFiles(Object.fromEntries(Object.entries(files).map(([name, text]) => [scratch(name), text])));
  expect([...foldersToVerify(scratch())]).toEqual([".deploy", "a", "a/b", "c"].map(scratch));
});
