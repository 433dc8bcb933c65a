import { Generation } from "../../../constructs/google/generation";
import { Token } from "../../../framework";
import { Synthesized } from "../../support/constructs";

test("is drawn when the deployment is made, by Terraform itself, and drawn again after a destroy", () => {
  let digits: unknown;
  const made = Synthesized.of((scope) => {
    const generation = new Generation(scope, "generation");
    digits = Token.asAny(generation.digits);
  });
  expect(made.types).toEqual(["terraform_data"]);
  expect(made.one("terraform_data")).toEqual({});
  expect(digits).toBeDefined();
});
