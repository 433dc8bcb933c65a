import { TerraformData } from "../../constructs/terraform-data";
import { App, TerraformStack, Testing } from "../../framework";

test("keeps its values, and a synthesis needs no Terraform", () => {
  const path = process.env["PATH"];
  process.env["PATH"] = "";
  try {
    const stack = new TerraformStack(new App(), "stack");
    const { node } = new TerraformData(stack, "data", {
      input: { a: "b" },
      lifecycle: { ignoreChanges: ["input"] },
    });
    expect(node.validate()).toEqual([]);
    expect(JSON.parse(Testing.synth(stack)).resource).toEqual({
      terraform_data: { data: { input: { a: "b" }, lifecycle: { ignore_changes: ["input"] } } },
    });
  } finally {
    process.env["PATH"] = path;
  }
});
